cdef class Initialize(Event):
    """Starts a process; urgent, so that it comes before any interrupt of that process."""

    cdef Process process

    def __init__(self, Environment env not None, Process process not None):
        self.env = env
        start_initialize(self, process)

    cdef int own(self) except -1:
        self.process.resume(self)
        return 0

    cdef object own_callback(self):
        return self.process.waiter()


cdef inline int start_initialize(Initialize event, Process process) except -1:
    event.process = process
    event.flags = OK_KNOWN | OK | VALUED | OWN
    event.env.due_now(event, True)
    return 0


cdef class Interruption(Event):
    """Throws an `Interrupt` into a process at once.

    Raises
    ------
    RuntimeError
        The process has ended, or would interrupt itself.
    """

    cdef readonly Process process

    def __init__(self, Process process not None, cause):
        self.env = process.env
        start_interruption(self, process, cause)

    def _interrupt(self, event):
        self.own()

    cdef int own(self) except -1:
        cdef Process process = self.process
        # A process that ended while it handled an earlier interrupt: nothing is left to do.
        if process.flags & VALUED:
            return 0
        if isinstance(process.waits_for, Event):
            if not (<Event>process.waits_for).leave(process):
                raise ValueError(f"{process} does not wait for {process.waits_for}")
        else:
            process.waits_for.callbacks.remove(process.waiter())
        process.resume(self)
        return 0

    cdef object own_callback(self):
        return self._interrupt


cdef int start_interruption(Interruption event, Process process, object cause) except -1:
    if process.flags & VALUED:
        raise RuntimeError(f"{process} has terminated and cannot be interrupted.")
    if process is process.env.active:
        raise RuntimeError("A process is not allowed to interrupt itself.")
    event.process = process
    event.val = Interrupt.__new__(Interrupt, cause)
    event.flags = OK_KNOWN | VALUED | DEFUSED | OWN
    event.env.due_now(event, True)
    return 0


cdef class Process(Event):
    """Runs a generator that yields the events it waits for; happens itself when that ends.

    Raises
    ------
    ValueError
        `generator` is not a generator.
    """

    cdef object generator
    cdef object waits_for

    def __init__(self, Environment env not None, generator):
        self.env = env
        self.start(generator)

    cdef int start(self, object generator) except -1:
        cdef Initialize event
        if not hasattr(generator, "throw"):
            raise ValueError(f"{generator} is not a generator.")
        self.generator = generator
        event = Initialize.__new__(Initialize)
        event.env = self.env
        self.waits_for = event
        start_initialize(event, self)
        return 0

    @property
    def _generator(self):
        return self.generator

    @property
    def target(self):
        """The event that the process waits for; None once it has ended."""
        return self.waits_for

    @property
    def _target(self):
        return self.waits_for

    @property
    def name(self):
        """The name of the generator function."""
        return self.generator.__name__

    @property
    def is_alive(self):
        """Whether the generator has not ended."""
        return not self.flags & VALUED

    def _desc(self):
        return f"{type(self).__name__}({self.name})"

    def interrupt(self, cause=None):
        """Throw an `Interrupt` with this cause into the process."""
        cdef Interruption event = Interruption.__new__(Interruption)
        event.env = self.env
        start_interruption(event, self, cause)

    def _resume(self, event):
        if isinstance(event, Event):
            self.resume(event)
        else:
            self.resume(translated(self.env, event))

    cdef int notify(self, Event event) except -1:
        return self.resume(event)

    cdef object waiter(self):
        return self._resume

    cdef int resume(self, Event event) except -1:
        """Run the generator until it waits for something that has not happened yet."""
        cdef Environment env = self.env
        cdef PyObject *yielded = NULL
        cdef PySendResult outcome
        cdef Event following
        cdef object got
        env.active = self
        while True:
            if event.flags & OK:
                yielded = NULL
                outcome = PyIter_Send(<PyObject *>self.generator, <PyObject *>event.val, &yielded)
                if outcome == PYGEN_NEXT:
                    got = <object>yielded
                    Py_DECREF(got)
                elif outcome == PYGEN_RETURN:
                    got = <object>yielded
                    Py_DECREF(got)
                    self.end(True, got)
                    break
                else:
                    self.end_failed()
                    break
            else:
                event.flags |= DEFUSED
                got = self.throw_in(event)
                if self.flags & VALUED:
                    break
            if isinstance(got, Event):
                following = <Event>got
                if following.flags & PROCESSED:
                    event = following
                    continue
                following.wait(self)
                self.waits_for = following
                env.active = None
                return 0
            event = self.wait_for_foreign(got)
            if event is None:
                return 0
        env.active = None
        return 0

    cdef object throw_in(self, Event event):
        """Throw a failed event's exception into the generator; return what it yields."""
        try:
            return self.generator.throw(copied(event.val))
        except StopIteration as stop:
            self.end(True, stop.args[0] if stop.args else None)
        except BaseException as error:
            self.end_with(error)
        return None

    cdef int end(self, bint ok, object value) except -1:
        self.waits_for = None
        self.conclude(ok, value)
        return 0

    cdef int end_failed(self) except -1:
        """End with the exception that the generator has raised."""
        cdef PyObject *kind = NULL
        cdef PyObject *error = NULL
        cdef PyObject *trace = NULL
        PyErr_Fetch(&kind, &error, &trace)
        PyErr_NormalizeException(&kind, &error, &trace)
        raised = <object>error
        if trace != NULL:
            PyException_SetTraceback(raised, <object>trace)
        Py_XDECREF(kind)
        Py_XDECREF(error)
        Py_XDECREF(trace)
        if isinstance(raised, StopIteration):
            # From an iterator that is no generator.
            self.end(True, raised.args[0] if raised.args else None)
        else:
            self.end(False, raised)
        return 0

    cdef int end_with(self, object error) except -1:
        # The frame of this module says nothing to the reader.
        trace = error.__traceback__
        if trace is not None and trace.tb_next is not None:
            error.__traceback__ = trace.tb_next
        self.end(False, error)
        return 0

    cdef Event wait_for_foreign(self, object got):
        """Wait for an object that is no event of this module but has callbacks."""
        try:
            callbacks = got.callbacks
        except AttributeError:
            raise RuntimeError(f"\n{described(self.generator)}Invalid yield value \"{got}\"") from None
        if callbacks is None:
            return translated(self.env, got)
        callbacks.append(self._resume)
        self.waits_for = got
        self.env.active = None
        return None


cdef Event translated(Environment env, object foreign):
    """Return an event with the result of an event of another kind."""
    cdef Event event = Event.__new__(Event)
    event.env = env
    event._ok = foreign._ok
    event._value = foreign._value
    if not foreign._ok:
        foreign._defused = True
    return event


cdef object described(object generator):
    """Return where a generator stands, as in a traceback."""
    from linecache import getline
    frame = getattr(generator, "gi_frame", None)
    if frame is None:
        return ""
    code = frame.f_code
    line = getline(code.co_filename, frame.f_lineno).strip()
    return f'  File "{code.co_filename}", line {frame.f_lineno}, in {code.co_name}\n    {line}\n'
