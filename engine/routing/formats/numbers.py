"""Numbers as files have them, and what a distance convention makes of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.model import Euclid

__all__ = ["Scaling", "number", "scaling", "whole"]

MAX_NUMBER = 1e12


def number(word: str, place: str) -> float:
    """Read a finite number."""
    try:
        value = float(word.replace("_", "?"))
    except ValueError:
        raise InvalidInput(place, word, "a number") from None
    if not abs(value) <= MAX_NUMBER:
        raise InvalidInput(place, word, "a number of at most 1e12")
    return value


def whole(word: str, place: str, least: int = 0) -> int:
    """Read a whole number."""
    value = number(word, place)
    if value != int(value) or value < least:
        raise InvalidInput(place, word, f"a whole number of at least {least}")
    return int(value)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How distances and times become whole numbers."""

    metric: Euclid
    scale: int

    def time(self, value: float, place: str) -> int:
        """Return a time (or a prize, or a limit) in whole units."""
        if value < 0:
            raise InvalidInput(place, value, "a number of at least 0")
        scaled = value * self.scale
        if self.metric.rounding == "truncate":
            return math.trunc(scaled)
        return math.floor(scaled + 0.5)


def scaling(
    convention: Literal["round", "dimacs", "exact", "double"] | str,
    xy: npt.NDArray[np.float64],
    *,
    timed: bool = True,
) -> Scaling:
    """Return the scaling of a convention for these points.

    Unrounded distances are kept in up to a millionth of a unit, as fine as 31 bits allow; where
    time counts they are rounded up, so that a plan that is on time stays so.
    """
    if convention == "round":
        return Scaling(Euclid("nearest", 1), 1)
    if convention == "dimacs":
        return Scaling(Euclid("truncate", 10), 10)
    if convention == "exact":
        return Scaling(Euclid("nearest", 1000), 1000)
    if convention != "double":
        raise InvalidInput("convention", convention, "round, dimacs, exact or double")
    reach = float(np.hypot(*(xy.max(axis=0) - xy.min(axis=0)))) if len(xy) else 1.0
    scale = 1_000_000
    while scale > 1 and reach * scale >= 2**30:
        scale //= 10
    return Scaling(Euclid("up" if timed else "nearest", scale), scale)
