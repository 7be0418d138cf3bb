cdef class SimPyException(Exception):
    """Base of the exceptions of the clock; the name is SimPy's, so that code runs on either engine."""


cdef class Interrupt(SimPyException):
    """Thrown into a process that another one interrupts; `cause` says why."""

    def __init__(self, cause):
        self.args = (cause,)

    def __str__(self):
        return f"{type(self).__name__}({self.cause!r})"

    @property
    def cause(self):
        """What was given to `Process.interrupt`, or None."""
        return self.args[0]


class StopSimulation(Exception):
    """Ends `Environment.run` with its argument as result."""

    @classmethod
    def callback(cls, event):
        """Stop the run with the event's value, or raise its exception."""
        if event.ok:
            raise cls(event.value)
        raise event._value


class EmptySchedule(Exception):
    """There is no further event to process."""


cdef object copied(object error):
    """Return a fresh copy of an exception, caused by it: each receiver gets a traceback of its own."""
    cdef object copy
    if type(error) is Interrupt:
        copy = Interrupt.__new__(Interrupt, *(<Interrupt>error).args)
    else:
        copy = type(error)(*error.args)
    if PyExceptionInstance_Check(copy):
        Py_INCREF(error)
        PyException_SetCause(copy, <PyObject *>error)
    return copy
