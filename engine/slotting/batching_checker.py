"""Independent checker of batches: shares no code with the solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.slotting.batching import BatchingProblem
    from backhaul.engine.slotting.layout import Dock, Layout
    from backhaul.engine.slotting.routes import PickTour

__all__ = ["check_batches", "check_docked_tour"]


def _corner(layout: Layout, dock: Dock) -> tuple[int, int]:
    return dock.aisle, int(layout.cross_y_mm[dock.cross])


def _walk(layout: Layout, a: tuple[int, int], b: tuple[int, int]) -> int:
    """Walk between two spots, by trying every cross aisle."""
    if a[0] == b[0]:
        return abs(a[1] - b[1])
    across = abs(int(layout.aisle_x_mm[a[0]]) - int(layout.aisle_x_mm[b[0]]))
    return across + min(abs(a[1] - int(c)) + abs(b[1] - int(c)) for c in layout.cross_y_mm)


def _homes(layout: Layout) -> tuple[Sequence[Dock], Sequence[Dock]]:
    from backhaul.engine.slotting.layout import Dock

    depot = (Dock(layout.depot_aisle, layout.depot_cross),)
    return layout.starts or depot, layout.ends or depot


def _way(layout: Layout, docks: Sequence[Dock], spot: tuple[int, int]) -> int:
    return min(d.offset_mm + _walk(layout, _corner(layout, d), spot) for d in docks)


def _shortest(layout: Layout, spots: list[tuple[int, int]]) -> int:
    """Shortest walk from a dock over the spots to a dock, trying every set (Held and Karp 1962)."""
    starts, ends = _homes(layout)
    n = len(spots)
    far = [[_walk(layout, a, b) for b in spots] for a in spots]
    best = {(1 << i, i): _way(layout, starts, spots[i]) for i in range(n)}
    for mask in range(1, 1 << n):
        for last in range(n):
            here = best.get((mask, last))
            if here is None:
                continue
            for to in range(n):
                if not mask >> to & 1:
                    key = (mask | 1 << to, to)
                    best[key] = min(best.get(key, here + far[last][to]), here + far[last][to])
    full = (1 << n) - 1
    return min(best[full, last] + _way(layout, ends, spots[last]) for last in range(n))


def _tour_length(layout: Layout, tour: PickTour) -> int | str:
    """Length of a claimed tour, or what is wrong with it."""
    points = list(zip(tour.aisles.tolist(), tour.ys_mm.tolist(), strict=True))
    starts, ends = _homes(layout)
    crosses = {int(c) for c in layout.cross_y_mm}
    total = _way(layout, starts, points[0]) + _way(layout, ends, points[-1])
    for a, b in pairwise(points):
        if a[0] != b[0] and not (a[1] == b[1] and a[1] in crosses):
            return f"walks through a rack from {a} to {b}"
        total += _walk(layout, a, b)
    passed = set(points)
    for slot in tour.slots.tolist():
        spot = (int(layout.slot_aisle[slot]), int(layout.slot_y_mm[slot]))
        if spot not in passed:
            return f"does not come to {layout.addresses[slot]}"
    return total


def check_docked_tour(tour: PickTour) -> CheckReport:
    """Verify a tour between docks: codes ``tour`` and ``length``."""
    found = _tour_length(tour.layout, tour)
    claimed = round(tour.metres * 1000)
    if isinstance(found, str):
        return CheckReport((Violation("tour", f"the tour {found}"),))
    if found != claimed:
        return CheckReport((Violation("length", f"claimed {claimed} mm, found {found}"),))
    return CheckReport((), {"length": found})


def check_batches(
    problem: BatchingProblem,
    batches: Sequence[Sequence[int]],
    metres: Sequence[float],
    cost: float,
    shifts: Mapping[str, npt.NDArray[np.int64]] | None = None,
    tours: Sequence[PickTour] | None = None,
) -> CheckReport:
    """Verify batches.

    Parameters
    ----------
    problem : BatchingProblem
        What was to be batched.
    batches : sequence of sequence of int
        Orders of each batch.
    metres : sequence of float
        Claimed walk of each batch.
    cost : float
        Claimed cost, in metres.
    shifts : mapping, optional
        Claimed picker, start, end and lateness of each batch.
    tours : sequence of PickTour, optional
        Claimed tours: each must come to every slot of its batch within the claimed walk.

    Returns
    -------
    CheckReport
        Codes: ``orders`` (not each in one batch), ``load``, ``walk`` (a claimed walk that is not
        the shortest, judged by trying every order of up to eight spots, or by the tour itself),
        ``tour`` (a tour that misses a slot or goes through a rack), ``picker`` (two batches at
        once), ``time`` (begun before its release, or too short), ``late``, ``cost``.
    """
    lay = problem.layout
    found: list[Violation] = []
    if sorted(o for batch in batches for o in batch) != list(range(len(problem))):
        found.append(Violation("orders", "not every order is in exactly one batch"))
        return CheckReport(tuple(found))
    for b, orders in enumerate(batches):
        for k, name in enumerate(problem.limit_names):
            load = sum(int(problem.load[o, k]) for o in orders)
            if load > int(problem.capacity[k]):
                text = f"batch {b} takes {load} {name}, a cart holds {int(problem.capacity[k])}"
                found.append(Violation("load", text, {"batch": b}))
        slots = {
            int(s)
            for o in orders
            for s in problem.line_slots[problem.order_pointer[o] : problem.order_pointer[o + 1]]
        }
        spots = sorted({(int(lay.slot_aisle[s]), int(lay.slot_y_mm[s])) for s in slots})
        claimed = round(metres[b] * 1000)
        if problem.method == "exact" and 0 < len(spots) <= 8:
            shortest = _shortest(lay, spots)
            if shortest != claimed:
                text = f"batch {b}: claimed {claimed} mm, the shortest walk is {shortest}"
                found.append(Violation("walk", text, {"batch": b}))
        if tours is not None and spots:
            length = _tour_length(lay, tours[b])
            if set(tours[b].slots.tolist()) != slots:
                found.append(Violation("tour", f"batch {b}: the tour picks other slots"))
            elif isinstance(length, str):
                found.append(Violation("tour", f"batch {b}: the tour {length}", {"batch": b}))
            elif length != claimed:
                text = f"batch {b}: claimed {claimed} mm, its tour has {length}"
                found.append(Violation("walk", text, {"batch": b}))
    late = _check_times(problem, batches, metres, shifts or {}, found)
    times = problem.times
    total = sum(metres) + (0 if times is None else late * times.lateness_mm_per_s / 1000)
    if abs(total - cost) > 1e-6 * max(1.0, abs(total)):
        found.append(Violation("cost", f"claimed {cost}, found {total}"))
    return CheckReport(tuple(found), {"metres": sum(metres), "late_s": late, "cost": total})


def _check_times(
    problem: BatchingProblem,
    batches: Sequence[Sequence[int]],
    metres: Sequence[float],
    shifts: Mapping[str, npt.NDArray[np.int64]],
    found: list[Violation],
) -> int:
    times = problem.times
    if times is None:
        return 0
    release, due = np.asarray(times.release_s), np.asarray(times.due_s)
    handling = np.asarray(times.handling_s)
    total = 0
    by_picker: dict[int, list[tuple[int, int, int]]] = {}
    for b, orders in enumerate(batches):
        start, end, late = (int(shifts[k][b]) for k in ("start", "end", "late"))
        by_picker.setdefault(int(shifts["picker"][b]), []).append((start, end, b))
        needs = times.setup_s + metres[b] * 1000 / times.speed_mm_s
        needs += sum(int(handling[o]) for o in orders)
        if start < max(int(release[o]) for o in orders):
            found.append(Violation("time", f"batch {b} begins before its orders are released"))
        if end - start < needs - 1e-6 or end - start > needs + 1:
            text = f"batch {b} takes {end - start} s, it should take {needs:.1f}"
            found.append(Violation("time", text))
        lateness = sum(max(0, end - int(due[o])) for o in orders)
        if lateness != late:
            found.append(Violation("late", f"batch {b}: claimed {late} s, found {lateness}"))
        total += lateness
    for picker, rows in by_picker.items():
        if not 0 <= picker < times.pickers:
            found.append(Violation("picker", f"there is no picker {picker}"))
        for one, two in pairwise(sorted(rows)):
            if two[0] < one[1]:
                text = f"picker {picker} has batches {one[2]} and {two[2]} at once"
                found.append(Violation("picker", text))
    return total
