"""Columns: what comes in is checked once, here, and named when it is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput

__all__ = ["Column", "Reals", "Whole", "real_column", "real_number", "real_table", "whole_column"]

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int32]
Column = npt.NDArray[np.float64] | npt.NDArray[np.int32] | Sequence[float] | float | int


def real_column(path: str, values: Column) -> Reals:
    """Return a float64 column.

    An array must be float64, one-dimensional and contiguous already, because a silent copy of a
    large array or a silent change of its type hides a mistake. A number or a list is converted.

    Raises
    ------
    InvalidInput
        Wrong dtype, shape or order, or something that is not a number.

    Examples
    --------
    >>> real_column("mean", [1, 2])
    array([1., 2.])
    """
    if isinstance(values, np.ndarray):
        _sound(path, values, np.dtype(np.float64), 1)
        return values  # type: ignore[return-value]
    try:
        column = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        raise InvalidInput(path, repr(values), "numbers") from None
    _sound(path, column, np.dtype(np.float64), 1)
    return column


def whole_column(path: str, values: Column) -> Whole:
    """Return an int32 column; as `real_column`, but numbers must be whole.

    Raises
    ------
    InvalidInput
        Wrong dtype, shape or order, a fraction, or a number beyond 32 bits.

    Examples
    --------
    >>> whole_column("lead_time", 3)
    array([3], dtype=int32)
    """
    if isinstance(values, np.ndarray):
        _sound(path, values, np.dtype(np.int32), 1)
        return values  # type: ignore[return-value]
    numbers = real_column(path, values)
    with np.errstate(invalid="ignore"):
        column = numbers.astype(np.int32)
    for row in np.flatnonzero(column != numbers)[:1]:
        raise InvalidInput(f"{path}[{row}]", float(numbers[row]), "a whole number of 32 bits")
    return column


def real_number(path: str, value: object) -> float:
    """Return a float.

    Raises
    ------
    InvalidInput
        Something that is not a number.

    Examples
    --------
    >>> real_number("z", np.float32(2))
    2.0
    """
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InvalidInput(path, repr(value)[:80], "a number") from None


def real_table(path: str, values: npt.NDArray[np.float64]) -> Reals:
    """Return a float64 table, one row an item.

    Raises
    ------
    InvalidInput
        Wrong dtype, shape or order.
    """
    table = np.asarray(values, dtype=None if isinstance(values, np.ndarray) else np.float64)
    _sound(path, table, np.dtype(np.float64), 2)
    return table


def _sound(
    path: str, values: npt.NDArray[np.generic], dtype: np.dtype[np.generic], dimensions: int
) -> None:
    if values.dtype != dtype:
        raise InvalidInput(path, f"an array of {values.dtype}", f"an array of {dtype}")
    if values.ndim != dimensions:
        shape = "one dimension" if dimensions == 1 else "one row an item"
        raise InvalidInput(path, f"shape {values.shape}", shape)
    if not values.flags.c_contiguous:
        raise InvalidInput(path, "a strided array", "a contiguous array (numpy.ascontiguousarray)")
    if not values.flags.aligned:
        raise InvalidInput(path, "an unaligned array", "an aligned array")
