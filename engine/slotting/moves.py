"""Re-slotting: from where products stand to where they should, move by move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Floats, Ints, floats, wholes
from backhaul.engine.slotting.layout import Layout
from backhaul.engine.slotting.problem import Orders, SlottingProblem
from backhaul.engine.slotting.routes import route_lengths
from backhaul.engine.solution import Explanation
from backhaul_native import slotting as native

__all__ = ["Move", "MovePlan", "plan_moves"]

STAGING = -1


@dataclass(frozen=True)
class Move:
    """One product from one slot to another; -1 is the staging floor (or: not yet in a slot).

    Parameters
    ----------
    product, source, target : int
        Numbers.
    group : int
        Moves of one group only make sense together.
    seconds : float
        Labour.
    """

    product: int
    source: int
    target: int
    group: int
    seconds: float


@dataclass(frozen=True, eq=False)
class MovePlan:
    """Moves in the order in which they are carried out, the most worthwhile first.

    Parameters
    ----------
    moves : tuple of Move
        In order; every target is empty when its move comes.
    saving : array of float64, shape (groups,)
        Metres a day that each group saves once those before it are done.
    slot : array of int64, shape (products,)
        Slot of each product when all is done.
    seconds : float
        Labour of all moves.
    left_out : tuple of int
        Products that should move and do not: beyond the labour budget, or not worth it.
    """

    problem: SlottingProblem
    before: Ints
    moves: tuple[Move, ...]
    saving: Floats
    slot: Ints
    seconds: float
    left_out: tuple[int, ...]

    @property
    def metres_per_day(self) -> float:
        """Metres a day that the plan saves."""
        return float(self.saving.sum())

    def explain(self) -> Explanation:
        """Say what the plan brings, and its best group."""
        head = f"{len(self.moves)} moves in {self.seconds / 3600:.1f} h save "
        tail = f"{self.metres_per_day:.1f} m a day; {len(self.left_out)} products stay for now"
        lines = [head + tail]
        if self.moves:
            days = [m for m in self.moves if m.group == 0]
            names = list(self.problem.names or ())
            who = ", ".join(dict.fromkeys(names[m.product] for m in days))
            lines.append(f"first {who}: {len(days)} moves, {self.saving[0]:.1f} m a day")
        return Explanation(tuple(lines), {"saving": self.saving.tolist()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: moves with products and addresses."""
        names, lay = list(self.problem.names or ()), self.problem.layout

        def where(slot: int) -> str | None:
            return None if slot < 0 else lay.addresses[slot]

        return {
            "metres_per_day": self.metres_per_day,
            "seconds": self.seconds,
            "moves": [
                {
                    "product": names[m.product],
                    "from": where(m.source),
                    "to": where(m.target),
                    "group": m.group,
                    "seconds": m.seconds,
                }
                for m in self.moves
            ],
            "left_out": [names[i] for i in self.left_out],
        }


class _Walks:
    """Cost of placements in metres a day; only what a change touches is counted again."""

    def __init__(self, problem: SlottingProblem) -> None:
        self.problem = problem
        self.rows = problem.affinity_rows()
        self.of: list[Ints] = []
        if problem.orders is not None:
            lines = problem.orders
            order = np.repeat(np.arange(len(lines)), np.diff(lines.pointer))
            by = np.argsort(lines.product, kind="stable")
            ends = np.cumsum(np.bincount(lines.product, minlength=len(problem)))
            self.of = [np.unique(part) for part in np.split(order[by], ends[:-1])]

    def saving(self, before: Ints, after: Ints, moved: Ints) -> float:
        """Metres a day that it saves when these products go from one placement to the other."""
        problem, lay = self.problem, self.problem.layout
        if problem.orders is not None:
            lines = problem.orders
            touched = np.unique(np.concatenate([self.of[i] for i in moved]))
            starts, ends = lines.pointer[touched], lines.pointer[touched + 1]
            pointer = np.concatenate([[0], np.cumsum(ends - starts)])
            which = np.repeat(starts - pointer[:-1], ends - starts) + np.arange(pointer[-1])
            some = Orders(pointer, lines.product[which])
            return (self._walked(before, some) - self._walked(after, some)) / lines.days
        from backhaul.engine.slotting.solution import SlottingSolution
        from backhaul.engine.solution import SolveStats, Status

        picks = problem.picks_per_1000_days / 1000
        both = moved[(before[moved] >= 0) & (after[moved] >= 0)]
        far = lay.slot_distance_mm
        total = float((picks[both] * (far[before[both]] - far[after[both]])).sum()) / 1000
        if self.rows is None:
            return total
        stats = SolveStats(0.0, 0, "converged", 0, 1)

        def pairs(slot: Ints) -> float:
            view = SlottingSolution(problem, slot, 0.0, None, Status.FEASIBLE, stats)
            starts, other, joint = self.rows or (slot, slot, slot)
            metres = 0.0
            for i in moved[slot[moved] >= 0]:
                here = slot[[i]]
                own = picks[i] * far[here[0]] / 1000
                metres += float(view.product_cost(int(i), here)[0]) - own
                # Pairs within the group are met from both sides: half each.
                mine = slice(int(starts[i]), int(starts[i + 1]))
                for k, weight in zip(other[mine], joint[mine], strict=True):
                    if k in inside and slot[k] >= 0:
                        metres -= 0.5 * weight / 1e6 * float(_apart(lay, here[0], slot[k]))
            return metres

        inside = set(moved.tolist())
        return total + pairs(before) - pairs(after)

    def _walked(self, slot: Ints, orders: Orders) -> float:
        slots = slot[orders.product]
        placed = slots >= 0
        ends = np.concatenate([[0], np.cumsum(placed)])[orders.pointer]
        return float(route_lengths(self.problem.layout, ends, slots[placed]).sum())


