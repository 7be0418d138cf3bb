"""Tables of demand probabilities from families that are not counts: gamma, normal, empirical, compound.

Levels, lost sales and the rest work on whole units. A continuous demand X is taken to whole units by
rounding: unit k has the probability of k - 1/2 < X <= k + 1/2, and everything up to 1/2 is no demand. This
keeps the mean within a small fraction of a unit; demand below zero (normal) is no demand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.replenishment.arrays import Column, Reals, real_column, real_table

__all__ = ["compound_demand", "empirical_demand", "gamma_demand", "normal_demand"]

#: Probability beyond the last unit of a table, given to that unit.
TAIL = 1e-10
#: Most units of a table.
MOST = 1_000_000


def _columns(**given: Column) -> list[Reals]:
    columns = [real_column(name, values) for name, values in given.items()]
    length = max(len(column) for column in columns)
    found = []
    for name, column in zip(given, columns, strict=True):
        if len(column) not in (1, length):
            raise InvalidInput(name, f"{len(column)} values", f"{length}, or one")
        for row in np.flatnonzero(~((column >= 0) & (column <= MOST)))[:1]:
            raise InvalidInput(f"{name}[{row}]", float(column[row]), f"0 to {MOST}")
        found.append(np.broadcast_to(column, (length,)))
    return found


def _rounded(below: npt.NDArray[np.float64]) -> Reals:
    """Return probabilities from the distribution function at 1/2, 3/2, ...: the last takes the tail."""
    table = np.diff(below, axis=1, prepend=0.0)
    table[:, -1] += 1.0 - below[:, -1]
    table = np.maximum(table, 0.0)
    return np.ascontiguousarray(table / table.sum(axis=1, keepdims=True))


def gamma_demand(mean: Column, sd: Column) -> Reals:
    """Return gamma demand on whole units.

    Parameters
    ----------
    mean, sd : array of float64, shape (n,) or a number
        Mean and standard deviation of demand a period, units; a mean or sd of 0 is demand without chance.

    Returns
    -------
    array of float64, shape (n, units)
        Probabilities of 0, 1, ... units; takes the place of `demand` in `ReplenishmentProblem`.

    Raises
    ------
    InvalidInput
        Negative, NaN or huge values by row; lengths that do not fit.

    Notes
    -----
    Burgin (1975), Operational Research Quarterly 26(3), 507-525, for the gamma in stock control; rounding
    to whole units as in this module's description.

    Examples
    --------
    >>> table = gamma_demand(10.0, 5.0)
    >>> round(float(table[0] @ np.arange(table.shape[1])), 2)
    10.0
    """
    from scipy.special import gammainc, gammaincinv

    centre, spread = _columns(mean=mean, sd=sd)
    chance = (centre > 0) & (spread > 0)
    shape = np.where(chance, centre, 1.0) ** 2 / np.where(chance, spread, 1.0) ** 2
    scale = np.where(chance, spread, 1.0) ** 2 / np.where(chance, centre, 1.0)
    far = np.where(chance, gammaincinv(shape, 1 - TAIL) * scale, centre)
    edges = np.arange(_width(far)) + 0.5
    below = gammainc(shape[:, None], edges[None, :] / scale[:, None])
    return _rounded(np.where(chance[:, None], below, (edges >= centre[:, None]) * 1.0))


def normal_demand(mean: Column, sd: Column) -> Reals:
    """Return normal demand on whole units; demand below zero is no demand.

    Parameters
    ----------
    mean, sd : array of float64, shape (n,) or a number
        Mean and standard deviation of demand a period, units, before what is below zero is cut.

    Returns
    -------
    array of float64, shape (n, units)
        Probabilities of 0, 1, ... units.

    Raises
    ------
    InvalidInput
        Negative, NaN or huge values by row; lengths that do not fit.

    Notes
    -----
    Silver, Pyke and Thomas (2017), Inventory and Production Management in Supply Chains, chapter 6: the
    normal suits demand with sd below about a third of the mean.

    Examples
    --------
    >>> table = normal_demand([20.0, 3.0], [4.0, 0.0])
    >>> round(float(table[0, 20]), 4), float(table[1, 3])
    (0.0995, 1.0)
    """
    from scipy.special import ndtr, ndtri

    centre, spread = _columns(mean=mean, sd=sd)
    width = np.where(spread > 0, spread, 1.0)
    edges = np.arange(_width(centre - ndtri(TAIL) * spread)) + 0.5
    below = ndtr((edges[None, :] - centre[:, None]) / width[:, None])
    return _rounded(np.where(spread[:, None] > 0, below, (edges >= centre[:, None]) * 1.0))


def empirical_demand(history: Sequence[Sequence[float]] | npt.NDArray[np.int32]) -> Reals:
    """Return how often each number of units was demanded.

    Parameters
    ----------
    history : table of whole numbers, shape (n, periods)
        Units demanded a period.

    Returns
    -------
    array of float64, shape (n, units)
        Shares of the periods.

    Raises
    ------
    InvalidInput
        No periods, or a value that is not a whole number of at least 0, by row and period.

    Examples
    --------
    >>> empirical_demand([[0, 2, 2, 1]]).tolist()
    [[0.25, 0.25, 0.5]]
    """
    try:
        table = np.asarray(history, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput("history", "not a table", "one row an item, numbers") from None
    if table.ndim != 2 or table.size == 0:
        raise InvalidInput("history", f"shape {table.shape}", "one row an item, at least a period")
    bad = np.argwhere(~((table >= 0) & (table <= MOST) & (table == np.floor(table))))
    for row, period in bad[:1]:
        allowed = f"a whole number from 0 to {MOST}"
        raise InvalidInput(f"history[{row}][{period}]", float(table[row, period]), allowed)
    units = table.astype(np.int64)
    width = int(units.max()) + 1
    flat = units + np.arange(len(units))[:, None] * width
    counts = np.bincount(flat.ravel(), minlength=len(units) * width).reshape(len(units), width)
    return np.ascontiguousarray(counts / table.shape[1])


def compound_demand(arrivals: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64]) -> Reals:
    """Return demand of a random number of customers who each take a random number of units.

    Parameters
    ----------
    arrivals : array of float64, shape (n, customers)
        Probabilities of 0, 1, ... customers a period.
    sizes : array of float64, shape (n, units)
        Probabilities of 0, 1, ... units a customer.

    Returns
    -------
    array of float64, shape (n, (customers - 1) * (units - 1) + 1)
        Probabilities of 0, 1, ... units a period.

    Raises
    ------
    InvalidInput
        Rows that differ in number, negative probabilities, or a row that does not sum to one.

    Notes
    -----
    The generating function of the sum is that of the number at that of a size: Horner's scheme over
    convolutions. Panjer (1981), ASTIN Bulletin 12(1), gives a recursion for special families; this works
    for any.

    Examples
    --------
    One or two customers, each of 1 or 3 units.

    >>> compound_demand(np.array([[0, 0.5, 0.5]]), np.array([[0, 0.5, 0, 0.5]])).round(3).tolist()
    [[0.0, 0.25, 0.125, 0.25, 0.25, 0.0, 0.125]]
    """
    number, size = real_table("arrivals", arrivals), real_table("sizes", sizes)
    if len(number) != len(size):
        raise InvalidInput("sizes", f"{len(size)} rows", f"{len(number)}, as arrivals")
    for name, table in (("arrivals", number), ("sizes", size)):
        if table.shape[1] == 0:
            raise InvalidInput(name, f"shape {table.shape}", "at least one probability a row")
        good = (table >= 0).all(axis=1) & (np.abs(table.sum(axis=1) - 1) <= 1e-9)
        for row in np.flatnonzero(~good)[:1]:
            allowed = "probabilities of at least 0 that sum to one"
            raise InvalidInput(f"{name}[{row}]", table[row].tolist(), allowed)
    width = (number.shape[1] - 1) * (size.shape[1] - 1) + 1
    found = np.zeros((len(number), width))
    for row, (counts, one) in enumerate(zip(number, size, strict=True)):
        total = counts[-1:]
        for chance in counts[-2::-1]:
            total = np.convolve(total, one)
            total[0] += chance
        found[row, : len(total)] = total
    return found


def _width(far: npt.NDArray[np.float64]) -> int:
    top = float(far.max(initial=0.0))
    if top > MOST:
        raise InvalidInput("sd", top, f"demand that stays below {MOST} units")
    return int(top) + 2
