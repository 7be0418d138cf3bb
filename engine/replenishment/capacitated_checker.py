"""Independent checker of capacitated lot sizes: shares no code with the solver."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.solution import CheckReport, Violation

__all__ = ["check_lots", "lots_cost"]

Table = npt.NDArray[np.float64]


def lots_cost(problem: Mapping[str, Any], quantities: Table) -> float:
    """Return what quantities cost, from the definition.

    Parameters
    ----------
    problem : mapping
        Tables and columns as `LotSizingProblem` holds them.
    quantities : array of float64, shape (items, periods)
        Units made.

    Returns
    -------
    float
        Money: a setup for every period with production, holding for the stock at every end.

    Examples
    --------
    >>> one = np.ones(1)
    >>> plan = {"demand": np.array([[1.0, 2.0]]), "setup_cost": 5 * one, "holding": one}
    >>> lots_cost(plan, np.array([[3.0, 0.0]]))
    7.0
    """
    stock = np.cumsum(quantities - problem["demand"], axis=1)
    setups = np.count_nonzero(quantities > 0, axis=1)
    return float(problem["setup_cost"] @ setups + problem["holding"] @ stock.sum(axis=1))


def check_lots(
    problem: Mapping[str, Any], quantities: Table, cost: float, bound: float, *, feasible: bool
) -> CheckReport:
    """Verify demand, capacity, cost and bound.

    Parameters
    ----------
    problem : mapping
        Tables and columns as `LotSizingProblem` holds them.
    quantities : array of float64, shape (items, periods)
        Units made.
    cost, bound : float
        As claimed.
    feasible : bool
        Whether the solver claims that the capacity suffices.

    Returns
    -------
    CheckReport
        Codes ``negative``, ``short``, ``capacity``, ``cost``, ``bound``.
    """
    found: list[Violation] = []
    for item, period in np.argwhere(~(quantities >= 0)):
        text = f"item {item} makes {quantities[item, period]} in period {period}"
        where = {"item": int(item), "period": int(period)}
        found.append(Violation("negative", text, where))
    demand = problem["demand"]
    stock = np.cumsum(quantities - demand, axis=1)
    slack = 1e-7 * np.maximum(demand.sum(axis=1, keepdims=True), 1.0)
    for item, period in np.argwhere(stock < -slack):
        text = f"item {item} is {-stock[item, period]:g} short in period {period}"
        where = {"item": int(item), "period": int(period)}
        found.append(Violation("short", text, where))
    load = problem["unit_time"] @ quantities + problem["setup_time"] @ (quantities > 0)
    over = load - problem["capacity"]
    for period in np.flatnonzero(over > 1e-6 * np.maximum(problem["capacity"], 1.0)):
        text = f"period {period} uses {load[period]:g} of {problem['capacity'][period]:g}"
        found.append(Violation("capacity", text, {"period": int(period)}))
    true = lots_cost(problem, quantities)
    if not math.isclose(true, cost, rel_tol=1e-7, abs_tol=1e-6):
        found.append(Violation("cost", f"claimed {cost}, recomputed {true}"))
    if feasible and bound > true * (1 + 1e-7) + 1e-6:
        found.append(Violation("bound", f"cost {true} is below the bound {bound}"))
    overtime = float(np.maximum(over, 0).sum())
    return CheckReport(tuple(found), {"cost": true, "overtime": overtime})