def _apart(lay: Layout, a: int, b: int) -> int:
    """Walk between two slots."""
    aisle, y = lay.slot_aisle, lay.slot_y_mm
    if aisle[a] == aisle[b]:
        return abs(int(y[a]) - int(y[b]))
    across = abs(int(lay.aisle_x_mm[aisle[a]]) - int(lay.aisle_x_mm[aisle[b]]))
    return across + min(abs(int(y[a]) - int(c)) + abs(int(y[b]) - int(c)) for c in lay.cross_y_mm)


def plan_moves(
    problem: SlottingProblem,
    before: Sequence[int] | npt.ArrayLike,
    after: Sequence[int] | npt.ArrayLike,
    *,
    labour_seconds: float | None = None,
    handling_seconds: float = 180.0,
    metres_per_second: float = 1.0,
    staging: bool = True,
) -> MovePlan:
    """Plan the way from one slotting to another, the most saving a move first.

    A product moves when its new slot is empty: chains of products that wait for each other are moved
    from their empty end, and cut where the rest would pay less a move (the rule for chains of jobs
    of Horn 1972). In a ring somebody must step aside: into the nearest empty slot that can take it, or
    onto the staging floor. Groups are taken by falling saving a move while labour lasts;
    with orders or affinity the saving of each is worked out again when its turn comes, and one
    that no longer saves anything is left out.

    Parameters
    ----------
    problem : SlottingProblem
        What is picked.
    before, after : sequence of int, shape (products,)
        Slot of each product, -1 for none; for instance ``solution.slot``.
    labour_seconds : float, optional
        Budget; everything that saves is moved unless told.
    handling_seconds, metres_per_second : float
        A move takes the handling and the walk between the two slots.
    staging : bool
        Whether products may stand on the floor for a while.

    Raises
    ------
    InvalidInput
        Two products in one slot, a slot where the product may not stand, an unknown slot.

    Examples
    --------
    >>> from backhaul.engine.slotting import Layout, Zone
    >>> layout = Layout.build([Zone("ambient", 1)], bays=3)
    >>> problem = SlottingProblem(layout, [9.0, 1.0], [1, 1], [1, 1], ["ambient"] * 2)
    >>> far, near = int(layout.slot_distance_mm.argmax()), int(layout.slot_distance_mm.argmin())
    >>> plan = plan_moves(problem, [far, near], [near, far])
    >>> [(m.product, m.target == near) for m in plan.moves][-1]
    (0, True)
    >>> plan.slot.tolist() == [near, far], len(plan.moves)
    (True, 3)
    """
    n, lay = len(problem), problem.layout
    start = wholes("before", before, n, -1, len(lay) - 1)
    goal = wholes("after", after, n, -1, len(lay) - 1)
    budget = np.inf
    if labour_seconds is not None:
        budget = float(floats("labour_seconds", [labour_seconds], 1)[0])
    handling = float(floats("handling_seconds", [handling_seconds], 1)[0])
    speed = float(floats("metres_per_second", [metres_per_second], 1, 1e-6)[0])
    for i in np.flatnonzero((goal >= 0) & (goal != start)):
        if not problem.fits(int(i), goal[[i]])[0]:
            allowed = "a slot of its zone that holds it and keeps the rules"
            raise InvalidInput(f"after[{i}]", int(goal[i]), allowed)
    walks = _Walks(problem)
    single = np.zeros(n)
    for i in np.flatnonzero((goal >= 0) & (goal != start)):
        alone = start.copy()
        alone[i] = goal[i]
        single[i] = walks.saving(start, alone, np.array([i]))
    exact = problem.orders is None and walks.rows is None
    with native_errors():
        pieces = native.move_pieces(len(lay), start, goal, np.rint(single * 1000).astype(np.int64))
    here, used = start.copy(), 0.0
    holder = np.full(len(lay), -1)
    holder[start[start >= 0]] = np.flatnonzero(start >= 0)
    moves: list[Move] = []
    saving: list[float] = []

    def seconds(a: int, b: int) -> float:
        if a < 0 or b < 0 or not lay.walkable:
            return handling
        return handling + _apart(lay, a, b) / 1000 / speed

    for products, ring, _ in pieces:
        group = len(saving)
        row = np.array(products)
        if (holder[goal[row[0]]] >= 0) and not ring:
            continue  # a piece of its chain was left out
        done: list[Move] = []
        if ring:
            aside = int(row[-1])
            source = int(here[aside])
            free = np.flatnonzero((holder < 0) & problem.fits(aside))
            if not len(free) and not staging:
                continue
            buffer = STAGING
            if len(free):
                near = np.abs(lay.slot_distance_mm[free] - lay.slot_distance_mm[source])
                if lay.walkable:
                    near = np.array([_apart(lay, source, int(s)) for s in free])
                buffer = int(free[near.argmin()])
            done.append(Move(aside, source, buffer, group, seconds(source, buffer)))
        for i in row.tolist():
            source = done[0].target if ring and i == row[-1] else int(here[i])
            done.append(Move(i, source, int(goal[i]), group, seconds(source, int(goal[i]))))
        labour = sum(m.seconds for m in done)
        if used + labour > budget:
            continue
        then = here.copy()
        then[row] = goal[row]
        gain = float(single[row].sum()) if exact else walks.saving(here, then, row)
        if gain <= 0:
            continue
        old = here[row]
        holder[old[old >= 0]] = -1
        holder[goal[row]] = row
        here, used = then, used + labour
        moves += done
        saving.append(gain)
    left = np.flatnonzero((goal >= 0) & (goal != here))
    return MovePlan(
        problem, start, tuple(moves), np.array(saving), here, used, tuple(left.tolist())
    )
