# cython: language_level=3, binding=False, boundscheck=False, wraparound=False, nonecheck=True
# cython: auto_pickle=False, embedsignature=False, infer_types=True
"""The compiled event core behind `backhaul.sim.clock`: one module, one concept a file.

It is one extension module because its classes call each other's C methods on every event; the
parts are included in the order in which they build on each other. `nonecheck` stays on: an object
whose `__init__` a subclass skipped must raise, not crash.
"""

from cpython.exc cimport PyErr_CheckSignals, PyErr_Clear, PyErr_Fetch, PyErr_NormalizeException
from cpython.list cimport PyList_Append, PyList_CheckExact, PyList_GET_ITEM, PyList_GET_SIZE, PyList_Insert
from cpython.object cimport Py_GE, Py_GT, Py_LE, Py_LT, PyObject, PyObject_RichCompareBool, PyTypeObject
from cpython.ref cimport Py_DECREF, Py_INCREF, Py_XDECREF
from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport free, realloc
cimport cython

include "capi.pxi"
include "objects.pxi"
include "calendar.pxi"
include "exceptions.pxi"
include "event.pxi"
include "environment.pxi"
include "environment_type.pxi"
include "process.pxi"
include "condition.pxi"
include "statistics.pxi"
include "request.pxi"
include "resource.pxi"
include "container.pxi"
include "store.pxi"
include "set_up.pxi"
