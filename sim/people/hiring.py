"""Whom to roster and whom to hire."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["hire_gap", "hire_leavers", "roster_fixed", "roster_to_workload"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def roster_to_workload(required_s: Ints, capacity_s: Floats) -> Ints:
    """Roster what the day's forecast volumes need, as far as people's contracts flex (1.4 times)."""
    return np.minimum(required_s, capacity_s * 1.4).astype(np.int64)


def roster_fixed(required_s: Ints, capacity_s: Floats) -> Ints:
    """Roster the contracted hours, the same every day, whatever the volumes."""
    return capacity_s.astype(np.int64)


def hire_gap(
    required_s: Ints,
    headcount: Ints,
    coming: Ints,
    _plan: Ints,
    hours_per_week: Floats,
    leavers_per_year: Floats,
) -> Ints:
    """Hire when the need exceeds who will be there once the next leavers are gone.

    Parameters
    ----------
    required_s : array of int, shape (sites, roles)
        Work of the last four weeks, seconds a week.
    headcount, coming : array of int, shape (sites, roles)
        People in service, and hired but not there yet.
    hours_per_week, leavers_per_year : array of float, shape (roles,)
        Contract, and share of people who leave in a year.

    Returns
    -------
    array of int, shape (sites, roles)
        People to hire.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.array([[1]])
    >>> hire_gap(one * 100 * 3600, one * 2, one * 0, one, np.array([40.0]), np.array([0.0])).tolist()
    [[1]]
    """
    wanted = np.ceil(required_s / (hours_per_week * 3600))
    staying = headcount * (1 - leavers_per_year * 4 / 52) + coming
    return np.maximum(np.ceil(wanted - staying - 0.5), 0).astype(np.int64)


def hire_leavers(
    _required_s: Ints,
    headcount: Ints,
    coming: Ints,
    plan: Ints,
    _hours_per_week: Floats,
    _leavers_per_year: Floats,
) -> Ints:
    """Replace who left, needed or not: back to the headcount of the first day (`plan`)."""
    return np.asarray(np.maximum(plan - headcount - coming, 0))
