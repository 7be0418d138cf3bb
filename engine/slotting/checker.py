"""Independent checker of slotting answers: shares no code with the solver."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.slotting.layout import Layout
    from backhaul.engine.slotting.problem import SlottingProblem
    from backhaul.engine.slotting.qap import QapProblem
    from backhaul.engine.slotting.reserve import ReservePlan

__all__ = ["check_permutation", "check_placement", "check_reserve", "check_tour", "check_walks"]


def _walk(layout: Layout, a: int, b: int) -> int:
    """Walk between two slots, by trying every cross aisle."""
    aisle, y = layout.slot_aisle, layout.slot_y_mm
    if aisle[a] == aisle[b]:
        return abs(int(y[a]) - int(y[b]))
    x, crosses = layout.aisle_x_mm, layout.cross_y_mm
    across = abs(int(x[aisle[a]]) - int(x[aisle[b]]))
    return across + min(abs(int(y[a]) - int(c)) + abs(int(y[b]) - int(c)) for c in crosses)


def check_placement(
    problem: SlottingProblem, slot: Sequence[int], cost: float | None = None
) -> CheckReport:
    """Verify a placement of products into slots.

    Parameters
    ----------
    problem : SlottingProblem
        What was to be placed.
    slot : sequence of int
        Slot of each product, -1 for none.
    cost : float, optional
        Claimed cost, in metres a day.

    Returns
    -------
    CheckReport
        Codes: ``products`` (wrong number), ``slot`` (unknown), ``unplaced``, ``taken`` (two
        products in one slot), ``zone``, ``cube``, ``weight``, ``rule``, ``moved`` (a fixed product),
        ``cost``.
    """
    layout = problem.layout
    found: list[Violation] = []
    if len(slot) != len(problem):
        text = f"{len(slot)} slots for {len(problem)} products"
        return CheckReport((Violation("products", text),))
    names = list(problem.names or ())
    zone, volume = np.asarray(problem.zone), np.asarray(problem.volume_cm3)
    weight, fixed = np.asarray(problem.weight_g), np.asarray(problem.fixed_slot)
    holder: dict[int, int] = {}
    total = 0
    for i, raw in enumerate(slot):
        s, name = int(raw), names[i]

        def broken(code: str, text: str, i: int = i, s: int = s) -> None:
            found.append(Violation(code, text, {"product": names[i], "slot": s}))

        if s == -1:
            broken("unplaced", f"{name} stands nowhere")
            continue
        if not 0 <= s < len(layout):
            broken("slot", f"{name} stands in slot {s}, but there are {len(layout)}")
            continue
        where = layout.addresses[s]
        if s in holder:
            broken("taken", f"{name} and {names[holder[s]]} both stand in {where}")
        holder[s] = i
        if zone[i] != layout.slot_zone[s]:
            want, have = layout.zone_names[zone[i]], layout.zone_names[layout.slot_zone[s]]
            broken("zone", f"{name} needs {want}, but {where} is {have}")
        if volume[i] > layout.slot_volume_cm3[s]:
            have = layout.slot_volume_cm3[s]
            broken("cube", f"{name} takes {volume[i]} cm3, but {where} holds {have}")
        if weight[i] > layout.slot_weight_g[s]:
            have = layout.slot_weight_g[s]
            broken("weight", f"{name} weighs {weight[i]} g, but {where} carries {have}")
        for rule in problem.rules:
            member, inside = i in set(rule.products.tolist()), s in set(rule.slots.tolist())
            if member and not inside:
                broken("rule", f"{name} in {where} breaks {rule.name}: it stands elsewhere")
            if rule.exclusive and inside and not member:
                broken("rule", f"{name} in {where} breaks {rule.name}: the slot is kept for others")
        if fixed[i] >= 0 and fixed[i] != s:
            broken("moved", f"{name} must stay in {layout.addresses[fixed[i]]}")
        picks = round(float(np.asarray(problem.picks_per_day)[i]) * 1000)
        total += picks * int(layout.slot_distance_mm[s])
    if problem.affinity is not None and all(0 <= int(s) < len(layout) or s == -1 for s in slot):
        pairs = zip(
            problem.affinity.first.tolist(),
            problem.affinity.second.tolist(),
            problem.affinity.joint.tolist(),
            strict=True,
        )
        for a, b, joint in pairs:
            if slot[a] != -1 and slot[b] != -1:
                total += round(joint * 1000) * _walk(layout, int(slot[a]), int(slot[b]))
    metres = total / 1e6
    if problem.orders is not None:
        # Walks are checked on their own (`check_walks`): here only the rules.
        return CheckReport(tuple(found), {"placed": len(holder)})
    if cost is not None and abs(metres - cost) > 1e-9 * max(1.0, abs(metres)):
        found.append(Violation("cost", f"claimed {cost}, found {metres}"))
    return CheckReport(tuple(found), {"cost": metres, "placed": len(holder)})


def _shortest(layout: Layout, slots: list[int]) -> int:
    """Shortest closed walk from the depot over some slots, trying every set (Held and Karp 1962)."""
    spots = sorted({(int(layout.slot_aisle[s]), int(layout.slot_y_mm[s])) for s in slots})
    home = (layout.depot_aisle, int(layout.cross_y_mm[layout.depot_cross]))
    points = [home, *spots]
    n = len(points)

    def walk(a: tuple[int, int], b: tuple[int, int]) -> int:
        if a[0] == b[0]:
            return abs(a[1] - b[1])
        x = layout.aisle_x_mm
        detour = min(abs(a[1] - int(c)) + abs(b[1] - int(c)) for c in layout.cross_y_mm)
        return abs(int(x[a[0]]) - int(x[b[0]])) + detour

    far = [[walk(a, b) for b in points] for a in points]
    best: dict[tuple[int, int], int] = {(1, 0): 0}
    for mask in range(1, 1 << n, 2):
        for last in range(n):
            here = best.get((mask, last))
            if here is None:
                continue
            for to in range(1, n):
                if not mask >> to & 1:
                    key = (mask | 1 << to, to)
                    best[key] = min(best.get(key, here + far[last][to]), here + far[last][to])
    full = (1 << n) - 1
    return min(best[full, last] + far[last][0] for last in range(n) if (full, last) in best)


def _meetings_mm(problem: SlottingProblem, slot: Sequence[int]) -> int:
    """Price of meetings: pairs of picks in one aisle, one in so many waves."""
    orders, price = problem.orders, problem.congestion
    if orders is None or price is None:
        return 0
    picks: dict[int, int] = {}
    for a, b in itertools.pairwise(orders.pointer.tolist()):
        for product in set(orders.product[a:b].tolist()):
            if slot[product] >= 0:
                aisle = int(problem.layout.slot_aisle[slot[product]])
                picks[aisle] = picks.get(aisle, 0) + 1
    pairs = sum(n * (n - 1) // 2 for n in picks.values())
    return pairs * price.meeting_mm // price.waves


def check_walks(
    problem: SlottingProblem,
    slot: Sequence[int],
    walked_mm: Sequence[int],
    cost: float,
    most: int = 40,
) -> CheckReport:
    """Verify claimed walks of orders, and that they add up to the cost.

    Parameters
    ----------
    problem : SlottingProblem
        With orders.
    slot : sequence of int
        Slot of each product, -1 for none.
    walked_mm : sequence of int
        Claimed walk of each order.
    cost : float
        Claimed cost, in metres a day.
    most : int
        Orders of up to 7 products that are walked again, spread over all orders.

    Returns
    -------
    CheckReport
        Codes: ``walk`` (an order's shortest tour is another), ``cost`` (the sum, with the price of
        meetings in aisles, is another).
    """
    orders = problem.orders
    if orders is None:
        return CheckReport(())
    found: list[Violation] = []
    small = [i for i in range(len(orders)) if orders.pointer[i + 1] - orders.pointer[i] <= 7]
    for i in small[:: max(1, len(small) // most)][:most]:
        products = orders.product[orders.pointer[i] : orders.pointer[i + 1]].tolist()
        length = _shortest(problem.layout, [int(slot[p]) for p in products if slot[p] >= 0])
        if length != walked_mm[i]:
            text = f"order {i}: claimed {walked_mm[i]} mm, found {length}"
            found.append(Violation("walk", text, {"order": i}))
    total = sum(int(w) for w in walked_mm) + _meetings_mm(problem, slot)
    metres = total / 1e3 / orders.days
    if abs(metres - cost) > 1e-9 * max(1.0, abs(metres)):
        found.append(Violation("cost", f"claimed {cost}, found {metres}"))
    return CheckReport(tuple(found), {"cost": metres})


def check_permutation(
    problem: QapProblem, place: Sequence[int], cost: float | None = None
) -> CheckReport:
    """Verify an answer of a quadratic assignment: codes ``permutation`` and ``cost``."""
    n = len(problem)
    if sorted(int(p) for p in place) != list(range(n)):
        text = f"not each location from 0 to {n - 1} once"
        return CheckReport((Violation("permutation", text),))
    order = np.asarray(place, dtype=np.int64)
    total = int((problem.flow.astype(object) * problem.distance[np.ix_(order, order)]).sum())
    found: tuple[Violation, ...] = ()
    if cost is not None and total != cost:
        found = (Violation("cost", f"claimed {cost}, found {total}"),)
    return CheckReport(found, {"cost": total})


def check_tour(
    aisle_x: npt.NDArray[np.int64],
    cross_y: npt.NDArray[np.int64],
    depot: tuple[int, int],
    picks: Sequence[tuple[int, int]],
    path: Sequence[tuple[int, int]],
    length: int | None = None,
) -> CheckReport:
    """Verify a picker's tour, a sequence of (aisle, y): codes ``depot``, ``wall``, ``missed``, ``length``."""
    found: list[Violation] = []
    home = (depot[0], int(cross_y[depot[1]]))
    points = [(int(a), int(y)) for a, y in path]
    if not points or points[0] != home or points[-1] != home:
        found.append(Violation("depot", f"the tour does not begin and end at {home}"))
    total = 0
    crosses = {int(c) for c in cross_y}
    for (a, y), (b, z) in itertools.pairwise(points):
        if a == b:
            total += abs(y - z)
        elif y == z and y in crosses:
            total += abs(int(aisle_x[a]) - int(aisle_x[b]))
        else:
            found.append(Violation("wall", f"from aisle {a} at {y} to aisle {b} at {z}"))
    visited = set(points)
    for a, y in picks:
        passed = (int(a), int(y)) in visited or any(
            p[0] == q[0] == a and min(p[1], q[1]) <= y <= max(p[1], q[1])
            for p, q in itertools.pairwise(points)
        )
        if not passed:
            found.append(Violation("missed", f"aisle {a} at {y} is not visited"))
    if length is not None and total != length:
        found.append(Violation("length", f"claimed {length}, found {total}"))
    return CheckReport(tuple(found), {"length": total})


