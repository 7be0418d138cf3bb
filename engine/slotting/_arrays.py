"""Checked conversion of what callers give into the arrays that the kernel takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput

__all__ = ["Floats", "Ints", "first", "floats", "frozen", "whole", "wholes"]

Array = TypeVar("Array", bound=npt.NDArray[Any])
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def frozen(array: Array) -> Array:
    """Return the array, no longer writable."""
    array.setflags(write=False)
    return array


def first(bad: npt.NDArray[np.bool_]) -> int:
    """Return the index of the first True."""
    return int(np.flatnonzero(bad)[0])


def _numbers(path: str, values: Sequence[float] | npt.ArrayLike, length: int | None) -> Floats:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(path, values, "a list of numbers") from None
    if array.ndim != 1:
        raise InvalidInput(path, f"{array.ndim} dimensions", "one dimension")
    if length is not None and len(array) != length:
        raise InvalidInput(path, f"{len(array)} entries", f"{length} entries")
    bad = ~np.isfinite(array)
    if bad.any():
        at = first(bad)
        raise InvalidInput(f"{path}[{at}]", float(array[at]), "a finite number")
    return array


def floats(
    path: str,
    values: Sequence[float] | npt.ArrayLike,
    length: int | None = None,
    minimum: float = 0.0,
    maximum: float = 1e12,
) -> Floats:
    """Return a float array, every entry finite and within the limits."""
    array = _numbers(path, values, length)
    bad = (array < minimum) | (array > maximum)
    if bad.any():
        at = first(bad)
        allowed = f"a number from {minimum:g} to {maximum:g}"
        raise InvalidInput(f"{path}[{at}]", float(array[at]), allowed)
    return frozen(np.array(array))


def wholes(
    path: str,
    values: Sequence[int] | npt.ArrayLike,
    length: int | None = None,
    minimum: int = 0,
    maximum: int = 10**12,
) -> Ints:
    """Return an int64 array, every entry whole and within the limits."""
    array = _numbers(path, values, length)
    bad = (array != np.rint(array)) | (array < minimum) | (array > maximum)
    if bad.any():
        at = first(bad)
        allowed = f"a whole number from {minimum} to {maximum}"
        raise InvalidInput(f"{path}[{at}]", float(array[at]), allowed)
    return frozen(np.ascontiguousarray(array, dtype=np.int64))


def whole(path: str, value: object, minimum: int, maximum: int = 10**9) -> int:
    """Return a whole number within the limits."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise InvalidInput(path, value, f"a whole number from {minimum} to {maximum}")
    if not minimum <= value <= maximum:
        raise InvalidInput(path, int(value), f"a whole number from {minimum} to {maximum}")
    return int(value)
