"""Picking tours where some aisles may be walked or driven one way only."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Floats, Ints, frozen, wholes
from backhaul.engine.slotting.layout import Dock, Layout
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["OneWayTour", "one_way_distances", "one_way_route"]

#: Spots up to which every order is tried (by dynamic programming).
_EXACT = 11


@dataclass(frozen=True, eq=False)
class OneWayTour:
    """A tour that keeps the direction of every aisle.

    Parameters
    ----------
    layout : Layout
        The warehouse.
    direction : array of int64, shape (aisles,)
        1 for up only, -1 for down only, 0 for both.
    slots : array of int64
        Slots in the order in which they are picked.
    metres : float
        Length, docks included.
    proven : bool
        Whether no tour is shorter.
    """

    layout: Layout
    direction: Ints
    slots: Ints
    metres: float
    proven: bool

    def check(self) -> CheckReport:
        """Walk the tour again, leg by leg: code ``length``."""
        far = one_way_distances(self.layout, self.slots, self.direction)
        stops = [0, *range(1, len(self.slots) + 1), len(self.slots) + 1]
        total = sum(float(far[a, b]) for a, b in itertools.pairwise(stops))
        total = total if len(self.slots) else 0.0
        if abs(total / 1000 - self.metres) > 1e-6:
            text = f"claimed {self.metres} m, found {total / 1000}"
            return CheckReport((Violation("length", text),))
        return CheckReport((), {"metres": total / 1000})


def one_way_distances(
    layout: Layout, slots: Sequence[int] | npt.ArrayLike, direction: npt.ArrayLike
) -> Floats:
    """Return the ways between some slots and the docks, in millimetres.

    Parameters
    ----------
    layout : Layout
        The warehouse, with aisles.
    slots : sequence of int
        Slots; the first row and column stand for where tours begin, the last ones for where
        they end.
    direction : array of int, shape (aisles,)
        1 for up only (towards the last cross aisle), -1 for down only, 0 for both.

    Returns
    -------
    array of float64, shape (slots + 2, slots + 2)
        Way from row to column.

    Raises
    ------
    InvalidInput
        A slot that cannot be reached, or left again, in these directions.

    Examples
    --------
    >>> layout = Layout.from_spots([0, 2_000], [0, 9_000], aisle=[0, 1], y_mm=[4_000, 4_000])
    >>> one_way_distances(layout, [0, 1], [1, -1])[1].tolist()
    [18000.0, 0.0, 12000.0, 18000.0]
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    layout.grid()
    chosen = wholes("slots", slots, None, 0, len(layout) - 1)
    aisles, crosses = len(layout.aisle_x_mm), layout.cross_y_mm.tolist()
    ways = wholes("direction", direction, aisles, -1, 1)
    # Corners first, then the slots, then where tours begin and end.
    corners = aisles * len(crosses)
    edges: dict[tuple[int, int], float] = {}

    def edge(a: int, b: int, length: float) -> None:
        edges[a, b] = min(edges.get((a, b), np.inf), length)

    for aisle in range(aisles):
        points = [(y, aisle * len(crosses) + k) for k, y in enumerate(crosses)]
        points += [
            (int(layout.slot_y_mm[s]), corners + i)
            for i, s in enumerate(chosen.tolist())
            if layout.slot_aisle[s] == aisle
        ]
        for (low, a), (high, b) in itertools.pairwise(sorted(points)):
            # The same spot can be both ways: nobody has to turn for it.
            if ways[aisle] >= 0 or low == high:
                edge(a, b, high - low)
            if ways[aisle] <= 0 or low == high:
                edge(b, a, high - low)
        if aisle + 1 < aisles:
            across = float(layout.aisle_x_mm[aisle + 1] - layout.aisle_x_mm[aisle])
            for k in range(len(crosses)):
                here, there = aisle * len(crosses) + k, (aisle + 1) * len(crosses) + k
                edge(here, there, across)
                edge(there, here, across)
    begin = corners + len(chosen)
    depot = (Dock(layout.depot_aisle, layout.depot_cross),)
    for dock in layout.starts or depot:
        edge(begin, dock.aisle * len(crosses) + dock.cross, dock.offset_mm)
    for dock in layout.ends or depot:
        edge(dock.aisle * len(crosses) + dock.cross, begin + 1, dock.offset_mm)
    size = begin + 2
    rows, columns = zip(*edges, strict=True)
    # A length of nothing would count as no edge; rounding takes the little that is added off again.
    length = np.maximum(list(edges.values()), 1e-6)
    graph = csr_matrix((length, (rows, columns)), shape=(size, size))
    stops = [begin, *range(corners, corners + len(chosen)), begin + 1]
    far = np.asarray(dijkstra(graph, indices=stops))[:, stops]
    for i, s in enumerate(chosen.tolist(), 1):
        for value, word in ((far[0, i], "reached"), (far[i, -1], "left")):
            if not np.isfinite(value):
                address = layout.addresses[s]
                raise InvalidInput(
                    "direction", f"{address} cannot be {word}", "a way to every slot"
                )
    far[-1] = np.inf
    far[-1, -1] = 0.0
    # Nobody goes back to the beginning before the end; what is shown there is the way to it.
    far[:, 0] = far[:, -1]
    far[0, 0] = 0.0
    return np.asarray(np.rint(far), dtype=np.float64)


