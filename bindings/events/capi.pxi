# The few names of Python's C API that Cython does not declare.

cdef extern from "Python.h":
    ctypedef enum PySendResult:
        PYGEN_RETURN
        PYGEN_ERROR
        PYGEN_NEXT
    PySendResult PyIter_Send(PyObject *iterator, PyObject *value, PyObject **result)
    void PyException_SetCause(object error, PyObject *cause)   # takes over the reference
    int PyException_SetTraceback(object error, object traceback) except -1
    bint PyLong_Check(object value)
    bint PyLong_CheckExact(object value)
    bint PyFloat_CheckExact(object value)
    bint PyFloat_Check(object value)
    bint PyIndex_Check(object value)
    bint PyExceptionInstance_Check(object value)
    double PyFloat_AS_DOUBLE(object value)
    long long PyLong_AsLongLongAndOverflow(object value, int *overflow) except? -1
    int PyList_SetSlice(object values, Py_ssize_t low, Py_ssize_t high, PyObject *new) except -1

    ctypedef int (*visitproc)(PyObject *item, void *arg) noexcept
    ctypedef int (*traverseproc)(PyObject *owner, visitproc visit, void *arg) noexcept
    ctypedef int (*inquiry)(PyObject *owner) noexcept
    ctypedef struct TypeSlots "PyTypeObject":
        traverseproc tp_traverse
        inquiry tp_clear
        unsigned long tp_flags
