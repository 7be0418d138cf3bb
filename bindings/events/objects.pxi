# How the objects of this module are allocated, and where they keep attributes that users add.
#
# Events live for microseconds and are made by the million. So freed ones are kept, by size, and
# used again (Cython's own free lists serve base classes only); and the dictionary for attributes
# that users may set on any event or resource is made when the first is set, not with the object
# (which is what `cdef dict __dict__` would do).

cdef extern from *:
    """
    typedef struct { PyObject *items[256]; int count; } BackhaulPool;
    static BackhaulPool backhaul_pools[64];      /* by size in words; used with the GIL held */

    static PyObject *backhaul_alloc(PyTypeObject *type, Py_ssize_t n) {
        BackhaulPool *pool = &backhaul_pools[type->tp_basicsize / sizeof(void *)];
        if (pool->count == 0) return PyType_GenericAlloc(type, n);
        PyObject *object = pool->items[--pool->count];
        memset((char *)object + sizeof(PyObject), 0, type->tp_basicsize - sizeof(PyObject));
        (void)PyObject_Init(object, type);
        PyObject_GC_Track(object);
        return object;
    }

    static void backhaul_free(void *object) {
        BackhaulPool *pool = &backhaul_pools[Py_TYPE((PyObject *)object)->tp_basicsize / sizeof(void *)];
        if (pool->count < 256) pool->items[pool->count++] = (PyObject *)object;
        else PyObject_GC_Del(object);
    }

    static PyGetSetDef backhaul_dict = {
        "__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL};

    /* `extras` is the first field of both class trees: behind the head and the method table. */
    #define BACKHAUL_EXTRAS (sizeof(PyObject) + sizeof(void *))

    static inline PyObject **backhaul_extras(PyObject *object) {
        return (PyObject **)((char *)object + BACKHAUL_EXTRAS);
    }

    static inline int backhaul_is_heap_type(PyObject *object) {
        return PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE);
    }

    static int backhaul_set_up(PyTypeObject *type, int pooled) {
        type->tp_dictoffset = BACKHAUL_EXTRAS;
        /* Each thread of a free-threaded build would need pools of its own: it has none. */
        #ifndef Py_GIL_DISABLED
        if (pooled && type->tp_basicsize / sizeof(void *) < 64) {
            type->tp_alloc = backhaul_alloc;
            type->tp_free = backhaul_free;
        }
        #endif
        PyObject *descriptor = PyDescr_NewGetSet(type, &backhaul_dict);
        if (descriptor == NULL) return -1;
        int result = PyDict_SetItemString(type->tp_dict, "__dict__", descriptor);
        Py_DECREF(descriptor);
        PyType_Modified(type);
        return result;
    }

    static int backhaul_own_methods(PyTypeObject *base, PyObject *kind) {
        PyObject *name, *method;
        Py_ssize_t place = 0;
        while (PyDict_Next(base->tp_dict, &place, &name, &method)) {
            /* `schedule` stays inherited: an own one means that a user has replaced it. */
            if (!Py_IS_TYPE(method, &PyMethodDescr_Type)) continue;
            if (strcmp(((PyMethodDescrObject *)method)->d_method->ml_name, "schedule") == 0) continue;
            int there = PyDict_Contains(((PyTypeObject *)kind)->tp_dict, name);
            if (there < 0) return -1;
            if (there) continue;
            PyObject *own = PyDescr_NewMethod(
                (PyTypeObject *)kind, ((PyMethodDescrObject *)method)->d_method);
            if (own == NULL) return -1;
            int result = PyObject_SetAttr(kind, name, own);
            Py_DECREF(own);
            if (result < 0) return -1;
        }
        return 0;
    }
    """
    int backhaul_own_methods(PyTypeObject *base, object kind) except -1
    int backhaul_set_up(PyTypeObject *kind, int pooled) except -1
    PyObject **backhaul_extras(PyObject *owner) noexcept
    bint is_heap_type "backhaul_is_heap_type"(PyObject *owner) noexcept


cdef inline void empty_extras(PyObject *owner) noexcept:
    """Make the field NULL, as the interpreter expects of a dictionary that is not made yet."""
    cdef PyObject **slot = backhaul_extras(owner)
    Py_XDECREF(slot[0])
    slot[0] = NULL
