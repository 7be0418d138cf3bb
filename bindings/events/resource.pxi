cdef class Preempted:
    """Why a process was interrupted: who took the resource, since when it was used, and which."""

    cdef public object by
    cdef public object usage_since
    cdef public object resource

    def __init__(self, by, usage_since, resource):
        self.by, self.usage_since, self.resource = by, usage_since, resource


cdef class Request(Put):
    """A wish to use a resource; in a `with` statement it is released on the way out."""

    cdef public object usage_since       # None until granted

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
    cdef public object time
    cdef public object key

    def __init__(self, resource, priority=0, preempt=True):
        self.rank(resource, priority, preempt)
        Put.__init__(self, resource)

    cdef int rank(self, BaseResource resource, object priority, object preempt) except -1:
        self.priority = priority
        self.preempt = bool(preempt)
        self.time = resource._env.now_object()
        self.key = (priority, self.time, not self.preempt)
        return 0


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
        key = item.key
        while low < high:
            middle = (low + high) // 2
            if key < (<object>PyList_GET_ITEM(self, middle)).key:
                high = middle
            else:
                low = middle + 1
        self.insert(low, item)


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
        self.shortcut = True

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
        if self.has_room(len(self.users)):
            self.users.append(event)
            if isinstance(event, Request):
                (<Request>event).usage_since = self._env.now_object()
            else:
                event.usage_since = self._env.now_object()
            event.conclude(True, None)
        return False

    cdef bint do_get(self, Get event) except -1:
        request = event.request if type(event) is not Release else (<Release>event).request
        if request in self.users:
            self.users.remove(request)
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
        if event.preempt and not self.has_room(len(self.users)):
            last = None
            for user in self.users:
                if last is None or last.key < user.key:
                    last = user
            if last.key > event.key:
                self.users.remove(last)
                last.proc.interrupt(Preempted(event.proc, last.usage_since, self))
        return Resource.do_put(self, event)
