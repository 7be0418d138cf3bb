cdef class Statistics:
    """Time-weighted figures of one resource, kept while it works.

    `level` is the number of users, the amount in a container or the number of items in a store;
    `put_queue` and `get_queue` count those who wait (requests wait in the put queue).
    """

    cdef BaseResource resource
    cdef double since, last
    cdef double level, puts, gets
    cdef double level_area, puts_area, gets_area
    cdef double top_level, top_puts, top_gets
    cdef readonly Py_ssize_t puts_served
    cdef readonly Py_ssize_t gets_served
    cdef readonly Py_ssize_t puts_delayed
    cdef readonly Py_ssize_t gets_delayed
    cdef readonly double put_wait_sum
    cdef readonly double get_wait_sum

    cdef int begin(self, BaseResource resource) except -1:
        self.resource = resource
        self.reset()
        return 0

    def reset(self):
        """Forget what was seen so far, for example at the end of a warm-up."""
        cdef double now = self.resource._env.moment()
        self.since = self.last = now
        self.level_area = self.puts_area = self.gets_area = 0
        self.put_wait_sum = self.get_wait_sum = 0
        self.puts_served = self.gets_served = self.puts_delayed = self.gets_delayed = 0
        self.level = self.resource.current_level()
        self.puts = len(self.resource.put_queue)
        self.gets = len(self.resource.get_queue)
        self.top_level = self.top_puts = self.top_gets = 0

    cdef int note(self) except -1:
        """Add the time since the last change at the old state, and take over the new one."""
        cdef BaseResource resource = self.resource
        cdef double now = resource._env.moment()
        cdef double passed = now - self.last
        if passed > 0:
            # Only a state that lasted counts: an event may pass through a queue in no time.
            self.level_area += passed * self.level
            self.puts_area += passed * self.puts
            self.gets_area += passed * self.gets
            self.top_level = max(self.top_level, self.level)
            self.top_puts = max(self.top_puts, self.puts)
            self.top_gets = max(self.top_gets, self.gets)
            self.last = now
        self.level = resource.current_level()
        self.puts, self.gets = size(resource.put_queue), size(resource.get_queue)
        return 0

    cdef int served(self, bint put, double asked) except -1:
        """Count a request that was served, and how long it had waited."""
        cdef double waited = self.resource._env.moment() - asked
        if put:
            self.puts_served += 1
            self.put_wait_sum += waited
            self.puts_delayed += waited > 0
        else:
            self.gets_served += 1
            self.get_wait_sum += waited
            self.gets_delayed += waited > 0
        return 0

    @property
    def elapsed(self):
        """The time over which the figures are taken."""
        return self.resource._env.moment() - self.since

    def _mean(self, area):
        return area / self.elapsed if self.elapsed > 0 else 0.0

    @property
    def mean_level(self):
        """Time-weighted mean of the level (for a resource: of the busy slots)."""
        self.note()
        return self._mean(self.level_area)

    @property
    def mean_put_queue(self):
        """Time-weighted mean length of the put queue (for a resource: of those who wait)."""
        self.note()
        return self._mean(self.puts_area)

    @property
    def mean_get_queue(self):
        """Time-weighted mean length of the get queue."""
        self.note()
        return self._mean(self.gets_area)

    @property
    def utilisation(self):
        """Mean level over capacity; 0 where the capacity is unlimited."""
        return self.mean_level / float(self.resource._capacity)

    @property
    def mean_put_wait(self):
        """Mean time that served puts (requests) had waited."""
        return self.put_wait_sum / self.puts_served if self.puts_served else 0.0

    @property
    def mean_get_wait(self):
        """Mean time that served gets had waited."""
        return self.get_wait_sum / self.gets_served if self.gets_served else 0.0

    @property
    def max_level(self):
        """The highest level that lasted."""
        self.note()
        return self.top_level

    @property
    def max_put_queue(self):
        """The longest put queue that lasted."""
        self.note()
        return <Py_ssize_t>self.top_puts

    @property
    def max_get_queue(self):
        """The longest get queue that lasted."""
        self.note()
        return <Py_ssize_t>self.top_gets
