cdef enum:
    OWN_DO_PUT = 1          # a Python subclass has its own `_do_put` ...
    OWN_DO_GET = 2
    OWN_TRIGGER_PUT = 4
    OWN_TRIGGER_GET = 8
    HEAP_TYPE = 512         # Py_TPFLAGS_HEAPTYPE: a class made by Python code


cdef Py_ssize_t NO_LIMIT = <Py_ssize_t>1 << 62


cdef class Put(Event):
    """A wish to put something into a resource; happens when it is granted.

    Used in a `with` statement, it is cancelled on the way out if it was not granted.
    """

    cdef readonly BaseResource resource
    cdef public object proc
    cdef double asked                # when ...
    cdef bint asked_whole            # ... and whether that is a whole number

    def __init__(self, BaseResource resource not None):
        resource.enter_put(self)

    cdef int own(self) except -1:
        return self.resource.after_put(self)

    cdef object own_callback(self):
        return self.resource._trigger_get

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        self.cancel()

    def cancel(self):
        """Withdraw the wish if it was not granted yet."""
        if not self.flags & VALUED:
            self.resource.put_queue.remove(self)
            if self.resource.statistics is not None:
                self.resource.statistics.note()


cdef class Get(Event):
    """A wish to get something from a resource; happens when it is granted.

    Used in a `with` statement, it is cancelled on the way out if it was not granted.
    """

    cdef readonly BaseResource resource
    cdef public object proc
    cdef double asked

    def __init__(self, BaseResource resource not None):
        resource.enter_get(self)

    cdef int own(self) except -1:
        return self.resource.after_get(self)

    cdef object own_callback(self):
        return self.resource._trigger_put

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        self.cancel()

    def cancel(self):
        """Withdraw the wish if it was not granted yet."""
        if not self.flags & VALUED:
            self.resource.get_queue.remove(self)
            if self.resource.statistics is not None:
                self.resource.statistics.note()


