from collections import namedtuple
from heapq import heappop, heappush


cdef class StorePut(Put):
    """A wish to put an item into a store."""

    cdef public object item

    def __init__(self, store, item):
        self.item = item
        Put.__init__(self, store)


cdef class StoreGet(Get):
    """A wish to get an item out of a store."""


cdef class FilterStoreGet(StoreGet):
    """A wish to get an item for which `filter(item)` is true."""

    cdef public object filter

    def __init__(self, resource, filter=None):
        self.filter = anything if filter is None else filter
        Get.__init__(self, resource)


def anything(item):
    """Accept every item."""
    return True


cdef class Store(BaseResource):
    """Holds up to `capacity` objects, first in first out.

    Raises
    ------
    ValueError
        `capacity` is not positive.
    """

    cdef public object items

    def __init__(self, Environment env not None, capacity=INFINITY):
        if capacity <= 0:
            raise ValueError('"capacity" must be > 0.')
        BaseResource.__init__(self, env, capacity)
        self.items = []
        self.shortcut = type(self) is Store

    cdef double current_level(self) except? -1:
        return len(self.items)

    def put(self, item):
        """Ask to put an item in."""
        cdef StorePut event = StorePut.__new__(StorePut)
        event.item = item
        self.enter_put(event)
        return event

    def get(self):
        """Ask to get an item out."""
        cdef StoreGet event = StoreGet.__new__(StoreGet)
        self.enter_get(event)
        return event

    cdef bint do_put(self, Put event) except -1:
        if self.has_room(size(self.items)):
            item = (<StorePut>event).item if isinstance(event, StorePut) else event.item
            self.items.append(item)
            event.conclude(True, None)
        return False

    cdef bint do_get(self, Get event) except -1:
        if size(self.items):
            event.conclude(True, taken_out(self.items, 0))
        return False


class PriorityItem(namedtuple("PriorityItem", "priority item")):
    """An item with a priority, so that a `PriorityStore` can hold what has no order of its own."""

    __slots__ = ()

    def __lt__(self, other):
        return self.priority < other.priority


cdef class PriorityStore(Store):
    """A `Store` that gives out its smallest item first."""

    cdef bint do_put(self, Put event) except -1:
        if self.has_room(size(self.items)):
            heappush(self.items, event.item)
            event.conclude(True, None)
        return False

    cdef bint do_get(self, Get event) except -1:
        if self.items:
            event.conclude(True, heappop(self.items))
        return False


cdef class FilterStore(Store):
    """A `Store` whose gets may say which items they accept."""

    def get(self, filter=anything):
        """Ask to get the first item for which `filter(item)` is true."""
        cdef FilterStoreGet event = FilterStoreGet.__new__(FilterStoreGet)
        event.filter = filter
        self.enter_get(event)
        return event

    cdef bint do_get(self, Get event) except -1:
        for item in self.items:
            if event.filter(item):
                self.items.remove(item)
                event.conclude(True, item)
                break
        return True
