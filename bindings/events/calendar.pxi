# The calendar: which event comes next. No Python semantics here, only (time, key) order.
#
# A date is a double and a 64-bit key: priority in the top byte, then the event's number, then
# whether the time is a whole number. Whole times are kept below 2**53, where a double is exact;
# times that do not fit (huge integers, Decimal, Fraction) are kept by the environment elsewhere.

ctypedef struct Date:
    double time
    uint64_t key
    PyObject *event          # a strong reference

ctypedef struct Ring:        # events due now, first in, first out
    Date *items
    Py_ssize_t mask          # size - 1; the size is a power of two
    Py_ssize_t head
    Py_ssize_t count

ctypedef struct Heap:        # events due later
    Date *items
    Py_ssize_t size
    Py_ssize_t room
    bint hole                # the top was taken and its place not filled yet

cdef enum:
    ARITY = 4            # children of a place in the heap
cdef double WHOLE_LIMIT = 9007199254740992.0      # 2**53


cdef inline bint before(const Date *a, const Date *b) noexcept nogil:
    return a.time < b.time or (a.time == b.time and a.key < b.key)


cdef inline void sift_down(Date *items, Py_ssize_t size, Date moving) noexcept nogil:
    """Let `moving` sink from the top."""
    cdef Py_ssize_t place = 0, child, best, last
    while True:
        child = place * ARITY + 1
        if child >= size:
            break
        best = child
        last = child + ARITY
        if last > size:
            last = size
        child += 1
        while child < last:
            if before(&items[child], &items[best]):
                best = child
            child += 1
        if not before(&items[best], &moving):
            break
        items[place] = items[best]
        place = best
    items[place] = moving


cdef inline void sift_up(Date *items, Py_ssize_t place, Date moving) noexcept nogil:
    cdef Py_ssize_t parent
    while place > 0:
        parent = (place - 1) // ARITY
        if not before(&moving, &items[parent]):
            break
        items[place] = items[parent]
        place = parent
    items[place] = moving


cdef inline void heap_settle(Heap *heap) noexcept nogil:
    """Fill the place that the last pop left open."""
    if heap.hole:
        heap.hole = False
        heap.size -= 1
        if heap.size > 0:
            sift_down(heap.items, heap.size, heap.items[heap.size])


cdef int heap_grow(Heap *heap) except -1:
    cdef Py_ssize_t room = heap.room * 2 if heap.room else 16
    cdef Date *items = <Date *>realloc(heap.items, room * sizeof(Date))
    if items == NULL:
        raise MemoryError
    heap.items, heap.room = items, room
    return 0


cdef inline int heap_push(Heap *heap, Date date) except -1:
    if heap.hole:
        # The common case of a process that waits again: one sift instead of two.
        heap.hole = False
        sift_down(heap.items, heap.size, date)
        return 0
    if heap.size == heap.room:
        heap_grow(heap)
    heap.size += 1
    sift_up(heap.items, heap.size - 1, date)
    return 0


cdef int ring_grow(Ring *ring) except -1:
    cdef Py_ssize_t old = ring.mask + 1 if ring.items != NULL else 0
    cdef Py_ssize_t size = old * 2 if old else 16
    cdef Py_ssize_t i
    cdef Date *items = <Date *>realloc(NULL, size * sizeof(Date))
    if items == NULL:
        raise MemoryError
    for i in range(ring.count):
        items[i] = ring.items[(ring.head + i) & ring.mask]
    free(ring.items)
    ring.items, ring.mask, ring.head = items, size - 1, 0
    return 0


cdef inline int ring_push(Ring *ring, Date date) except -1:
    if ring.items == NULL or ring.count > ring.mask:
        ring_grow(ring)
    ring.items[(ring.head + ring.count) & ring.mask] = date
    ring.count += 1
    return 0


cdef inline Date ring_pop(Ring *ring) noexcept nogil:
    cdef Date date = ring.items[ring.head]
    ring.head = (ring.head + 1) & ring.mask
    ring.count -= 1
    return date


cdef int visit_heap(Heap *heap, visitproc visit, void *arg) noexcept:
    cdef Py_ssize_t i
    cdef int stop
    for i in range(1 if heap.hole else 0, heap.size):
        stop = visit(heap.items[i].event, arg)
        if stop:
            return stop
    return 0


cdef int visit_ring(Ring *ring, visitproc visit, void *arg) noexcept:
    cdef Py_ssize_t i
    cdef int stop
    for i in range(ring.count):
        stop = visit(ring.items[(ring.head + i) & ring.mask].event, arg)
        if stop:
            return stop
    return 0


cdef void drop_heap(Heap *heap) noexcept:
    # Emptied before any reference is dropped: a destructor may look at the calendar again.
    cdef Date *items = heap.items
    cdef Py_ssize_t i, size = heap.size, start = 1 if heap.hole else 0
    heap.items, heap.size, heap.room, heap.hole = NULL, 0, 0, False
    for i in range(start, size):
        Py_XDECREF(items[i].event)
    free(items)


cdef void drop_ring(Ring *ring) noexcept:
    cdef Date *items = ring.items
    cdef Py_ssize_t i, head = ring.head, count = ring.count, mask = ring.mask
    ring.items, ring.mask, ring.head, ring.count = NULL, 0, 0, 0
    for i in range(count):
        Py_XDECREF(items[(head + i) & mask].event)
    free(items)
