"""Independent checker of planograms: geometry and cost, sharing no code with the solver."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.space.planogram import PlanogramProblem
    from backhaul.engine.space.planogram_solution import Place, Standing

__all__ = ["check_planogram"]


def _sales(mean: float, variation: float, units: float) -> float:
    if mean * variation <= 0:
        return min(mean, units)
    z = (units - mean) / (mean * variation)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    tail = 0.5 * math.erfc(z / math.sqrt(2))
    return max(0.0, min(mean, units, mean - mean * variation * (density - z * tail)))


def _touch(problem: PlanogramProblem, a: Place, b: Place) -> bool:
    if problem.shelves[a.first].fixture != problem.shelves[b.first].fixture:
        return False
    left, right = sorted((a, b), key=lambda r: (r.x_mm, r.width_mm))
    rows = min(a.last, b.last) - max(a.first, b.first)
    over = min(a.x_mm + a.width_mm, b.x_mm + b.width_mm) - max(a.x_mm, b.x_mm)
    beside = left.x_mm + left.width_mm == right.x_mm or right.x_mm + right.width_mm == left.x_mm
    return (rows >= 0 and beside) or (rows == -1 and over > 0)


def check_planogram(
    problem: PlanogramProblem,
    standing: Sequence[Standing],
    places: Mapping[str, Place],
    cost: float | None = None,
) -> CheckReport:
    """Verify a planogram.

    Parameters
    ----------
    problem : PlanogramProblem
        Shelves and products.
    standing : sequence of Standing
        What stands where: product, shelf, distance from the left end, facings, units on top of
        each other and behind each other.
    places : mapping of str to Place
        Rectangle of each block that stands anywhere.
    cost : float, optional
        Claimed cost in cents.

    Returns
    -------
    CheckReport
        Codes: ``shelf`` (sticks out), ``overlap``, ``height``, ``depth``, ``weight``, ``stack``,
        ``facings`` (too few or too many), ``twice`` (two runs of a product on one shelf),
        ``block`` (outside its rectangle), ``rectangle`` (of two fixtures, overlapping, or with a
        bare row), ``cost``.
    """
    found: list[Violation] = []

    def broken(code: str, text: str, **where: object) -> None:
        found.append(Violation(code, text, where))

    by_shelf: dict[int, list[Standing]] = {}
    runs: set[tuple[int, int]] = set()
    for run in standing:
        p, shelf = problem.products[run.product], problem.shelves[run.shelf]
        width = run.facings * p.width_mm
        by_shelf.setdefault(run.shelf, []).append(run)
        if run.x_mm < 0 or run.x_mm + width > shelf.width_mm:
            broken("shelf", f"{p.name} sticks out of shelf {run.shelf}", product=run.product)
        if run.high * p.height_mm > shelf.height_mm:
            broken("height", f"{p.name} is too high for shelf {run.shelf}", product=run.product)
        if run.high > p.stack:
            broken("stack", f"{run.high} of {p.name} on each other, allowed {p.stack}")
        if p.weight_g > shelf.most_unit_g:
            broken("weight", f"{p.name} is too heavy for shelf {run.shelf}", product=run.product)
        if problem.whole_units and run.deep * p.depth_mm > shelf.depth_mm:
            broken("depth", f"{p.name} is too deep for shelf {run.shelf}", product=run.product)
        if (run.product, run.shelf) in runs:
            broken("twice", f"{p.name} stands twice on shelf {run.shelf}", product=run.product)
        runs.add((run.product, run.shelf))
        place = places.get(p.block)
        inside = (
            place is not None
            and place.first <= run.shelf <= place.last
            and place.x_mm <= run.x_mm
            and run.x_mm + width <= place.x_mm + place.width_mm
        )
        if not inside:
            broken("block", f"{p.name} stands outside block {p.block}", product=run.product)
    for shelf_number, row in by_shelf.items():
        row.sort(key=lambda r: r.x_mm)
        for left, right in pairwise(row):
            if left.x_mm + left.facings * problem.products[left.product].width_mm > right.x_mm:
                names = (problem.products[r.product].name for r in (left, right))
                broken("overlap", f"{' and '.join(names)} overlap on shelf {shelf_number}")
    for name, place in places.items():
        shelves = range(place.first, place.last + 1)
        if len({problem.shelves[s].fixture for s in shelves}) != 1:
            broken("rectangle", f"block {name} stands in more than one fixture")
        members = {i for i, p in enumerate(problem.products) if p.block == name}
        for s in shelves:
            if place.x_mm < 0 or place.x_mm + place.width_mm > problem.shelves[s].width_mm:
                broken("rectangle", f"block {name} sticks out of shelf {s}")
            if not any(run.product in members for run in by_shelf.get(s, [])):
                broken("rectangle", f"block {name} has nothing on shelf {s}")
    for (one, a), (two, b) in combinations(places.items(), 2):
        rows = min(a.last, b.last) >= max(a.first, b.first)
        over = min(a.x_mm + a.width_mm, b.x_mm + b.width_mm) > max(a.x_mm, b.x_mm)
        if rows and over:
            broken("rectangle", f"blocks {one} and {two} overlap")
    total = _cost(problem, standing, places, broken)
    if cost is not None and abs(total - cost) > 1e-5 * max(1.0, abs(total)):
        broken("cost", f"claimed {cost}, found {total}")
    return CheckReport(tuple(found), {"cost": total, "listed": len({r.product for r in standing})})


def _cost(
    problem: PlanogramProblem,
    standing: Sequence[Standing],
    places: Mapping[str, Place],
    broken: Callable[[str, str], None],
) -> float:
    room = sum(s.width_mm for s in problem.shelves)
    total = 0.0
    by_product: dict[int, list[Standing]] = {}
    for run in standing:
        by_product.setdefault(run.product, []).append(run)
    for i, p in enumerate(problem.products):
        rate = problem.period_d / p.interval_d
        mine = by_product.get(i, [])
        many = sum(r.facings for r in mine)
        if many == 0:
            total += rate * p.shortage_cents * p.demand_per_day * p.interval_d
            continue
        least = int(problem.least_facings[i])
        if not least <= many <= p.most:
            broken("facings", f"{p.name} has {many} facings, allowed {least} to {p.most}")
        units = 0.0
        for r in mine:
            deep = problem.shelves[r.shelf].depth_mm / p.depth_mm
            units += r.facings * r.high * (r.deep if problem.whole_units else deep)
        lift = sum(r.facings * problem.shelves[r.shelf].lift for r in mine) / many
        demand = p.demand_per_day * p.interval_d * lift * many**p.elasticity
        sold = _sales(demand, p.variation, units)
        total += rate * (p.shortage_cents * (demand - sold) - p.margin_cents * sold)
        total += sum(r.facings * p.level_cents * problem.levels[r.shelf] for r in mine)
        room -= many * p.width_mm
    total += problem.empty_cents_per_mm * room
    for pair in problem.neighbours:
        a, b = places.get(pair.first), places.get(pair.second)
        if a is not None and b is not None and _touch(problem, a, b):
            total -= pair.cents
    return total
