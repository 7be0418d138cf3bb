"""When a solve ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from backhaul.engine.errors import InvalidInput

__all__ = ["OnProgress", "Stop"]

#: Called now and then with (iterations, seconds, cost, bound or None); must return soon.
OnProgress = Callable[[int, float, float, "float | None"], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """The solve ends at whichever limit is reached first, or when nothing is left to improve.

    Parameters
    ----------
    seconds : float, optional
        Wall-clock limit.
    iterations : int, optional
        Limit of work, in the kernel's documented unit. With this limit alone the answer is the
        same on every machine.
    target : float, optional
        Stop as soon as the cost is at or below this.

    Raises
    ------
    InvalidInput
        A limit is negative or not a number.

    Examples
    --------
    >>> Stop(seconds=10).seconds
    10
    """

    seconds: float | None = None
    iterations: int | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        for name in ("seconds", "iterations"):
            value = getattr(self, name)
            if value is not None and not (value >= 0 and math.isfinite(value)):
                raise InvalidInput(f"stop.{name}", value, "a finite number of at least 0")
        if self.target is not None and math.isnan(self.target):
            raise InvalidInput("stop.target", self.target, "a number")

    def limits(self) -> tuple[float | None, int | None, float | None]:
        """Return the limits as the compiled side takes them."""
        return (self.seconds, self.iterations, self.target)
