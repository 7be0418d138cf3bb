cdef class ContainerPut(Put):
    """A wish to put an amount into a container.

    Raises
    ------
    ValueError
        `amount` is not positive.
    """

    cdef public object amount

    def __init__(self, container, amount):
        self.set_amount(amount)
        Put.__init__(self, container)

    cdef inline int set_amount(self, object amount) except -1:
        if amount <= 0:
            raise ValueError(f"amount(={amount}) must be > 0.")
        self.amount = amount
        return 0


cdef class ContainerGet(Get):
    """A wish to get an amount out of a container.

    Raises
    ------
    ValueError
        `amount` is not positive.
    """

    cdef public object amount

    def __init__(self, container, amount):
        self.set_amount(amount)
        Get.__init__(self, container)

    cdef inline int set_amount(self, object amount) except -1:
        if amount <= 0:
            raise ValueError(f"amount(={amount}) must be > 0.")
        self.amount = amount
        return 0


cdef class Container(BaseResource):
    """Holds an amount of something, up to `capacity`; starts with `init`.

    Raises
    ------
    ValueError
        `capacity` is not positive, or `init` is not between 0 and `capacity`.
    """

    cdef public object _level

    def __init__(self, Environment env not None, capacity=INFINITY, init=0):
        if capacity <= 0:
            raise ValueError('"capacity" must be > 0.')
        if init < 0:
            raise ValueError('"init" must be >= 0.')
        if init > capacity:
            raise ValueError('"init" must be <= "capacity".')
        BaseResource.__init__(self, env, capacity)
        self._level = init
        self.shortcut = True

    @property
    def level(self):
        """The amount that is in the container."""
        return self._level

    cdef double current_level(self) except? -1:
        return self._level

    def put(self, amount):
        """Ask to put an amount in."""
        cdef ContainerPut event = ContainerPut.__new__(ContainerPut)
        event.set_amount(amount)
        self.enter_put(event)
        return event

    def get(self, amount):
        """Ask to get an amount out."""
        cdef ContainerGet event = ContainerGet.__new__(ContainerGet)
        event.set_amount(amount)
        self.enter_get(event)
        return event

    cdef bint do_put(self, Put event) except -1:
        amount = (<ContainerPut>event).amount if isinstance(event, ContainerPut) else event.amount
        if self.capacity_ - self._level >= amount:
            self._level = self._level + amount
            event.conclude(True, None)
            return True
        return False

    cdef bint do_get(self, Get event) except -1:
        amount = (<ContainerGet>event).amount if isinstance(event, ContainerGet) else event.amount
        if self._level >= amount:
            self._level = self._level - amount
            event.conclude(True, None)
            return True
        return False
