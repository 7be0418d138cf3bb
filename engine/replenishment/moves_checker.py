"""Independent checker of moves between stores: shares no code with the solver.

The solver sends cases along shortest paths; here the answer is taken as it is, and Bellman and Ford's
algorithm looks for a round of changes that would still save money. Without one the moves are optimal: the
cost is convex in every store's stock (Ahuja, Magnanti and Orlin 1993, Network Flows, theorem 9.1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backhaul.engine.replenishment.checker import period_demand
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["check_moves", "stock_cost"]

#: Money that counting in millionths may leave on an arc.
GRAIN = 4e-6


def stock_cost(problem: Mapping[str, Any], store: int, stock: int) -> float:
    """Return what a store expects to pay for shortages and left-overs with this stock.

    Parameters
    ----------
    problem : mapping
        `mean`, `variance_to_mean`, `short`, `holding`: a value a store.
    store, stock : int
        Which store, and its units.

    Examples
    --------
    >>> two = {"mean": [1.0], "variance_to_mean": [1.0], "short": [9.0], "holding": [1.0]}
    >>> round(stock_cost(two, 0, 2), 6)
    2.036383
    """
    law = {"mean": problem["mean"][store], "variance_to_mean": problem["variance_to_mean"][store]}
    demand = period_demand(law)
    gap = stock - np.arange(len(demand))
    left, short = float(np.maximum(gap, 0) @ demand), float(np.maximum(-gap, 0) @ demand)
    cost: float = problem["holding"][store] * left + problem["short"][store] * short
    return cost


def check_moves(
    problem: Mapping[str, Any], units: Sequence[int], before: float, after: float
) -> CheckReport:
    """Check the moves of one product.

    Codes: ``cases`` (not whole cases, or less than none), ``limit`` (of a lane), ``minimum`` (a store gives
    more than it may), ``cost`` (before or after), ``not_best`` (a round of changes would save money).

    Parameters
    ----------
    problem : mapping
        `lanes`, `lane_cost`, `lane_limit`, `case_pack` (a number), and a value a store of `stock`,
        `minimum`, `mean`, `variance_to_mean`, `short` and `holding`, as `transship` takes them.
    units : sequence of int
        Units moved, a value a lane.
    before, after : float
        Expected cost as claimed, money.

    Returns
    -------
    CheckReport

    Examples
    --------
    >>> two = {"lanes": [(0, 1)], "lane_cost": [5.0], "lane_limit": [-1], "case_pack": 1}
    >>> two |= {"stock": [50, 0], "minimum": [0, 0], "mean": [0.0, 10.0]}
    >>> two |= {"variance_to_mean": [1.0, 1.0], "short": [9.0, 9.0], "holding": [0.0, 0.0]}
    >>> check_moves(two, [8], 90.0, 62.1).codes()
    ['cost', 'not_best']
    """
    stores, pack = len(problem["stock"]), int(problem["case_pack"])
    found: list[Violation] = []
    net = [0] * stores
    paid = 0.0
    for e, (a, b) in enumerate(problem["lanes"]):
        moved, limit = int(units[e]), int(problem["lane_limit"][e])
        if moved < 0 or moved % pack:
            found.append(Violation("cases", f"lane {e}: {moved} units in cases of {pack}"))
        if 0 <= limit < moved:
            found.append(Violation("limit", f"lane {e}: {moved} units where {limit} may go"))
        net[a] -= moved
        net[b] += moved
        paid += problem["lane_cost"][e] * moved
    spare = [
        max(have - stay, 0) // pack * pack
        for have, stay in zip(problem["stock"], problem["minimum"], strict=True)
    ]
    for s in range(stores):
        if -net[s] > spare[s]:
            found.append(Violation("minimum", f"store {s} gives {-net[s]}, may give {spare[s]}"))
    costs = {
        (s, step): stock_cost(problem, s, int(problem["stock"][s]) + net[s] + step * pack)
        for s in range(stores)
        for step in (-1, 0, 1)
        if step >= 0 or -(net[s] - pack) <= spare[s]
    }
    total = paid + sum(costs[s, 0] for s in range(stores))
    start = sum(stock_cost(problem, s, int(problem["stock"][s])) for s in range(stores))
    for name, claimed, truth in (("before", before, start), ("after", after, total)):
        if not math.isclose(claimed, truth, rel_tol=1e-7, abs_tol=1e-5):
            text = f"{name}: claimed {claimed:.9g}, recomputed {truth:.9g}"
            found.append(Violation("cost", text))
    if not found or {v.code for v in found} == {"cost"}:
        saving = _round(problem, units, costs, pack)
        if saving:
            found.append(Violation("not_best", saving))
    return CheckReport(tuple(found), {"before": start, "after": total})


def _round(
    problem: Mapping[str, Any],
    units: Sequence[int],
    costs: Mapping[tuple[int, int], float],
    pack: int,
) -> str:
    """Name a round of changes of one case that saves money, or nothing."""
    stores = len(problem["stock"])
    pool = stores
    arcs: list[tuple[int, int, float]] = []
    for e, (a, b) in enumerate(problem["lanes"]):
        price, limit = problem["lane_cost"][e] * pack, int(problem["lane_limit"][e])
        if limit < 0 or units[e] + pack <= limit:
            arcs.append((a, b, price))
        if units[e] > 0:
            arcs.append((b, a, -price))
    for s in range(stores):
        arcs.append((s, pool, costs[s, 1] - costs[s, 0]))
        if (s, -1) in costs:
            arcs.append((pool, s, costs[s, -1] - costs[s, 0]))
    far = [0.0] * (stores + 1)
    last = [-1] * (stores + 1)
    changed = -1
    for _ in range(stores + 1):
        changed = -1
        for k, (a, b, price) in enumerate(arcs):
            if far[a] + price + GRAIN < far[b]:
                far[b], last[b], changed = far[a] + price + GRAIN, k, b
        if changed < 0:
            return ""
    # Still falling after as many steps as there are places: walk back into the round.
    for _ in range(stores + 1):
        changed = arcs[last[changed]][0]
    way, place, total = [changed], changed, 0.0
    while len(way) == 1 or place != changed:
        origin, _, price = arcs[last[place]]
        total += price
        place = origin
        way.append(place)
    return f"{-total:.6g} is saved by a case along {way[::-1]} ({pool} stands for the shelves)"