def check_reserve(plan: ReservePlan) -> CheckReport:
    """Verify a plan of reserve positions, way by way.

    Returns
    -------
    CheckReport
        Codes: ``taken`` (two pallets in one slot), ``face`` (a pallet in a pick face), ``zone``,
        ``cost``.
    """
    layout = plan.layout
    found: list[Violation] = []
    faces = {int(s) for s in plan.face if s >= 0}
    holder: dict[int, int] = {}
    total = 0.0
    depot_x, depot_y = layout.aisle_x_mm[layout.depot_aisle], layout.cross_y_mm[layout.depot_cross]
    for pallet, (i, s) in enumerate(zip(plan.product.tolist(), plan.slot.tolist(), strict=True)):
        where, face = layout.addresses[s], int(plan.face[i])
        if s in holder:
            text = f"pallets {holder[s]} and {pallet} both stand in {where}"
            found.append(Violation("taken", text))
        holder[s] = pallet
        if s in faces:
            found.append(Violation("face", f"pallet {pallet} stands in the pick face {where}"))
        if layout.slot_zone[s] != layout.slot_zone[face]:
            found.append(Violation("zone", f"pallet {pallet} stands in another zone than its face"))
        flat = abs(int(layout.aisle_x_mm[layout.slot_aisle[s]]) - int(depot_x))
        flat += abs(int(layout.slot_y_mm[s]) - int(depot_y))
        access = max(0, int(layout.slot_distance_mm[s]) - flat)
        total += float(plan.moves_per_day[pallet]) * (2 * _walk(layout, s, face) + access) / 1000
    if abs(total - plan.metres_per_day) > 1e-6 * max(1.0, total):
        text = f"claimed {plan.metres_per_day} m a day, found {total}"
        found.append(Violation("cost", text))
    return CheckReport(tuple(found), {"metres_per_day": total})
