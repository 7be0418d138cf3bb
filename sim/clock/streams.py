"""Random numbers for one source of one model: named, repeatable, independent of all others."""

from __future__ import annotations

import math
from statistics import NormalDist

from backhaul.engine.errors import InvalidInput
from backhaul.engine.random import generator

__all__ = ["Stream"]

BLOCK = 512
_NORMAL = NormalDist()


class Stream:
    """A counter-based random stream, named by (seed, purpose, entity).

    Each draw takes one uniform number, so that two runs that make the same draws stay in step.

    Parameters
    ----------
    seed : int
        Of the run.
    purpose : str
        What is drawn, for example ``arrivals``.
    entity : int
        For whom, for example a store or a replication.

    Examples
    --------
    >>> a, b = Stream(1, "arrivals", 7), Stream(1, "arrivals", 7)
    >>> a.exponential(2.0) == b.exponential(2.0)
    True
    """

    __slots__ = ("_block", "_generator")

    def __init__(self, seed: int, purpose: str, entity: int = 0) -> None:
        self._generator = generator(seed, purpose, entity)
        self._block: list[float] = []

    def uniform(self) -> float:
        """Return a number on [0, 1)."""
        if not self._block:
            self._block = self._generator.random(BLOCK)[::-1].tolist()
        return self._block.pop()

    def exponential(self, mean: float) -> float:
        """Return an exponential number of this mean."""
        return -mean * math.log1p(-self.uniform())

    def normal(self, mean: float, sd: float) -> float:
        """Return a normal number."""
        return mean + sd * _NORMAL.inv_cdf(self.uniform() or 0.5**54)

    def lognormal(self, mean: float, cv: float) -> float:
        """Return a lognormal number of this mean and coefficient of variation.

        Raises
        ------
        InvalidInput
            The mean is not positive.
        """
        if mean <= 0:
            raise InvalidInput("lognormal.mean", mean, "a positive number")
        variance = math.log1p(cv * cv)
        return mean * math.exp(self.normal(-variance / 2, math.sqrt(variance)))
