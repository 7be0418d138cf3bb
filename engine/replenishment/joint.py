"""Joint replenishment: many items that share orders and trucks from one supplier."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

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
        stock = np.cumsum(self.orders - np.asarray(self.problem["demand"]), axis=1)
        for row, period in np.argwhere(stock < -1e-6)[:1]:
            text = f"item {row} is short in period {period}"
            found.append(Violation("short", text, {"item": int(row), "period": int(period)}))
        cost = joint_cost(self.orders, **self.problem)  # type: ignore[arg-type]
        if not math.isclose(cost, self.cost, rel_tol=1e-9, abs_tol=1e-6):
            found.append(Violation("cost", f"claimed {self.cost}, recomputed {cost}"))
        if self.bound > self.cost * (1 + 1e-9) + 1e-6:
            found.append(Violation("bound", f"cost {self.cost} is below the bound {self.bound}"))
        return CheckReport(tuple(found), {"cost": cost})


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
    stop : Stop, optional
        Seconds; iterations (sets of order periods tried); target.
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

    Notes
    -----
    Bound by the Lagrangian dual of the strong formulation; plan by local search over order periods with
    every item solved exactly (Boctor, Laporte and Renaud 2004, International Journal of Production
    Research 42(13)), and lots moved forward where that saves a truck.

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
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    stop = stop or Stop(seconds=10.0)
    problem: dict[str, object] = {
        "demand": table,
        **whole,
        "major": float(major),
        "truck_cost": float(truck_cost),
        "truck_capacity": float(truck_capacity),
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