def one_way_route(
    layout: Layout, slots: Sequence[int] | npt.ArrayLike, direction: npt.ArrayLike
) -> OneWayTour:
    """Return a short tour over some slots that keeps the direction of every aisle.

    Shortest for up to 11 different spots (Held and Karp 1962); beyond, cheapest insertion and then
    moving single stops and runs of up to three (Or 1976) until nothing helps.

    Examples
    --------
    >>> layout = Layout.from_spots([0, 2_000], [0, 9_000], aisle=[0, 1], y_mm=[4_000, 4_000])
    >>> one_way_route(layout, [0, 1], [1, -1]).metres, one_way_route(layout, [0, 1], [0, 0]).metres
    (22.0, 20.0)
    """
    chosen = wholes("slots", slots, None, 0, len(layout) - 1)
    chosen = np.unique(chosen)
    ways = wholes("direction", direction, len(layout.aisle_x_mm), -1, 1)
    far = one_way_distances(layout, chosen, ways)
    n = len(chosen)
    if n == 0:
        return OneWayTour(layout, ways, frozen(chosen), 0.0, True)
    order = _held_karp(far) if n <= _EXACT else _improve(far, _insert(far))
    metres = _length(far, order) / 1000
    path = frozen(chosen[np.array(order) - 1])
    return OneWayTour(layout, ways, path, metres, n <= _EXACT)


def _length(far: Floats, order: list[int]) -> float:
    return float(sum(far[a, b] for a, b in itertools.pairwise([0, *order, len(far) - 1])))


def _held_karp(far: Floats) -> list[int]:
    n = len(far) - 2
    best = np.full((1 << n, n), np.inf)
    before = np.zeros((1 << n, n), dtype=np.int64)
    for i in range(n):
        best[1 << i, i] = far[0, i + 1]
    inner = far[1:-1, 1:-1]
    for mask in range(1, 1 << n):
        reach = best[mask][:, None] + inner
        last, value = reach.argmin(axis=0), reach.min(axis=0)
        for to in range(n):
            if not mask >> to & 1 and value[to] < best[mask | 1 << to, to]:
                best[mask | 1 << to, to] = value[to]
                before[mask | 1 << to, to] = last[to]
    mask = (1 << n) - 1
    at = int((best[mask] + far[1:-1, -1]).argmin())
    order = []
    while mask:
        order.append(at + 1)
        mask, at = mask & ~(1 << at), int(before[mask, at])
    return order[::-1]


def _insert(far: Floats) -> list[int]:
    order: list[int] = []
    for stop in np.argsort(-(far[0, 1:-1] + far[1:-1, -1]), kind="stable").tolist():
        path = np.array([0, *order, len(far) - 1])
        more = far[path[:-1], stop + 1] + far[stop + 1, path[1:]] - far[path[:-1], path[1:]]
        order.insert(int(more.argmin()), stop + 1)
    return order


def _improve(far: Floats, order: list[int]) -> list[int]:
    best = _length(far, order)
    again = True
    while again:
        again = False
        for run, at in itertools.product((1, 2, 3), range(len(order))):
            part, rest = order[at : at + run], order[:at] + order[at + run :]
            path = np.array([0, *rest, len(far) - 1])
            inside = _length(far, part) - far[0, part[0]] - far[part[-1], -1]
            more = far[path[:-1], part[0]] + far[part[-1], path[1:]] - far[path[:-1], path[1:]]
            to = int(more.argmin())
            value = _length(far, rest) + float(more[to]) + float(inside)
            if value < best - 1e-9:
                order, best, again = rest[:to] + part + rest[to:], value, True
                break
    return order
