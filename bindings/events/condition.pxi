cdef class ConditionValue:
    """What a condition was met with: the events that have happened and their values, in order."""

    cdef public list events

    def __init__(self):
        self.events = []

    def __getitem__(self, key):
        if key not in self.events:
            raise KeyError(str(key))
        return key._value

    def __contains__(self, key):
        return key in self.events

    def __eq__(self, other):
        if isinstance(other, ConditionValue):
            return self.events == (<ConditionValue>other).events
        if isinstance(other, dict):
            return self.todict() == other
        return NotImplemented

    __hash__ = None

    def __repr__(self):
        return f"<ConditionValue {self.todict()}>"

    def __iter__(self):
        return iter(self.events)

    def keys(self):
        """Iterate over the events."""
        return iter(self.events)

    def values(self):
        """Iterate over the events' values."""
        return iter([event._value for event in self.events])

    def items(self):
        """Iterate over pairs of event and value."""
        return iter([(event, event._value) for event in self.events])

    def todict(self):
        """Return a dictionary of events and values."""
        return {event: event._value for event in self.events}


def all_events(events, count):
    """Tell whether all events have happened."""
    return len(events) == count


def any_events(events, count):
    """Tell whether any event has happened."""
    return count > 0 or len(events) == 0


cdef class Condition(Event):
    """Happens when `evaluate(events, count of those that happened)` is true.

    Raises
    ------
    ValueError
        The events are of different environments.
    """

    cdef object evaluate
    cdef tuple events
    cdef Py_ssize_t count
    cdef Py_ssize_t needed          # this many events decide; -1: ask `evaluate`

    all_events = staticmethod(all_events)
    any_events = staticmethod(any_events)

    def __init__(self, Environment env not None, evaluate, events):
        self.env = env
        self.begin(evaluate, tuple(events))

    cdef int begin(self, object evaluate, tuple events) except -1:
        cdef Event event
        self.evaluate = evaluate
        self.events = events
        self.count = 0
        self.needed = -1
        if not events:
            self.conclude(True, ConditionValue())
            return 0
        if evaluate is all_events:
            self.needed = len(events)
        elif evaluate is any_events:
            self.needed = 1
        for one in events:
            if one.env is not self.env:
                raise ValueError("It is not allowed to mix events from different environments")
            if not isinstance(one, Event):
                raise TypeError(f"{one} is not an event of the compiled clock")
        for one in events:
            event = <Event>one
            if event.flags & PROCESSED:
                self.check(event)
            else:
                event.wait(self)
        # Builds the value when this condition is processed, before anybody sees it.
        self.flags |= OWN
        return 0

    @property
    def _events(self):
        return self.events

    @property
    def _evaluate(self):
        return self.evaluate

    @property
    def _count(self):
        return self.count

    def _desc(self):
        return f"{type(self).__name__}({self.evaluate.__name__}, {self.events})"

    cdef int notify(self, Event event) except -1:
        return self.check(event)

    cdef object waiter(self):
        return self._check

    def _check(self, Event event not None):
        self.check(event)

    cdef int check(self, Event event) except -1:
        """Count an event that has happened, and conclude if that decides."""
        if self.flags & VALUED:
            return 0
        self.count += 1
        if not event.flags & OK:
            event.flags |= DEFUSED
            self.conclude(False, event.val)
        elif self.needed >= 0:
            if self.count >= self.needed:
                self.conclude(True, None)
        elif self.evaluate(self.events, self.count):
            self.conclude(True, None)
        return 0

    cdef int own(self) except -1:
        cdef ConditionValue value
        self.stop_checking()
        if self.flags & OK:
            value = ConditionValue.__new__(ConditionValue)
            value.events = []
            self.populate(value.events)
            self.val = value
        return 0

    cdef object own_callback(self):
        return self._build_value

    def _build_value(self, event):
        self.own()

    def _populate_value(self, ConditionValue value not None):
        self.populate(value.events)

    def _remove_check_callbacks(self):
        self.stop_checking()

    cdef int populate(self, list found) except -1:
        cdef Event event
        for one in self.events:
            event = <Event>one
            if isinstance(event, Condition):
                (<Condition>event).populate(found)
            elif event.flags & PROCESSED:
                PyList_Append(found, event)
        return 0

    cdef int stop_checking(self) except -1:
        """Leave the events that did not decide: a cycle less, and nobody to tell."""
        cdef Event event
        for one in self.events:
            event = <Event>one
            if not event.flags & PROCESSED:
                event.leave(self)
            if isinstance(event, Condition):
                (<Condition>event).stop_checking()
        return 0


cdef class AllOf(Condition):
    """Happens when all of the events have; fails as soon as one of them fails."""

    def __init__(self, Environment env not None, events):
        self.env = env
        self.begin(all_events, tuple(events))


cdef class AnyOf(Condition):
    """Happens when any of the events has; fails as soon as one of them fails."""

    def __init__(self, Environment env not None, events):
        self.env = env
        self.begin(any_events, tuple(events))
