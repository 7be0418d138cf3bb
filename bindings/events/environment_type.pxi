# What Cython does not do for the class `Environment`: see objects.pxi for the C side.


def own_methods(kind):
    """Give a Python subclass method objects of its own, as a class decorator.

    The interpreter has a faster call for methods of an object's very class than for inherited
    ones, worth a tenth of the time of a timeout.
    """
    if not (isinstance(kind, type) and issubclass(kind, Environment)):
        raise TypeError(f"{kind!r} is not a class of environments")
    backhaul_own_methods(<PyTypeObject *>Environment, kind)
    return kind


# The calendar's references live outside Python objects: tell the cycle collector about them.
cdef traverseproc plain_traverse = (<TypeSlots *>Environment).tp_traverse
cdef inquiry plain_clear = (<TypeSlots *>Environment).tp_clear


cdef int traverse_environment(PyObject *owner, visitproc visit, void *arg) noexcept:
    cdef int stop = plain_traverse(owner, visit, arg)
    if not stop:
        stop = visit_heap(&(<Environment>owner).later, visit, arg)
    if not stop:
        stop = visit_ring(&(<Environment>owner).urgent, visit, arg)
    if not stop:
        stop = visit_ring(&(<Environment>owner).normal, visit, arg)
    return stop


cdef int clear_environment(PyObject *owner) noexcept:
    drop_heap(&(<Environment>owner).later)
    drop_ring(&(<Environment>owner).urgent)
    drop_ring(&(<Environment>owner).normal)
    return plain_clear(owner)


(<TypeSlots *>Environment).tp_traverse = traverse_environment
(<TypeSlots *>Environment).tp_clear = clear_environment
