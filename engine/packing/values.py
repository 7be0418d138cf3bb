"""Values as the kernel takes them: what is of another kind or out of bounds is named."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import TypeVar

from backhaul.engine.errors import InvalidInput

__all__ = ["MAX_SEED", "MAX_THREADS", "all_of", "is_range", "is_share", "whole"]

T = TypeVar("T")

#: Largest seed.
MAX_SEED = (1 << 64) - 1
#: More threads than this are a slip: each costs memory.
MAX_THREADS = 1 << 10


def whole(path: str, value: object, low: int, high: int) -> int:
    """Return a whole number within bounds, or raise `InvalidInput` with the path.

    Examples
    --------
    >>> whole("threads", 2, 1, 8)
    2
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InvalidInput(path, value, f"a whole number of {low} to {high}")
    number = value.__index__()
    if not low <= number <= high:
        raise InvalidInput(path, value, f"a whole number of {low} to {high}")
    return int(number)


def is_share(value: object) -> bool:
    """Whether this is a number of 0 to 1.

    Examples
    --------
    >>> is_share(0.75), is_share(1.5), is_share("0.75")
    (True, False, False)
    """
    return isinstance(value, Real) and 0.0 <= float(value) <= 1.0


def is_range(pair: object) -> bool:
    """Whether these are two finite numbers, low then high.

    Examples
    --------
    >>> is_range((0.4, 0.6)), is_range((0.6, 0.4)), is_range("46")
    (True, False, False)
    """
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return False
    if not all(isinstance(v, Real) and math.isfinite(float(v)) for v in pair):
        return False
    return bool(pair[0] <= pair[1])


def all_of(path: str, values: object, kind: type[T]) -> tuple[T, ...]:
    """Return values of one kind, or raise `InvalidInput` with the path of the first that is not.

    Examples
    --------
    >>> all_of("names", ["a", "b"], str)
    ('a', 'b')
    """
    if not isinstance(values, Iterable):
        raise InvalidInput(path, values, f"a list of {kind.__name__}")
    found: list[T] = []
    for k, value in enumerate(values):
        if not isinstance(value, kind):
            raise InvalidInput(f"{path}[{k}]", value, f"an object of {kind.__name__}")
        found.append(value)
    return tuple(found)
