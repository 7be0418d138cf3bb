# cython: language_level=3, binding=False, boundscheck=False, wraparound=False
# cython: auto_pickle=False, embedsignature=False
"""The compiled draws behind `backhaul.sim.clock.Stream`.

A model draws once or twice an event, so that a draw in Python would cost as much as the event
itself. Every draw takes one uniform number and inverts the distribution function.
"""

from libc.math cimport exp, fabs, log, log1p, sqrt

cdef enum:
    BLOCK = 512

# Rational approximations of the normal quantile, accurate to about 1e-16 (Wichura 1988, algorithm
# AS 241): numerators and denominators, highest power first, for the middle, the tails, the far tails.
cdef double[8] MIDDLE_UP = [
    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
]
cdef double[8] MIDDLE_DOWN = [
    5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0,
]
cdef double[8] TAIL_UP = [
    7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
    3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
]
cdef double[8] TAIL_DOWN = [
    1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
    0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0,
]
cdef double[8] FAR_UP = [
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
    0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
]
cdef double[8] FAR_DOWN = [
    2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
    0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0,
]


cdef double ratio(const double* up, const double* down, double x) noexcept:
    cdef double above = up[0], below = down[0]
    cdef int power
    for power in range(1, 8):
        above = above * x + up[power]
        below = below * x + down[power]
    return above / below


cdef double middle(double q, double r) noexcept:
    # q goes in before the division: the last bits are then those of the standard library's NormalDist.
    cdef double above = MIDDLE_UP[0], below = MIDDLE_DOWN[0]
    cdef int power
    for power in range(1, 8):
        above = above * r + MIDDLE_UP[power]
        below = below * r + MIDDLE_DOWN[power]
    return above * q / below


cdef double normal_quantile(double p) noexcept:
    """The standard normal quantile of `p` on (0, 1)."""
    cdef double q = p - 0.5, r
    if fabs(q) <= 0.425:
        r = 0.180625 - q * q
        return middle(q, r)
    r = sqrt(-log(p if q <= 0.0 else 1.0 - p))
    if r <= 5.0:
        r = ratio(TAIL_UP, TAIL_DOWN, r - 1.6)
    else:
        r = ratio(FAR_UP, FAR_DOWN, r - 5.0)
    return -r if q < 0.0 else r


cdef class Draws:
    """Draws from a NumPy generator's uniform numbers, fetched a block at a time."""

    cdef object _generator
    cdef const double[::1] _block
    cdef Py_ssize_t _left

    def __init__(self, generator):
        self._generator = generator
        self._left = 0

    cdef double next(self) except -1.0:
        if self._left == 0:
            if self._generator is None:
                raise RuntimeError("the stream's __init__ was not called")
            self._block = self._generator.random(BLOCK)
            if self._block.shape[0] != BLOCK:
                raise ValueError(f"the generator must give {BLOCK} numbers")
            self._left = BLOCK
        self._left -= 1
        return self._block[BLOCK - 1 - self._left]

    def uniform(self):
        """Return a number on [0, 1)."""
        return self.next()

    def exponential(self, double mean):
        """Return an exponential number of this mean."""
        return -mean * log1p(-self.next())

    def normal(self, double mean, double sd):
        """Return a normal number."""
        cdef double p = self.next()
        # The quantile of zero is minus infinity: half of the smallest step stands in for it.
        return mean + sd * normal_quantile(p if p > 0.0 else 0.5**54)

    def lognormal_from(self, double location, double scale):
        """Return the exponential of a normal number."""
        cdef double p = self.next()
        return exp(location + scale * normal_quantile(p if p > 0.0 else 0.5**54))
