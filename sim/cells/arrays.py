"""Arrays as the compiled side takes them: the right type, the right shape, no silent loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput

__all__ = ["as_array", "calendar", "whole"]


def as_array(
    path: str,
    values: npt.ArrayLike,
    dtype: npt.DTypeLike,
    shape: tuple[int, ...] | None = None,
) -> npt.NDArray[Any]:
    """Return `values` as a C-ordered array; without a copy where it already is one.

    Parameters
    ----------
    path : str
        Name in error messages.
    values : array_like
        Numbers; a scalar or a row is repeated to fill `shape`.
    dtype : dtype
        Wanted type. Whole numbers must arrive whole and in range.
    shape : tuple of int, optional
        Wanted shape.

    Raises
    ------
    InvalidInput
        Not numbers, of another shape, not whole, or out of the type's range.

    Examples
    --------
    >>> as_array("z", 1, np.float32, (2,))
    array([1., 1.], dtype=float32)
    """
    wanted = np.dtype(dtype)
    try:
        raw = np.asarray(values)
        if raw.dtype != wanted:
            if raw.dtype.kind not in "iufb":
                raise TypeError
            if wanted.kind in "iu":
                _must_be_whole(path, raw, wanted)
            raw = raw.astype(wanted)
    except (TypeError, ValueError):
        raise InvalidInput(path, type(values).__name__, "an array of numbers") from None
    if shape is not None and raw.shape != shape:
        try:
            raw = np.broadcast_to(raw, shape)
        except ValueError:
            raise InvalidInput(path, f"shape {raw.shape}", f"shape {shape}") from None
    return np.ascontiguousarray(raw)


def _must_be_whole(path: str, raw: npt.NDArray[Any], wanted: np.dtype[Any]) -> None:
    limits = np.iinfo(wanted)
    bad = (raw < limits.min) | (raw > limits.max)
    if raw.dtype.kind == "f":
        bad |= raw != np.floor(raw)
    if np.any(bad):
        value = raw[bad].flat[0].item()
        raise InvalidInput(path, value, f"whole numbers from {limits.min} to {limits.max}")


def calendar(
    season: npt.ArrayLike,
    weekday: npt.ArrayLike,
    *,
    days: int,
    first_weekday: int = 0,
) -> npt.NDArray[np.float32]:
    """Return the demand factor of each day and department from week and weekday profiles.

    Parameters
    ----------
    season : array_like, shape (weeks, departments)
        Factor of the week; repeats after its last row.
    weekday : array_like, shape (7, departments)
        Factor of the weekday, Monday first.
    days : int
        Number of days.
    first_weekday : int
        Weekday of day 0 (0: Monday).

    Returns
    -------
    ndarray of float32, shape (days, departments)

    Examples
    --------
    >>> calendar([[1.0], [2.0]], [[0.5]] * 5 + [[2.25]] * 2, days=8, first_weekday=5)[:, 0].tolist()
    [2.25, 2.25, 0.5, 0.5, 0.5, 0.5, 0.5, 4.5]
    """
    weeks = as_array("season", season, np.float32)
    week = as_array("weekday", weekday, np.float32)
    if weeks.ndim != 2 or weeks.shape[0] == 0:
        raise InvalidInput("season", f"shape {weeks.shape}", "shape (weeks, departments)")
    if week.shape != (7, weeks.shape[1]):
        raise InvalidInput("weekday", f"shape {week.shape}", f"shape (7, {weeks.shape[1]})")
    day = np.arange(days)
    factors: npt.NDArray[np.float32] = (
        weeks[(day // 7) % len(weeks)] * week[(day + first_weekday) % 7]
    )
    return factors


def whole(path: str, value: int, limit: int) -> int:
    """Return a whole number from 0 to `limit - 1`, or raise `InvalidInput`."""
    if not 0 <= value < limit:
        raise InvalidInput(path, value, f"a whole number from 0 to {limit - 1}")
    return int(value)