cdef class BaseResource:
    """What all resources share: two queues, and the order in which they are served.

    A subclass gives `_do_put(event)` and `_do_get(event)`, which trigger the event if it can be
    granted and return whether the next in the queue may be tried.
    """

    PutQueue = list
    GetQueue = list

    cdef object extras               # the instance's __dict__; first, see objects.pxi
    cdef readonly Environment _env
    cdef object capacity_
    cdef Py_ssize_t slots            # the capacity where it is a number of places
    cdef public object put_queue
    cdef public object get_queue
    cdef readonly Statistics statistics
    cdef unsigned int overridden
    cdef bint shortcut               # an event may be tried before it stands in its queue
    cdef object __weakref__

    def __cinit__(self):
        empty_extras(<PyObject *>self)

    def __init__(self, Environment env not None, capacity):
        self._env = env
        self._capacity = capacity
        self.put_queue = self.PutQueue()
        self.get_queue = self.GetQueue()
        if type(self).__flags__ & HEAP_TYPE:
            self.overridden = (
                own_method(type(self), "_do_put") * OWN_DO_PUT
                | own_method(type(self), "_do_get") * OWN_DO_GET
                | own_method(type(self), "_trigger_put") * OWN_TRIGGER_PUT
                | own_method(type(self), "_trigger_get") * OWN_TRIGGER_GET
            )
            bind_early = getattr(type(self), "_bind_early", None)
            if bind_early is not None:
                bind_early(self)

    @property
    def _capacity(self):
        return self.capacity_

    @_capacity.setter
    def _capacity(self, value):
        self.capacity_ = value
        if isinstance(value, int) and value < NO_LIMIT:
            self.slots = value
        elif value == INFINITY:
            self.slots = NO_LIMIT
        else:
            self.slots = -1

    @property
    def capacity(self):
        """The most that the resource holds."""
        return self.capacity_

    cdef inline bint has_room(self, Py_ssize_t taken) except -1:
        if self.slots >= 0:
            return taken < self.slots
        return taken < self.capacity_

    cdef inline bint plain(self) noexcept:
        """Tell whether no Python code can have changed a method of this resource."""
        return (
            backhaul_extras(<PyObject *>self)[0] == NULL
            and not is_heap_type(<PyObject *>self)
        )

    cdef double current_level(self) except? -1:
        return 0.0

    def observe(self):
        """Start to keep time-weighted statistics, or start them afresh; returns them."""
        cdef Statistics statistics = Statistics.__new__(Statistics)
        statistics.begin(self)
        self.statistics = statistics
        return statistics

    def put(self):
        """Ask to put something in; returns the event of that."""
        return Put(self)

    def get(self):
        """Ask to get something out; returns the event of that."""
        return Get(self)

    # ---- granting; each pair is the C method and its Python face ----

    cdef bint do_put(self, Put event) except -1:
        raise NotImplementedError(self)

    cdef bint do_get(self, Get event) except -1:
        raise NotImplementedError(self)

    def _do_put(self, Put event not None):
        return True if self.do_put(event) else None

    def _do_get(self, Get event not None):
        return True if self.do_get(event) else None

    def _trigger_put(self, get_event):
        self.serve_puts()

    def _trigger_get(self, put_event):
        self.serve_gets()

    cdef inline bint try_put(self, event) except -1:
        if self.overridden & OWN_DO_PUT:
            return bool(self._do_put(event))
        return self.do_put(<Put?>event)

    cdef inline bint try_get(self, event) except -1:
        if self.overridden & OWN_DO_GET:
            return bool(self._do_get(event))
        return self.do_get(<Get?>event)

    cdef int after_put(self, Put event) except -1:
        if self.overridden & OWN_TRIGGER_GET:
            self._trigger_get(event)
        else:
            self.serve_gets()
        return 0

    cdef int after_get(self, Get event) except -1:
        if self.overridden & OWN_TRIGGER_PUT:
            self._trigger_put(event)
        else:
            self.serve_puts()
        return 0

    cdef int serve_puts(self) except -1:
        """Try those in the put queue in turn, as long as the resource says so."""
        cdef Py_ssize_t place = 0
        cdef Event event
        cdef bint proceed
        if size(self.put_queue) == 0:
            return 0
        while place < size(self.put_queue):
            event = standing(self.put_queue, place)
            proceed = self.try_put(event)
            if not event.flags & VALUED:
                place += 1
            else:
                if taken_out(self.put_queue, place) is not event:
                    raise RuntimeError("Put queue invariant violated")
                if self.statistics is not None:
                    self.statistics.served(True, (<Put>event).asked)
            if not proceed:
                break
        if self.statistics is not None:
            self.statistics.note()
        return 0

    cdef int serve_gets(self) except -1:
        """Try those in the get queue in turn, as long as the resource says so."""
        cdef Py_ssize_t place = 0
        cdef Event event
        cdef bint proceed
        if size(self.get_queue) == 0:
            return 0
        while place < size(self.get_queue):
            event = standing(self.get_queue, place)
            proceed = self.try_get(event)
            if not event.flags & VALUED:
                place += 1
            else:
                if taken_out(self.get_queue, place) is not event:
                    raise RuntimeError("Get queue invariant violated")
                if self.statistics is not None:
                    self.statistics.served(False, (<Get>event).asked)
            if not proceed:
                break
        if self.statistics is not None:
            self.statistics.note()
        return 0

    cdef int enter_put(self, Put event) except -1:
        """Queue a put and serve the queue."""
        event.env = self._env
        event.resource = self
        event.proc = self._env.active
        event.asked = self._env.moment()
        event.asked_whole = self._env.whole
        event.flags |= OWN
        queue = self.put_queue
        if self.shortcut and self.overridden == 0 and at_once(queue):
            self.do_put(event)
            if not event.flags & VALUED:
                queue.append(event)
            elif self.statistics is not None:
                self.statistics.served(True, event.asked)
            if self.statistics is not None:
                self.statistics.note()
            return 0
        queue.append(event)
        if self.overridden & OWN_TRIGGER_PUT:
            self._trigger_put(None)
        else:
            self.serve_puts()
        return 0

    cdef int enter_get(self, Get event) except -1:
        """Queue a get and serve the queue."""
        event.env = self._env
        event.resource = self
        event.proc = self._env.active
        event.asked = self._env.moment()
        event.flags |= OWN
        queue = self.get_queue
        if self.shortcut and self.overridden == 0 and at_once(queue):
            self.do_get(event)
            if not event.flags & VALUED:
                queue.append(event)
            elif self.statistics is not None:
                self.statistics.served(False, event.asked)
            if self.statistics is not None:
                self.statistics.note()
            return 0
        queue.append(event)
        if self.overridden & OWN_TRIGGER_GET:
            self._trigger_get(None)
        else:
            self.serve_gets()
        return 0

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: it belongs to a running clock")


cdef inline bint at_once(object queue):
    """Tell whether nobody stands in a queue of a kind that cannot refuse."""
    if PyList_CheckExact(queue):
        return PyList_GET_SIZE(queue) == 0
    if type(queue) is SortedQueue:
        return PyList_GET_SIZE(queue) == 0 and (<SortedQueue>queue).maxlen is None
    return False


cdef inline bint is_list(object queue):
    return PyList_CheckExact(queue) or type(queue) is SortedQueue


cdef inline Py_ssize_t size(object values) except -1:
    if is_list(values):
        return PyList_GET_SIZE(values)
    return len(values)


cdef inline object standing(object queue, Py_ssize_t place):
    """Return who stands at a place of a queue."""
    if is_list(queue):
        return <object>PyList_GET_ITEM(queue, place)
    return queue[place]


cdef inline object taken_out(object queue, Py_ssize_t place):
    """Take whoever stands at a place out of a queue."""
    if is_list(queue):
        one = <object>PyList_GET_ITEM(queue, place)
        PyList_SetSlice(queue, place, place + 1, NULL)
        return one
    return queue.pop(place)


cdef bint own_method(type kind, str name):
    """Tell whether Python code, not this module, defines a method of a class."""
    for one in kind.__mro__:
        if name in one.__dict__:
            return bool(one.__flags__ & HEAP_TYPE)
    return False
