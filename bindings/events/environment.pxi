from time import monotonic

cpdef enum Outcome:
    EMPTY       # nothing is left to process
    STOPPED     # StopSimulation was raised: `result` is its value
    FAILED      # an event failed and nobody defused it: `failure` is what to raise
    STEPPED     # one event was processed
    PAUSED      # a limit was reached

cdef enum:
    SIGNALS_EVERY = 1024        # events between two looks for Ctrl-C
    LIMITS_EVERY = 32           # the same, with a wall-clock limit set
    WHOLE, REAL, ODD            # kinds of numbers

cdef double SLOW_S = 0.005      # above this between two looks at the clock: look after each event


cdef inline int measured(object number, double *amount) except -1:
    """Read a time or a delay; ODD is a number that a double does not hold exactly."""
    cdef int overflow = 0
    if PyLong_Check(number):
        amount[0] = <double>PyLong_AsLongLongAndOverflow(number, &overflow)
        return ODD if overflow or not -WHOLE_LIMIT < amount[0] < WHOLE_LIMIT else WHOLE
    if PyFloat_Check(number):
        amount[0] = PyFloat_AS_DOUBLE(number)
        return REAL
    if PyIndex_Check(number):
        return measured(number.__index__(), amount)
    return ODD


cdef class Environment:
    """The compiled part of an environment: its calendar and its loop.

    `run` and `step` are Python, in `backhaul.sim.clock.core`, so that they show in tracebacks as
    they do in SimPy.
    """

    cdef Heap later
    cdef Ring urgent
    cdef Ring normal
    cdef double time
    cdef bint whole                 # whether `now` is an int
    cdef bint slow                  # times are odd, or a subclass has a `schedule` of its own
    cdef bint own_schedule
    cdef uint64_t number            # of the next event
    cdef object active              # the active process, or None
    cdef list odd                   # a heap of (time, priority, number, event) for odd times
    cdef object odd_now
    cdef object failure
    cdef object result
    cdef object tracer
    cdef object on_tick
    cdef double deadline            # monotonic seconds; 0 is none
    cdef double looked_at
    cdef uint64_t events_left       # until a pause; 0 is no limit
    cdef Py_ssize_t every
    cdef Py_ssize_t countdown
    cdef object __weakref__

    def __cinit__(self, *args, **kwargs):
        self.whole = True
        self.every = self.countdown = SIGNALS_EVERY

    def __init__(self, initial_time=0):
        self.own_schedule = type(self).schedule is not Environment.schedule
        self.slow = self.own_schedule
        cdef int kind = measured(initial_time, &self.time)
        self.whole = kind == WHOLE
        if kind == ODD:
            self.time = 0
            self.turn_odd(initial_time)

    def __dealloc__(self):
        drop_heap(&self.later)
        drop_ring(&self.urgent)
        drop_ring(&self.normal)

    # ---- time ----

    cdef object when(self, double time, bint whole):
        if whole:
            return <long long>time
        return time

    cdef object now_object(self):
        if self.odd is not None:
            return self.odd_now
        return self.when(self.time, self.whole)

    cdef inline double moment(self) except? -1:
        """Return the current time as a double, for statistics."""
        return self.time if self.odd is None else float(self.odd_now)

    @property
    def now(self):
        """The current time: an int as long as all delays are, exactly as Python adds them."""
        if self.odd is None:
            if self.whole:
                return <long long>self.time
            return self.time
        return self.odd_now

    @property
    def _now(self):
        return self.now_object()

    @property
    def active_process(self):
        """The process that is running now, or None."""
        return self.active

    @property
    def _active_proc(self):
        return self.active

    @property
    def _eid(self):
        from itertools import count
        return count(self.number)

    # ---- scheduling ----

    cdef inline Date date(self, Event event, double time, bint whole, int priority):
        cdef Date date
        date.time = time
        date.key = (<uint64_t>(priority + 128) << 56) | (self.number << 1) | whole
        date.event = <PyObject *>event
        self.number += 1
        return date

    cdef inline int due_now(self, Event event, bint urgent) except -1:
        """Schedule an event now, behind those that are already due."""
        if self.slow:
            return self.due_slow(event, URGENT if urgent else NORMAL, 0)
        if urgent:
            ring_push(&self.urgent, self.date(event, self.time, self.whole, 0))
        else:
            ring_push(&self.normal, self.date(event, self.time, self.whole, 1))
        Py_INCREF(event)
        return 0

    cdef inline int due_after(self, Event event, object delay) except -1:
        """Schedule an event after a delay that must not be negative."""
        cdef double amount = 0
        cdef int kind = measured(delay, &amount)
        if kind == ODD:
            if delay < 0:
                raise ValueError(f"Negative delay {delay}")
        elif not amount >= 0:
            raise ValueError(f"Negative delay {delay}" if amount < 0 else f"Invalid delay {delay}")
        if self.slow or kind == ODD:
            return self.due_slow(event, NORMAL, delay)
        return self.due_at(event, self.time + amount, self.whole and kind == WHOLE, 1, delay)

    cdef inline int due_at(
        self, Event event, double time, bint whole, int priority, object delay
    ) except -1:
        if whole and not -WHOLE_LIMIT < time < WHOLE_LIMIT:
            self.turn_odd(self.now_object())
            return self.due_slow(event, priority, delay)
        if time == self.time and priority == 1:
            ring_push(&self.normal, self.date(event, time, whole, 1))
        else:
            heap_push(&self.later, self.date(event, time, whole, priority))
        Py_INCREF(event)
        return 0

    cdef int due_slow(self, Event event, object priority, object delay) except -1:
        """Schedule through Python: a subclass's own `schedule`, or odd times."""
        if self.own_schedule:
            self.schedule(event, priority, delay)
        else:
            Environment.schedule(self, event, priority, delay)
        return 0

    def schedule(self, Event event not None, priority=NORMAL, delay=0):
        """Schedule a triggered event after a delay; lower priorities come first."""
        cdef double amount = 0, time = 0
        cdef int kind = ODD
        if self.odd is None and -128 <= priority <= 127:
            kind = measured(delay, &amount)
            if kind != ODD:
                time = self.time + amount
                if time != time:
                    raise ValueError(f"Invalid delay {delay}")
                self.due_at_checked(event, time, self.whole and kind == WHOLE, priority, delay)
                return
            moment = self.now_object() + delay
            kind = measured(moment, &time)
            if kind != ODD and type(moment) in (int, float):
                self.due_at_checked(event, time, kind == WHOLE, priority, delay)
                return
        if self.odd is None:
            self.turn_odd(self.now_object())
        self.push_odd(event, priority, delay)

    cdef int due_at_checked(
        self, Event event, double time, bint whole, int priority, object delay
    ) except -1:
        if whole and not -WHOLE_LIMIT < time < WHOLE_LIMIT:
            self.turn_odd(self.now_object())
            self.push_odd(event, priority, delay)
        else:
            self.due_at(event, time, whole, priority, delay)
        return 0

    cdef int push_odd(self, Event event, object priority, object delay) except -1:
        import heapq
        number = self.number
        self.number += 1
        heapq.heappush(self.odd, (self.odd_now + delay, priority, number, event))
        return 0

    cdef int turn_odd(self, object now) except -1:
        """Move the calendar to a list of tuples, which holds any time that Python can compare."""
        if self.odd is None:
            self.odd = self._entries()
            drop_heap(&self.later)
            drop_ring(&self.urgent)
            drop_ring(&self.normal)
            self.odd_now = now
            self.slow = True
        return 0

    # ---- looking at the calendar ----

    cdef tuple entry(self, Date *date):
        return (
            self.when(date.time, date.key & 1),
            <int>(date.key >> 56) - 128,
            (date.key & 0x00FFFFFFFFFFFFFF) >> 1,
            <object>date.event,
        )

    cdef Date *first_date(self) noexcept:
        """Return where the next event's date stands, or NULL."""
        cdef Date *found = NULL
        heap_settle(&self.later)
        if self.urgent.count:
            found = &self.urgent.items[self.urgent.head]
        elif self.normal.count:
            found = &self.normal.items[self.normal.head]
        if self.later.size and (found == NULL or before(&self.later.items[0], found)):
            found = &self.later.items[0]
        return found

    def peek(self):
        """Return the time of the next event, or infinity when there is none."""
        if self.odd is not None:
            return self.odd[0][0] if self.odd else INFINITY
        cdef Date *date = self.first_date()
        if date == NULL:
            return INFINITY
        return self.when(date.time, date.key & 1)

    def _first_entry(self):
        if self.odd is not None:
            return self.odd[0] if self.odd else None
        cdef Date *date = self.first_date()
        return None if date == NULL else self.entry(date)

    def _pending(self):
        if self.odd is not None:
            return len(self.odd)
        return self.later.size - self.later.hole + self.urgent.count + self.normal.count

    def _entries(self):
        """Return (time, priority, number, event) of all events to come, in their order."""
        if self.odd is not None:
            return sorted(self.odd)
        heap_settle(&self.later)
        entries = [self.entry(&self.later.items[i]) for i in range(self.later.size)]
        for i in range(self.urgent.count):
            entries.append(self.entry(&self.urgent.items[(self.urgent.head + i) & self.urgent.mask]))
        for i in range(self.normal.count):
            entries.append(self.entry(&self.normal.items[(self.normal.head + i) & self.normal.mask]))
        entries.sort()
        return entries

    # ---- the loop ----

    cdef inline Event take(self):
        """Take the next event off the calendar and move the time to it; None when there is none."""
        cdef Date date
        cdef Date *found
        cdef Event event
        if self.odd is not None:
            return self.take_odd()
        if self.urgent.count or self.normal.count:
            found = self.first_date()
            if self.later.size and found == self.later.items:
                if found.time < self.time:
                    self.empty_rings()
                    found = self.later.items
                date = found[0]
                self.later.hole = True
            elif self.urgent.count:
                date = ring_pop(&self.urgent)
            else:
                date = ring_pop(&self.normal)
        else:
            heap_settle(&self.later)
            if not self.later.size:
                return None
            date = self.later.items[0]
            self.later.hole = True
        self.time, self.whole = date.time, date.key & 1
        event = <Event>date.event
        Py_DECREF(event)           # the calendar's reference; `event` holds its own
        if self.tracer is not None:
            self.tracer(*self.entry(&date))
        return event

    cdef int empty_rings(self) except -1:
        """Move what is due now to the heap: somebody scheduled an event into the past."""
        while self.urgent.count:
            heap_push(&self.later, ring_pop(&self.urgent))
        while self.normal.count:
            heap_push(&self.later, ring_pop(&self.normal))
        return 0

    cdef Event take_odd(self):
        import heapq
        if not self.odd:
            return None
        entry = heapq.heappop(self.odd)
        self.odd_now = entry[0]
        if self.tracer is not None:
            self.tracer(*entry)
        return entry[3]

    cdef int loop(self, bint once) except -1:
        """Process events until something ends it; returns an Outcome."""
        cdef Event event = None
        cdef object first
        cdef list rest = None
        cdef Py_ssize_t place = 0
        try:
            while True:
                self.countdown -= 1
                if self.countdown <= 0 and self.look_around():
                    return PAUSED
                event = self.take()
                if event is None:
                    return EMPTY
                # Taken before any is called: callbacks must not change the list they stand in.
                place = -2
                first = event.first
                rest = event.rest
                event.first = None
                event.rest = None
                event.flags |= PROCESSED
                if event.flags & OWN:
                    event.own()
                if first is not None:
                    place = -1
                    if type(first) is Process:
                        (<Process>first).resume(event)
                    elif isinstance(first, Event):
                        (<Event>first).notify(event)
                    else:
                        first(event)
                if rest is not None:
                    place = 0
                    while place < PyList_GET_SIZE(rest):
                        waiter = <object>PyList_GET_ITEM(rest, place)
                        if event.flags & EXPOSED or not isinstance(waiter, Event):
                            waiter(event)
                        else:
                            (<Event>waiter).notify(event)
                        place += 1
                if not event.flags & (OK | DEFUSED):
                    self.failure = copied(event.val)
                    return FAILED
                if once:
                    return STEPPED
        except StopSimulation as stop:
            # Whoever was not called yet is called first when the run goes on.
            if place == -2 and first is not None:
                rest = [first] if rest is None else [first, *rest]
            elif rest is not None and place >= 0:
                rest = rest[place + 1:]
            event.rest = rest if rest or event.flags & EXPOSED else None
            event.flags &= ~<unsigned int>(PROCESSED | OWN)
            self.schedule(event, -1)
            self.result = stop.args[0] if stop.args else None
            return STOPPED

    cdef bint look_around(self) except -1:
        """Answer signals, progress and limits now and then; tell whether to pause."""
        cdef double now
        PyErr_CheckSignals()
        if self.on_tick is None and self.deadline == 0 and self.events_left == 0:
            self.countdown = SIGNALS_EVERY
            return False
        if self.events_left:
            self.events_left -= 1 if self.every <= 1 else min(<uint64_t>self.every, self.events_left)
            if self.events_left == 0:
                self.events_left = 1
                self.countdown = 1
                return True
        now = monotonic()
        self.every = 1 if now - self.looked_at > SLOW_S else min(self.every * 2, LIMITS_EVERY)
        if self.events_left:
            self.every = min(self.every, <Py_ssize_t>self.events_left)
        self.countdown = self.every
        self.looked_at = now
        if self.on_tick is not None:
            self.on_tick(now)
        if self.deadline and now >= self.deadline:
            self.countdown = 1
            return True
        return False

    def _limit(self, deadline, events, on_tick):
        """Set the limits of the next `_loop`: monotonic seconds and a number of events; 0 is none."""
        self.deadline = deadline
        self.events_left = events
        self.on_tick = on_tick
        self.looked_at = monotonic()
        self.every = self.countdown = 1
        if events:
            self.events_left = events + 1      # the first look comes before the first event

    def _trace(self, tracer):
        """Call `tracer(time, priority, number, event)` before each event is processed."""
        self.tracer = tracer

    def _loop(self):
        """Process events until something ends it; returns (outcome, value)."""
        cdef int outcome = self.loop(False)
        value, self.result = self.result, None
        return outcome, value

    def _step(self):
        """Process one event; returns the exception to raise, or None."""
        if self.failure is None:
            outcome = self.loop(True)
            if outcome == EMPTY:
                raise EmptySchedule
            if outcome == STOPPED:
                value, self.result = self.result, None
                raise StopSimulation(value)
            if outcome == PAUSED:
                self.countdown = SIGNALS_EVERY
                return self._step()
        failure, self.failure = self.failure, None
        return failure

    # ---- making events ----

    def timeout(self, delay=0, value=None):
        """Return an event that happens after `delay`, with an optional value."""
        cdef Timeout event = Timeout.__new__(Timeout)
        event.env = self
        start_timeout(event, delay, value)
        return event

    def event(self):
        """Return an event that somebody has to trigger."""
        cdef Event event = Event.__new__(Event)
        event.env = self
        return event

    def process(self, generator):
        """Start a process that runs a generator; the process is an event itself."""
        cdef Process process = Process.__new__(Process)
        process.env = self
        process.start(generator)
        return process

    def all_of(self, events):
        """Return a condition that is met when all of the events have happened."""
        return AllOf(self, events)

    def any_of(self, events):
        """Return a condition that is met when any of the events has happened."""
        return AnyOf(self, events)

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: it is a running clock")
