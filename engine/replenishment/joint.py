"""Joint replenishment: many items that share orders and trucks from one supplier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, real_column, real_table
from backhaul.engine.solution import CheckReport, SolveStats, Status, Violation
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import replenishment as native

__all__ = ["JointPlan", "joint_cost", "joint_replenishment"]


@dataclass(frozen=True, slots=True, eq=False)
class JointPlan:
    """Orders of shape (items, periods) in units, their `cost`, and a `bound` below which no plan costs."""

    orders: Reals
    cost: float
    bound: float
    status: Status
    stats: SolveStats
    problem: dict[str, object]

    @property
    def gap(self) -> float:
        """Relative distance of the cost from the bound."""
        return (self.cost - self.bound) / max(abs(self.bound), 1e-12)

    def check(self) -> CheckReport:
        """Recompute the cost from the orders, and check that demand is met in time."""
        found: list[Violation] = []
        rules = {name: self.problem[name] for name in ("pack", "order_days", "measures", "least")}
        found += broken_rules(self.orders, **rules)  # type: ignore[arg-type]
        stock = np.cumsum(self.orders - np.asarray(self.problem["demand"]), axis=1)
        for row, period in np.argwhere(stock < -1e-6)[:1]:
            text = f"item {row} is short in period {period}"
            found.append(Violation("short", text, {"item": int(row), "period": int(period)}))
        terms = ("demand", "minor", "holding", "volume", "major", "truck_cost", "truck_capacity")
        cost = joint_cost(self.orders, **{name: self.problem[name] for name in terms})  # type: ignore[arg-type]
        if not math.isclose(cost, self.cost, rel_tol=1e-9, abs_tol=1e-6):
            found.append(Violation("cost", f"claimed {self.cost}, recomputed {cost}"))
        if self.bound > self.cost * (1 + 1e-9) + 1e-6:
            found.append(Violation("bound", f"cost {self.cost} is below the bound {self.bound}"))
        return CheckReport(tuple(found), {"cost": cost})


def broken_rules(
    orders: Reals,
    *,
    pack: Reals,
    order_days: npt.NDArray[np.bool_],
    measures: Reals,
    least: Reals,
) -> list[Violation]:
    """Return which packs, order days and least orders a plan does not keep.

    Examples
    --------
    >>> found = broken_rules(np.array([[3.0, 0.0]]), pack=np.array([2.0]),
    ...     order_days=np.array([False, True]), measures=np.ones((1, 1)), least=np.array([5.0]))
    >>> [violation.code for violation in found]
    ['pack', 'order_day', 'least_order']
    """
    found: list[Violation] = []
    packs = orders / np.where(pack > 0, pack, 1.0)[:, None]
    broken = (pack[:, None] > 0) & (np.abs(packs - np.rint(packs)) > 1e-6)
    for row, period in np.argwhere(broken)[:1]:
        text = (
            f"item {row} orders {orders[row, period]:g} in period {period}, packs of {pack[row]:g}"
        )
        found.append(Violation("pack", text, {"item": int(row), "period": int(period)}))
    placed = (orders > 0).any(axis=0)
    for period in np.flatnonzero(placed & ~order_days)[:1]:
        text = f"period {period} has an order but is no order day"
        found.append(Violation("order_day", text, {"period": int(period)}))
    for k, (measure, low) in enumerate(zip(measures, least, strict=True)):
        sums = measure @ orders
        for period in np.flatnonzero(placed & (sums < low * (1 - 1e-6)))[:1]:
            text = f"minimum {k}: the order of period {period} has {sums[period]:g} of {low:g}"
            found.append(Violation("least_order", text, {"minimum": k, "period": int(period)}))
    return found


def joint_cost(
    orders: Reals,
    *,
    demand: Reals,
    minor: Reals,
    holding: Reals,
    volume: Reals,
    major: float,
    truck_cost: float,
    truck_capacity: float,
) -> float:
    """Return what a plan costs, from the definition.

    Examples
    --------
    >>> one = np.ones(1)
    >>> joint_cost(np.array([[3.0, 0.0]]), demand=np.array([[1.0, 2.0]]), minor=one, holding=one,
    ...     volume=one, major=5.0, truck_cost=0.0, truck_capacity=np.inf)
    8.0
    """
    placed = orders > 0
    stock = np.cumsum(orders - demand, axis=1)
    loads = volume @ orders
    trucks = np.where(loads > 0, np.maximum(np.ceil(loads / truck_capacity - 1e-9), 1), 0)
    return float(
        (minor @ placed).sum()
        + major * placed.any(axis=0).sum()
        + (holding @ stock).sum()
        + truck_cost * trucks.sum()
    )


def joint_replenishment(
    demand: Reals,
    minor: Column,
    *,
    major: float,
    holding: Column = 1.0,
    volume: Column = 1.0,
    truck_cost: float = 0.0,
    truck_capacity: float = math.inf,
    pack: Column = 0.0,
    order_days: npt.NDArray[np.bool_] | Sequence[bool] | None = None,
    minimum: Sequence[tuple[Column, float]] = (),
    stop: Stop | None = None,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> JointPlan:
    """Return cheap orders for items that share the cost of an order, and trucks.

    Parameters
    ----------
    demand : array of float64, shape (items, periods)
        Units needed.
    minor, holding, volume : array of float64, shape (items,) or a number
        Money for the item in an order; money a unit in stock at the end of a period; volume a unit.
    major : float
        Money for a period with an order.
    truck_cost, truck_capacity : float
        Money a truck; volume that fits in it.
    pack : array of float64, shape (items,) or a number
        Units that are ordered together (a case, a layer, a pallet); 0 is any quantity.
    order_days : array of bool, shape (periods,), optional
        Periods in which an order can be placed; all without it.
    minimum : sequence of (array of float64 of shape (items,) or a number, float)
        Least orders of the supplier: what a unit counts (its price, its weight, its share of a pallet),
        and the least sum over an order, in that measure.
    stop : Stop, optional
        Seconds; iterations (sets of order periods or patterns of trucks tried); target.
    threads : int
        Threads.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    JointPlan
        ``optimal`` when the cost meets the bound.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field, item and period.
    Infeasible
        No order day by the first need.

    Notes
    -----
    Bound by the Lagrangian dual of the strong formulation (Boctor, Laporte and Renaud 2004, International
    Journal of Production Research 42(13)), with the whole volume planned in whole trucks (lot sizing with
    constant batches: Pochet and Wolsey 1993, Mathematics of Operations Research 18(4)). Plan by local
    search over order periods with every item solved exactly; where trucks cost money, over the numbers of
    trucks of all periods, led by prices of their room (Benders 1962, Numerische Mathematik 4). Packs are
    part of the needs, in the bound too; every plan that is tried keeps order days and least orders; the
    bound knows order days, not least orders.

    Examples
    --------
    >>> plan = joint_replenishment(np.array([[4.0, 4.0], [4.0, 4.0]]), 1.0, major=20.0)
    >>> plan.orders.tolist(), plan.cost
    ([[8.0, 0.0], [8.0, 0.0]], 30.0)
    """
    table = real_table("demand", demand)
    columns = {"minor": minor, "holding": holding, "volume": volume}
    whole: dict[str, Reals] = {}
    for name, values in columns.items():
        column = real_column(name, values)
        whole[name] = column.repeat(len(table)) if len(column) == 1 else column
    packs = real_column("pack", pack)
    packs = packs.repeat(len(table)) if len(packs) == 1 else packs
    days = np.ones(table.shape[1], dtype=np.bool_) if order_days is None else np.array(order_days)
    if days.dtype != np.bool_ or days.shape != table.shape[1:]:
        allowed = f"{table.shape[1]} values, true or false"
        raise InvalidInput("order_days", f"{days.dtype}, shape {days.shape}", allowed)
    measures, least = np.zeros((len(minimum), len(table))), np.zeros(len(minimum))
    for k, (measure, low) in enumerate(minimum):
        column = real_column(f"minimum[{k}]", measure)
        if len(column) not in (1, len(table)):
            allowed = f"{len(table)} values, or one"
            raise InvalidInput(f"minimum[{k}]", f"{len(column)} values", allowed)
        measures[k], least[k] = column, low
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    stop = stop or Stop(seconds=10.0)
    problem: dict[str, object] = {
        "demand": table,
        **whole,
        "major": float(major),
        "truck_cost": float(truck_cost),
        "truck_capacity": float(truck_capacity),
        "pack": packs,
        "order_days": days,
        "measures": measures,
        "least": least,
    }
    with native_errors():
        found = native.solve_joint(
            limits=stop.limits(),
            threads=threads,
            on_progress=on_progress,
            **problem,  # type: ignore[arg-type]
        )
    proven = found["cost"] <= found["bound"] * (1 + 1e-9) + 1e-9
    return JointPlan(
        orders=found["orders"].reshape(table.shape),
        cost=found["cost"],
        bound=found["bound"],
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        stats=SolveStats(
            seconds=found["seconds"],
            iterations=found["iterations"],
            stop_reason=found["stop_reason"],
            threads=threads,
        ),
        problem=problem,
    )
