cdef enum:
    GRANTED = 128           # flags of a request: `since` says when it was granted ...
    GRANTED_WHOLE = 256     # ... a whole number


cdef int forget(object users, object request) except -1:
    """Remove a request from the users, if it is there."""
    if PyList_CheckExact(users):
        for place in range(PyList_GET_SIZE(users)):
            if PyList_GET_ITEM(users, place) == <PyObject *>request:
                PyList_SetSlice(users, place, place + 1, NULL)
                return 0
    elif request in users:
        users.remove(request)
    return 0


cdef class Preempted:
    """Why a process was interrupted: who took the resource, since when it was used, and which."""

    cdef public object by
    cdef public object usage_since
    cdef public object resource

    def __init__(self, by, usage_since, resource):
        self.by, self.usage_since, self.resource = by, usage_since, resource


cdef class Request(Put):
    """A wish to use a resource; in a `with` statement it is released on the way out."""

    cdef double since                    # when it was granted; `since_odd` if the time is odd
    cdef object since_odd

    @property
    def usage_since(self):
        """The time at which the slot was given; None before."""
        if self.since_odd is not None or not self.flags & GRANTED:
            return self.since_odd
        return self.env.when(self.since, self.flags & GRANTED_WHOLE)

    @usage_since.setter
    def usage_since(self, value):
        self.since_odd = value
        self.flags &= ~<unsigned int>GRANTED

    cdef inline int leave_resource(self, object exc_type) except -1:
        cdef BaseResource resource = self.resource
        if not self.flags & VALUED:
            self.cancel()
        # A generator that is being collected releases nothing: nobody would process the event.
        if exc_type is GeneratorExit:
            return 0
        if resource.plain():
            (<Resource>resource).give_back(self)
        else:
            resource.release(self)
        return 0

    def __exit__(self, exc_type, exc_value, traceback):
        self.leave_resource(exc_type)


cdef class Release(Get):
    """Gives a resource back; happens at once."""

    cdef public object request

    def __init__(self, resource, request):
        self.request = request
        Get.__init__(self, resource)


cdef class PriorityRequest(Request):
    """A wish to use a resource with a priority; lower numbers come first."""

    cdef public object priority
    cdef public bint preempt
    cdef object made                     # the time at which the request was made
    cdef long long rank_priority         # the same in C, where `ranked` says that they fit
    cdef bint ranked
    cdef object own_key                  # set by a subclass

    def __init__(self, resource, priority=0, preempt=True):
        self.rank(resource, priority, preempt)
        Put.__init__(self, resource)

    cdef int rank(self, BaseResource resource, object priority, object preempt) except -1:
        cdef int overflow = 0
        self.priority = priority
        self.preempt = bool(preempt)
        if PyLong_CheckExact(priority) and resource._env.odd is None:
            self.rank_priority = PyLong_AsLongLongAndOverflow(priority, &overflow)
            self.ranked = not overflow
        if not self.ranked:
            self.made = resource._env.now_object()
        return 0

    @property
    def time(self):
        """The time at which the request was made."""
        if self.ranked and self.made is None:
            self.made = self.env.when(self.asked, self.asked_whole)
        return self.made

    @property
    def key(self):
        """What requests are sorted by: priority, then time, then those that preempt first."""
        if self.own_key is not None:
            return self.own_key
        return self.priority, self.time, not self.preempt

    @key.setter
    def key(self, value):
        self.own_key = value
        self.ranked = False


cdef inline bint sooner(object a, object b) except -1:
    """Tell whether one request comes before another by its key."""
    cdef PriorityRequest first, second
    if type(a) is PriorityRequest and type(b) is PriorityRequest:
        first, second = <PriorityRequest>a, <PriorityRequest>b
        if first.ranked and second.ranked:
            if first.rank_priority != second.rank_priority:
                return first.rank_priority < second.rank_priority
            if first.asked != second.asked:
                return first.asked < second.asked
            return first.preempt and not second.preempt
    return a.key < b.key


cdef class SortedQueue(list):
    """A queue in the order of its events' `key`; equal ones stay in the order of their coming."""

    cdef public object maxlen

    def __init__(self, maxlen=None):
        super().__init__()
        self.maxlen = maxlen

    def append(self, item):
        """Put an event in its place; RuntimeError if the queue is full."""
        cdef Py_ssize_t low = 0, high = PyList_GET_SIZE(self), middle
        if self.maxlen is not None and high >= self.maxlen:
            raise RuntimeError("Cannot append event. Queue is full.")
        if high and not sooner(item, <object>PyList_GET_ITEM(self, high - 1)):
            low = high
        while low < high:
            middle = (low + high) // 2
            if sooner(item, <object>PyList_GET_ITEM(self, middle)):
                high = middle
            else:
                low = middle + 1
        PyList_Insert(self, low, item)


cdef class Resource(BaseResource):
    """A number of slots that processes request, use and release, first come first served.

    Raises
    ------
    ValueError
        `capacity` is not positive.
    """

    cdef public object users

    def __init__(self, Environment env not None, capacity=1):
        if capacity <= 0:
            raise ValueError('"capacity" must be > 0.')
        BaseResource.__init__(self, env, capacity)
        self.users = []
        # A preemption may fail (its victim has ended), which leaves the request in the queue.
        self.shortcut = not isinstance(self, PreemptiveResource)

    @property
    def queue(self):
        """Those who wait for a slot."""
        return self.put_queue

    @property
    def count(self):
        """How many slots are in use."""
        return len(self.users)

    cdef double current_level(self) except? -1:
        return len(self.users)

    def request(self):
        """Ask for a slot."""
        cdef Request event = Request.__new__(Request)
        self.enter_put(event)
        return event

    def release(self, request):
        """Give a slot back."""
        return self.give_back(request)

    put = request
    get = release

    cdef Release give_back(self, object request):
        cdef Release event = Release.__new__(Release)
        event.request = request
        self.enter_get(event)
        return event

    cdef bint do_put(self, Put event) except -1:
        if self.has_room(size(self.users)):
            self.users.append(event)
            if isinstance(event, Request):
                (<Request>event).since = self._env.moment()
                (<Request>event).since_odd = self._env.odd_now
                event.flags |= GRANTED | (GRANTED_WHOLE if self._env.whole else 0)
            else:
                event.usage_since = self._env.now_object()
            event.conclude(True, None)
        return False

    cdef bint do_get(self, Get event) except -1:
        forget(self.users, event.request if type(event) is not Release else (<Release>event).request)
        event.conclude(True, None)
        return False


cdef class PriorityResource(Resource):
    """A `Resource` whose waiting requests are served by priority, then by time."""

    PutQueue = SortedQueue
    GetQueue = list

    def request(self, priority=0, preempt=True):
        """Ask for a slot; lower priorities come first."""
        cdef PriorityRequest event = PriorityRequest.__new__(PriorityRequest)
        event.rank(self, priority, preempt)
        self.enter_put(event)
        return event

    put = request


cdef class PreemptiveResource(PriorityResource):
    """A `PriorityResource` whose users are interrupted for more urgent requests."""

    cdef bint do_put(self, Put event) except -1:
        cdef bint preempts
        if type(event) is PriorityRequest:
            preempts = (<PriorityRequest>event).preempt
        else:
            preempts = event.preempt
        if preempts and not self.has_room(size(self.users)):
            last = None
            for user in self.users:
                if last is None or sooner(last, user):
                    last = user
            if sooner(event, last):
                self.users.remove(last)
                last.proc.interrupt(Preempted(event.proc, last.usage_since, self))
        return Resource.do_put(self, event)
