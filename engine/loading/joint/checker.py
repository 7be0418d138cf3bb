"""Verifies routes with loads: shares no code with the solver."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backhaul.engine.packing.checker import check_layout
from backhaul.engine.packing.problem import PackedBin, Placement
from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.loading.joint.problem import JointProblem
    from backhaul.engine.loading.problem import LoadingProblem

__all__ = ["check_joint"]

_EPS = 1e-3
Loaded = tuple[Sequence[int], "LoadingProblem", Sequence[Placement]]


def check_joint(
    problem: JointProblem, routes: Sequence[Loaded], cost: float | None = None
) -> CheckReport:
    """Check routes and loads: codes customer, capacity, fleet, window, goods, cost, and a load's.

    Parameters
    ----------
    problem : JointProblem
    routes : sequence of (customers, loading problem, placements)
    cost : float, optional
        The claimed total length.
    """
    found: list[Violation] = []

    def add(code: str, text: str, route: int | None = None) -> None:
        found.append(Violation(code, text, {} if route is None else {"route": route}))

    visits = Counter(c for customers, _, _ in routes for c in customers)
    for c, customer in enumerate(problem.customers):
        if visits[c] != 1:
            add("customer", f"{customer.id} is visited {visits[c]} times")
    used = [r for r in routes if len(r[0])]
    if problem.fleet is not None and len(used) > problem.fleet:
        add("fleet", f"{len(used)} vehicles, there are {problem.fleet}")
    total = 0.0
    for number, (customers, loading, placements) in enumerate(routes):
        mass = sum(problem.customers[c].mass for c in customers)
        most = problem.vehicle.max_weight
        if most is not None and mass > most:
            add("capacity", f"{mass} on board, at most {most}", number)
        total += _drive(problem, customers, add, number)
        if loading.vehicle != problem.vehicle or loading.rules != problem.rules:
            add("goods", "the load is for another vehicle or other rules", number)
        # the goods of the load must be those of the customers, each at its place in the route
        asked = Counter(
            (i.size, i.orientations, i.weight, i.fragile, i.stackable, i.max_load, stop)
            for stop, c in enumerate(customers)
            for i in problem.customers[c].items
            for _ in range(i.copies)
        )
        there = Counter(
            (i.size, i.orientations, i.weight, i.fragile, i.stackable, i.max_load, i.stop)
            for i in (loading.items[p.item] for p in placements)
        )
        if asked != there:
            add("goods", "the load is not what the customers of the route get", number)
        report = check_layout(loading.as_packing(), [PackedBin(0, tuple(placements))])
        for violation in report.violations:
            where = {**violation.where, "route": number}
            found.append(Violation(violation.code, violation.text, where))
    if cost is not None and abs(total - cost) > _EPS * max(1.0, abs(total)) * 1e-3:
        add("cost", f"claimed {cost}, the routes are {total} long")
    return CheckReport(tuple(found), {"length": total, "vehicles": len(used)})


def _drive(problem: JointProblem, customers: Sequence[int], add: object, number: int) -> float:
    """Drive one route; report missed windows; return its length."""
    where, length = problem.depot, 0.0
    time = problem.depot_window.opens if problem.depot_window else -math.inf
    for c in [*customers, None]:
        node = problem.depot if c is None else problem.customers[c].xy
        window = problem.depot_window if c is None else problem.customers[c].window
        leg = math.dist(where, node)
        length, where = length + leg, node
        time += leg
        if window is not None:
            time = max(time, window.opens)
            if time > window.closes + _EPS and callable(add):
                name = "depot" if c is None else problem.customers[c].id
                add("window", f"{name} at {time:.3f}, closes at {window.closes}", number)
            time += window.service
    return length
