"""Random numbers for one source of one model: named, repeatable, independent of all others."""

from __future__ import annotations

import math

from backhaul.engine.errors import InvalidInput
from backhaul.engine.random import generator
from backhaul.sim.clock._streams import Draws

__all__ = ["Stream"]


class Stream(Draws):
    """A counter-based random stream, named by (seed, purpose, entity).

    Each draw takes one uniform number, so that two runs that make the same draws stay in step.
    `uniform()`, `exponential(mean)` and `normal(mean, sd)` are compiled: a draw costs less than
    the event that waits for it.

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

    __slots__ = ()

    def __init__(self, seed: int, purpose: str, entity: int = 0) -> None:
        super().__init__(generator(seed, purpose, entity))

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
        return mean * self.lognormal_from(-variance / 2, math.sqrt(variance))
