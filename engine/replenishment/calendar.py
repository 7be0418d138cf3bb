"""Levels for reviews and deliveries on some days of the week, and continuous review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, Whole, real_column, whole_column
from backhaul.engine.replenishment.calendar_checker import check_calendar
from backhaul.engine.solution import CheckReport
from backhaul_native import replenishment as native

__all__ = ["CalendarLevels", "ReorderPoints", "calendar_levels", "reorder_points"]


@dataclass(frozen=True, slots=True, eq=False)
class CalendarLevels:
    """Levels by review day.

    Attributes
    ----------
    review_days : array of int32, shape (reviews,)
        Days of the cycle on which orders may be placed.
    reorder_level, order_up_to : array of int32, shape (n, reviews)
        s and S of each review, units.
    cost, bound : array of float64, shape (n,)
        Average cost a day of these levels; no rule costs less than the bound.
    """

    review_days: Whole
    reorder_level: Whole
    order_up_to: Whole
    cost: Reals
    bound: Reals
    problem: Mapping[str, Any] = field(repr=False)

    def check(self, *, rows: int = 10) -> CheckReport:
        """Recompute the cost of up to `rows` items, evenly spread, and try neighbours, separately.

        Examples
        --------
        >>> calendar_levels([[2.0, 4.0]], review_days=[True, False], backorder=9.0).check().ok
        True
        """
        n = len(self.cost)
        days = {name: self.problem[name] for name in ("review_days", "delivery_days")}
        reports = []
        for i in np.unique(np.linspace(0, n - 1, min(n, rows)).astype(int)).tolist():
            one = {
                name: None if values is None else values[i].tolist()
                for name, values in self.problem.items()
                if name not in days
            }
            low, top = self.reorder_level[i].tolist(), self.order_up_to[i].tolist()
            cost, bound = float(self.cost[i]), float(self.bound[i])
            reports.append(check_calendar({**days, **one}, low, top, cost, bound))
        broken = tuple(violation for report in reports for violation in report.violations)
        return CheckReport(broken, {"items": len(reports)})


@dataclass(frozen=True, slots=True, eq=False)
class ReorderPoints:
    """Reorder points r and batches Q, units, and their average cost a unit of time, of shape (n,)."""

    reorder_point: Whole
    batch: Whole
    cost: Reals


def calendar_levels(
    mean: npt.ArrayLike | None = None,
    *,
    review_days: Sequence[bool] | npt.NDArray[np.bool_],
    delivery_days: Sequence[bool] | npt.NDArray[np.bool_] | None = None,
    variance_to_mean: Column = 1.0,
    demand: npt.NDArray[np.float64] | None = None,
    lead_time: Column = 0,
    setup: Column = 0.0,
    holding: Column = 1.0,
    backorder: Column,
    case_pack: Column = 1,
    minimum_order: Column = 0,
    shelf_capacity: Column = 0,
    threads: int = 1,
) -> CalendarLevels:
    """Return the best (s, S) of every review day of a repeating calendar.

    On a review day an order may be placed before the day's demand; it arrives on the first delivery
    day that is at least `lead_time` days later, before that day's demand. Demand differs by day of
    the cycle and waits if it must. Holding and backorder cost are paid at the end of every day.

    Parameters
    ----------
    mean : array, shape (n, days)
        Mean demand of every day of the cycle, units.
    review_days, delivery_days : array of bool, shape (days,)
        Days on which orders are placed and goods arrive; every day unless given.
    variance_to_mean : array of float64, shape (n,) or a number
        Of demand: 1 is Poisson, more is negative binomial.
    demand : array of float64, shape (n, days, k), optional
        Probabilities of 0 .. k-1 units on every day of the cycle, in place of `mean` and
        `variance_to_mean`: gamma, normal, empirical or compound (`gamma_demand` and its like).
    lead_time : array of int32, shape (n,) or a number
        Least days from order to receipt.
    setup, holding, backorder : array of float64, shape (n,) or a number
        Money an order; money a unit and day on hand; money a unit and day owed.
    case_pack, minimum_order, shelf_capacity : array of int32, shape (n,) or a number
        As for `order_quantities`.
    threads : int
        Threads; the answer does not depend on them.

    Returns
    -------
    CalendarLevels
        Optimal without cases, minimum and shelf; else the levels of the best rule's decisions, their
        cost as the nightly rounding gives it, and the bound.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field and row.

    Notes
    -----
    (s, S) by day: Scarf (1960); in cycles Karlin (1960), Management Science 6(3). Value iteration with
    bounds: Odoni (1969), Operations Research 17(5).

    Examples
    --------
    Reviewed every day this is the first row of the table of Zheng and Federgruen (1991):

    >>> found = calendar_levels([[10.0]], review_days=[True], setup=64.0, backorder=9.0)
    >>> found.reorder_level.tolist(), found.order_up_to.tolist(), round(float(found.cost[0]), 4)
    ([[6]], [[40]], 35.0216)

    Two reviews a week with deliveries two days later, and a busy weekend:

    >>> week = [[2.0, 2.0, 2.0, 2.0, 3.0, 6.0, 0.0]]
    >>> days = [True, False, False, True, False, False, False]
    >>> calendar_levels(week, review_days=days, lead_time=2, backorder=9.0).order_up_to.tolist()
    [[13, 18]]

    Normal demand of the same means with a third of the spread:

    >>> from backhaul.engine.replenishment import normal_demand
    >>> law = normal_demand(week[0], [mean / 6 for mean in week[0]]).reshape(1, 7, -1)
    >>> calendar_levels(demand=law, review_days=days, lead_time=2, backorder=9.0).order_up_to.tolist()
    [[11, 15]]
    """
    law = None
    if demand is not None:
        law = np.asarray(demand)
        if mean is not None:
            raise InvalidInput("mean", "given beside demand", "one of the two")
        if law.dtype != np.float64 or law.ndim != 3 or 0 in law.shape:
            allowed = "float64, shape (n, days, units)"
            raise InvalidInput("demand", f"{law.dtype}, shape {law.shape}", allowed)
        mean = law @ np.arange(law.shape[2], dtype=np.float64)
    elif mean is None:
        raise InvalidInput("mean", None, "mean or demand")
    try:
        table = np.atleast_2d(np.asarray(mean, dtype=np.float64))
    except (TypeError, ValueError):
        raise InvalidInput("mean", repr(mean)[:80], "numbers") from None
    if table.ndim != 2:
        raise InvalidInput("mean", f"shape {table.shape}", "(n, days)")
    n, days = table.shape
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")

    def flags(name: str, values: object) -> npt.NDArray[np.bool_]:
        found = np.asarray(values)
        if found.dtype != np.bool_ or found.shape != (days,):
            raise InvalidInput(name, repr(values)[:80], f"{days} values true or false")
        return np.ascontiguousarray(found)

    def real(name: str, values: Column) -> Reals:
        column = real_column(name, values)
        return column.repeat(n) if len(column) == 1 != n else column

    def whole(name: str, values: Column) -> Whole:
        column = whole_column(name, values)
        return column.repeat(n) if len(column) == 1 != n else column

    if law is not None:
        law = np.ascontiguousarray(law).reshape(n * days, -1)
        # Before the kernel, which would name the mean of a table that is none.
        bad = np.flatnonzero(~((law >= 0).all(axis=1) & (np.abs(law.sum(axis=1) - 1) <= 1e-9)))
        for k in bad[:1]:
            allowed = "probabilities of at least 0 that sum to one"
            path = f"demand[{k // days}][{k % days}]"
            raise InvalidInput(path, repr(law[k].tolist())[:80], allowed)
    review = flags("review_days", review_days)
    everyday = np.ones(days, dtype=np.bool_)
    delivery = everyday if delivery_days is None else flags("delivery_days", delivery_days)
    columns: dict[str, Any] = {
        "variance_to_mean": real("variance_to_mean", variance_to_mean),
        "lead_time": whole("lead_time", lead_time),
        "setup": real("setup", setup),
        "holding": real("holding", holding),
        "backorder": real("backorder", backorder),
        "case_pack": whole("case_pack", case_pack),
        "minimum_order": whole("minimum_order", minimum_order),
        "shelf_capacity": whole("shelf_capacity", shelf_capacity),
    }
    with native_errors():
        found = native.calendar_levels(
            review=review,
            delivery=delivery,
            mean=np.ascontiguousarray(table).ravel(),
            demand=law,
            threads=threads,
            **columns,
        )
    reviews = np.flatnonzero(review).astype(np.int32)
    return CalendarLevels(
        review_days=reviews,
        reorder_level=found["reorder_level"].reshape(n, len(reviews)),
        order_up_to=found["order_up_to"].reshape(n, len(reviews)),
        cost=found["cost"],
        bound=found["bound"],
        problem={
            "review_days": review,
            "delivery_days": delivery,
            "mean": table,
            "demand": None if law is None else law.reshape(n, days, -1),
            **columns,
        },
    )


def reorder_points(
    mean: Column,
    *,
    lead_time: Column,
    setup: Column,
    backorder: Column,
    holding: Column = 1.0,
    case_pack: Column = 1,
    threads: int = 1,
) -> ReorderPoints:
    """Return the best (r, Q) of every item under continuous review.

    Units are asked for one by one (Poisson) and wait if they must; as soon as the position falls to r,
    Q units are ordered. With `review` in periods use `ReplenishmentProblem(policy="s_nQ")`.

    Parameters
    ----------
    mean : array of float64, shape (n,)
        Units a unit of time.
    lead_time : array of float64, shape (n,) or a number
        Time from order to receipt.
    setup, holding, backorder : array of float64, shape (n,) or a number
        Money an order; money a unit on hand, and a unit owed, a unit of time.
    case_pack : array of int32, shape (n,) or a number
        Q is whole cases of so many units.
    threads : int
        Threads; the answer does not depend on them.

    Returns
    -------
    ReorderPoints
        Optimal.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field and row.

    Notes
    -----
    Federgruen and Zheng (1992), Operations Research 40(4), 808-813.

    Examples
    --------
    Snyder and Shen (2019), Fundamentals of Supply Chain Theory, example 5.8: r = 3, Q = 5, 107.92.

    >>> found = reorder_points([1.5], lead_time=2.0, setup=100.0, holding=20.0, backorder=150.0)
    >>> int(found.reorder_point[0]), int(found.batch[0]), round(float(found.cost[0]), 2)
    (3, 5, 107.92)
    """
    rate = real_column("mean", mean)
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")

    def real(name: str, values: Column) -> Reals:
        column = real_column(name, values)
        return column.repeat(len(rate)) if len(column) == 1 != len(rate) else column

    pack = whole_column("case_pack", case_pack)
    with native_errors():
        point, batch, cost = native.reorder_points(
            mean=rate,
            lead_time=real("lead_time", lead_time),
            setup=real("setup", setup),
            holding=real("holding", holding),
            backorder=real("backorder", backorder),
            case_pack=pack.repeat(len(rate)) if len(pack) == 1 != len(rate) else pack,
            threads=threads,
        )
    return ReorderPoints(point, batch, cost)
