cdef enum:
    OK_KNOWN = 1      # `ok` has been decided ...
    OK = 2            # ... and this is it
    DEFUSED = 4       # somebody took care of the failure
    PROCESSED = 8     # the callbacks have been taken
    EXPOSED = 16      # Python code holds the list of callbacks: `rest` is that list
    OWN = 32          # the event's own compiled callback comes before all others
    VALUED = 64       # triggered: `val` is the value

PENDING = object()    # what `_value` shows before an event is triggered
URGENT = 0
NORMAL = 1


cdef class Event:
    """Something that happens at a point in time; processes wait for it by yielding it.

    Parameters
    ----------
    env : Environment
        The environment that the event lives in.
    """

    # Waiters are kept raw (a process, a condition, any callable): the first in a slot, others in
    # a list. Callables are made of them only when Python asks for `callbacks`.
    cdef object extras              # the instance's __dict__; first, see objects.pxi
    cdef public Environment env
    cdef object val
    cdef object first
    cdef list rest
    cdef unsigned int flags
    cdef object __weakref__

    def __cinit__(self):
        empty_extras(<PyObject *>self)

    def __init__(self, Environment env not None):
        self.env = env

    # What subclasses in this module override.
    cdef int notify(self, Event event) except -1:
        """Act as a waiter of another event."""
        raise TypeError(f"{self!r} cannot wait")

    cdef object waiter(self):
        """Return the callable that does what `notify` does."""
        return None

    cdef int own(self) except -1:
        """Run the event's own first callback."""
        return 0

    cdef object own_callback(self):
        """Return the callable that does what `own` does."""
        return None

    cdef inline int wait(self, object waiter) except -1:
        """Add a waiter at the end."""
        if self.flags & EXPOSED:
            self.rest.append(as_callback(waiter))
        elif self.first is None and self.rest is None:
            self.first = waiter
        elif self.rest is None:
            self.rest = [waiter]
        else:
            PyList_Append(self.rest, waiter)
        return 0

    cdef bint leave(self, object waiter) except -1:
        """Remove a waiter once; tell whether it was there."""
        cdef object callback
        if self.flags & PROCESSED:
            return False
        if self.flags & EXPOSED:
            callback = as_callback(waiter)
            if callback not in self.rest:
                return False
            self.rest.remove(callback)
            return True
        if self.first is waiter:
            self.first = None
            if self.rest is not None:
                self.first = self.rest.pop(0)
                if not self.rest:
                    self.rest = None
            return True
        if self.rest is None:
            return False
        for place in range(len(self.rest)):
            if self.rest[place] is waiter:
                del self.rest[place]
                if not self.rest:
                    self.rest = None
                return True
        return False

    @property
    def callbacks(self):
        """The functions called when the event is processed; None once it has been."""
        if self.flags & PROCESSED:
            return None
        if not self.flags & EXPOSED:
            shown = []
            if self.flags & OWN:
                shown.append(self.own_callback())
            if self.first is not None:
                shown.append(as_callback(self.first))
            if self.rest is not None:
                shown.extend([as_callback(waiter) for waiter in self.rest])
            self.rest, self.first = shown, None
            self.flags = (self.flags | EXPOSED) & ~<unsigned int>OWN
        return self.rest

    @callbacks.setter
    def callbacks(self, value):
        self.flags &= ~<unsigned int>(OWN | PROCESSED)
        self.first = None
        if value is None:
            self.rest = None
            self.flags = (self.flags | PROCESSED) & ~<unsigned int>EXPOSED
        else:
            self.rest = value
            self.flags |= EXPOSED

    @property
    def triggered(self):
        """Whether the event is going to happen or has happened."""
        return bool(self.flags & VALUED)

    @property
    def processed(self):
        """Whether the callbacks have been called."""
        return bool(self.flags & PROCESSED)

    @property
    def ok(self):
        """Whether the event succeeded; raises AttributeError before it is triggered."""
        if not self.flags & OK_KNOWN:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute '_ok'")
        return bool(self.flags & OK)

    @property
    def _ok(self):
        return self.ok

    @_ok.setter
    def _ok(self, value):
        self.flags = (self.flags & ~<unsigned int>OK) | OK_KNOWN
        if value:
            self.flags |= OK

    @property
    def defused(self):
        """Whether the event's failure has been taken care of."""
        return bool(self.flags & DEFUSED)

    @defused.setter
    def defused(self, value):
        self.flags |= DEFUSED

    @property
    def _defused(self):
        if not self.flags & DEFUSED:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute '_defused'")
        return True

    @_defused.setter
    def _defused(self, value):
        self.flags |= DEFUSED

    @property
    def value(self):
        """The event's value; raises AttributeError before it is triggered."""
        if not self.flags & VALUED:
            raise AttributeError(f"Value of {self} is not yet available")
        return self.val

    @property
    def _value(self):
        return self.val if self.flags & VALUED else PENDING

    @_value.setter
    def _value(self, value):
        if value is PENDING:
            self.val = None
            self.flags &= ~<unsigned int>VALUED
        else:
            self.val = value
            self.flags |= VALUED

    cdef int conclude(self, bint ok, object value) except -1:
        """Take on a result and become due now."""
        self.val = value
        self.flags = (self.flags & ~<unsigned int>OK) | OK_KNOWN | VALUED | (OK if ok else 0)
        self.env.due_now(self, False)
        return 0

    def trigger(self, event):
        """Take on the state and value of another event and become due now; usable as a callback."""
        self._ok = event._ok
        self._value = event._value
        self.env.due_now(self, False)

    def succeed(self, value=None):
        """Become due now with a value; RuntimeError if already triggered. Returns the event."""
        if self.flags & VALUED:
            raise RuntimeError(f"{self} has already been triggered")
        self.conclude(True, value)
        return self

    def fail(self, exception):
        """Become due now with an exception, raised in whoever waits. Returns the event.

        Raises
        ------
        TypeError
            `exception` is not an exception.
        RuntimeError
            The event has already been triggered.
        """
        if self.flags & VALUED:
            raise RuntimeError(f"{self} has already been triggered")
        if not isinstance(exception, BaseException):
            raise TypeError(f"{exception} is not an exception.")
        self.conclude(False, exception)
        return self

    def _desc(self):
        return f"{type(self).__name__}()"

    def __repr__(self):
        return f"<{self._desc()} object at {id(self):#x}>"

    def __and__(self, other):
        if not isinstance(self, Event):
            return NotImplemented
        return Condition((<Event>self).env, Condition.all_events, [self, other])

    def __or__(self, other):
        if not isinstance(self, Event):
            return NotImplemented
        return Condition((<Event>self).env, Condition.any_events, [self, other])

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: it belongs to a running clock")


cdef object as_callback(object waiter):
    """Return the Python callable of a raw waiter."""
    if isinstance(waiter, Event):
        return (<Event>waiter).waiter()
    return waiter


cdef class Timeout(Event):
    """An event that happens after `delay` and is triggered from the start.

    Raises
    ------
    ValueError
        The delay is negative or not a number.
    """

    cdef object delay

    def __init__(self, Environment env not None, delay, value=None):
        self.env = env
        start_timeout(self, delay, value)

    @property
    def _delay(self):
        return self.delay

    def _desc(self):
        shown = "" if self.val is None else f", value={self.value}"
        return f"{type(self).__name__}({self.delay}{shown})"


cdef inline int start_timeout(Timeout event, object delay, object value) except -1:
    event.val = value
    event.delay = delay
    event.flags = OK_KNOWN | OK | VALUED
    event.env.due_after(event, delay)
    return 0
