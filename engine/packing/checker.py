"""Verifies a packing against the definitions of its rules; shares no code with any solver.

The codes are those of the instance format: bin_copies, item_copies, missing_item, outside,
orientation, overlap, weight, support, stackable, max_load, fragility, lifo_above, lifo_blocked,
sequence, axle, cog, obstacle, apart, family, must_load; and `cost` when the claimed cost is not
what the layout costs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.packing.problem import Bin, Item, PackedBin, PackingProblem
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["check_layout", "layout_cost"]

_EPS = 1e-6
_BLOCK = 512
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class _Load:
    """One bin's items as arrays, with who rests on whom."""

    def __init__(self, problem: PackingProblem, packed: PackedBin, names: Sequence[str]) -> None:
        placements = packed.placements
        self.names = names
        self.items: list[Item] = [problem.items[p.item] for p in placements]
        self.lo: Ints = np.array([p.pos for p in placements], dtype=np.int64).reshape(-1, 3)
        extents = [i.turned(p.orientation) for i, p in zip(self.items, placements, strict=True)]
        self.hi: Ints = self.lo + np.array(extents, dtype=np.int64).reshape(-1, 3)
        # What hangs over the floor does not rest on it.
        self.floor: Ints = np.array(problem.bins[packed.bin].size[:2], dtype=np.int64)
        self.stop: Ints = np.array([i.stop for i in self.items], dtype=np.int64)
        self.weight: Ints = np.array([i.weight for i in self.items], dtype=np.int64)
        self.seq = [p.seq for p in placements]
        self.base: Ints = (self.hi[:, 0] - self.lo[:, 0]) * (self.hi[:, 1] - self.lo[:, 1])
        self.below = self._contacts()
        self.above: dict[int, list[int]] = defaultdict(list)
        for i, contacts in enumerate(self.below):
            for j, _ in contacts:
                self.above[j].append(i)

    def __len__(self) -> int:
        return len(self.items)

    def _contacts(self) -> list[list[tuple[int, int]]]:
        """For every item: the items that it rests on, with the shared areas."""
        tops: dict[int, list[int]] = defaultdict(list)
        for j, top in enumerate(self.hi[:, 2].tolist()):
            tops[top].append(j)
        arrays = {top: np.array(indices) for top, indices in tops.items()}
        contacts: list[list[tuple[int, int]]] = []
        for i in range(len(self)):
            near = arrays.get(int(self.lo[i, 2]))
            if near is None:
                contacts.append([])
                continue
            x = np.minimum(self.hi[near, 0], self.hi[i, 0])
            x -= np.maximum(self.lo[near, 0], self.lo[i, 0])
            y = np.minimum(self.hi[near, 1], self.hi[i, 1])
            y -= np.maximum(self.lo[near, 1], self.lo[i, 1])
            hit = (x > 0) & (y > 0) & (near != i)
            contacts.append(list(zip(near[hit].tolist(), (x * y)[hit].tolist(), strict=True)))
        return contacts

    def overlaps(self) -> list[tuple[int, int]]:
        """Pairs that share space, found by a sweep along x."""
        order = np.argsort(self.lo[:, 0], kind="stable")
        lo, hi = self.lo[order], self.hi[order]
        last = np.searchsorted(lo[:, 0], hi[:, 0], side="left")
        pairs = []
        for i in range(len(self)):
            rest = slice(i + 1, int(last[i]))
            hit = (
                (lo[rest, 1] < hi[i, 1])
                & (hi[rest, 1] > lo[i, 1])
                & (lo[rest, 2] < hi[i, 2])
                & (hi[rest, 2] > lo[i, 2])
            )
            for k in np.nonzero(hit)[0]:
                pairs.append((int(order[i]), int(order[i + 1 + k])))
        return pairs

    def supported(self) -> Floats:
        """Share of each base that rests on the floor or on other items."""
        on_items = np.array([sum(a for _, a in c) for c in self.below], dtype=float)
        on_floor = np.minimum(self.hi[:, :2], self.floor) - np.maximum(self.lo[:, :2], 0)
        shared = np.maximum(on_floor, 0).prod(axis=1)
        return np.where(self.lo[:, 2] == 0, shared, on_items) / self.base

    def carried(self) -> Floats:
        """Weight on the top of each item, handed down in proportion to contact area."""
        top = np.zeros(len(self))
        for i in np.argsort(-self.lo[:, 2], kind="stable"):
            contacts = self.below[i]
            total = sum(area for _, area in contacts)
            total += int(self.base[i]) if self.lo[i, 2] == 0 else 0
            for j, area in contacts:
                top[j] += (self.weight[i] + top[i]) * area / total
        return top

    def in_way(self, rows: slice, door: str) -> Flags:
        """[i, j]: item j stands in the straight way of item i (of `rows`) to the door."""
        axis = "xyz".index(door[1])
        across = np.ones((len(self.lo[rows]), len(self)), dtype=bool)
        for a in range(3):
            if a != axis:
                across &= self.lo[rows, None, a] < self.hi[None, :, a]
                across &= self.hi[rows, None, a] > self.lo[None, :, a]
        if door[0] == "+":
            ahead = self.lo[None, :, axis] >= self.hi[rows, None, axis]
        else:
            ahead = self.hi[None, :, axis] <= self.lo[rows, None, axis]
        return across & ahead


class _Checker:
    def __init__(self, problem: PackingProblem) -> None:
        self.problem = problem
        self.rules = problem.rules
        self.violations: list[Violation] = []
        self.figures: dict[str, Any] = {"floating": 0, "lowest_support": 1.0, "axles": []}

    def add(self, code: str, text: str, **where: object) -> None:
        self.violations.append(Violation(code, text, where))

    def space(self, number: int, bin_: Bin, load: _Load) -> None:
        west, east, south, north = bin_.overhang
        limit = np.array(bin_.size) + np.array((east, north, 0))
        outside = (load.lo < (-west, -south, 0)).any(axis=1) | (load.hi > limit).any(axis=1)
        for i in np.nonzero(outside)[0].tolist():
            at, to = load.lo[i].tolist(), load.hi[i].tolist()
            self.add("outside", f"{load.names[i]} at {at} to {to} leaves {bin_.size}", bin=number)
        for i, j in load.overlaps():
            self.add("overlap", f"{load.names[i]} and {load.names[j]} share space", bin=number)
        for at, size in bin_.obstacles:
            start = np.array(at)
            hit = ((load.lo < start + np.array(size)) & (load.hi > start)).all(axis=1)
            for i in np.nonzero(hit)[0].tolist():
                text = f"{load.names[i]} is where an obstacle stands at {at}"
                self.add("obstacle", text, bin=number)

    def company(self, number: int, load: _Load) -> None:
        """Find two items of groups that clash."""
        holders: dict[str, list[int]] = defaultdict(list)
        for i, item in enumerate(load.items):
            for group in item.groups:
                holders[group].append(i)
        for a, b in self.rules.apart:
            # One item of both groups does not clash with itself.
            pairs = ((i, j) for i in holders[a][:2] for j in holders[b][:2] if i != j)
            for i, j in pairs:
                text = f"{load.names[i]} ({a}) and {load.names[j]} ({b}) must be kept apart"
                self.add("apart", text, bin=number)
                break

    def families(self, bins: Sequence[PackedBin]) -> None:
        """Of a family, all copies of all items are in one bin, or none is anywhere."""
        items = self.problem.items
        wanted: Counter[str] = Counter()
        for item in items:
            if item.family is not None:
                wanted[item.family] += item.copies
        for number, packed in enumerate(bins):
            found = Counter(f for p in packed.placements if (f := items[p.item].family) is not None)
            for family, count in found.items():
                if count < wanted[family]:
                    text = f"{count} of {wanted[family]} items of family {family}"
                    self.add("family", text, bin=number)

    def weights(self, number: int, bin_: Bin, load: _Load) -> None:
        total = int(load.weight.sum())
        if bin_.max_weight is not None and total > bin_.max_weight:
            self.add("weight", f"load {total}, at most {bin_.max_weight}", bin=number)
        support = load.supported()
        self.figures["lowest_support"] = min(self.figures["lowest_support"], float(support.min()))
        self.figures["floating"] += int((support == 0).sum())
        if self.rules.min_support > 0:
            for i in np.nonzero(support < self.rules.min_support - _EPS)[0].tolist():
                text = f"{load.names[i]} rests on {support[i]:.4f} of its base"
                self.add("support", f"{text}, needs {self.rules.min_support}", bin=number)
        carried = load.carried()
        for i, item in enumerate(load.items):
            if item.max_load is not None and carried[i] > item.max_load + _EPS:
                text = f"{load.names[i]} carries {carried[i]:.3f}, at most {item.max_load}"
                self.add("max_load", text, bin=number)
            for j in load.above.get(i, ()):
                if not item.stackable:
                    self.add("stackable", f"{load.names[i]} carries {load.names[j]}", bin=number)
                if self.rules.fragility and item.fragile and not load.items[j].fragile:
                    text = f"{load.names[j]} rests on fragile {load.names[i]}"
                    self.add("fragility", text, bin=number)

    def lifo(self, number: int, bin_: Bin, load: _Load) -> None:
        if self.rules.lifo_above == "contact":
            over = [
                (i, j) for i in range(len(load)) for j in load.above.get(i, ())
                if load.stop[j] > load.stop[i]
            ]  # fmt: skip
        else:
            over = []
        for start in range(0, len(load), _BLOCK):
            rows = slice(start, min(start + _BLOCK, len(load)))
            later = load.stop[None, :] > load.stop[rows, None]
            if self.rules.lifo_above == "column":
                hits = np.argwhere(load.in_way(rows, "+z") & later)
                over += [(start + int(i), int(j)) for i, j in hits]
            blocked = np.ones(len(later), dtype=bool)
            for door in bin_.doors:
                blocked &= (load.in_way(rows, door) & later).any(axis=1)
            for i in (np.nonzero(blocked)[0] + start).tolist():
                text = f"{load.names[i]} (stop {load.stop[i]}) cannot leave at its stop"
                self.add("lifo_blocked", text, bin=number)
        for i, j in over:
            text = f"{load.names[j]} (stop {load.stop[j]}) lies over {load.names[i]}"
            self.add("lifo_above", f"{text} (stop {load.stop[i]})", bin=number)

    def sequence(self, number: int, bin_: Bin, load: _Load) -> None:
        if any(s is None for s in load.seq) or len(set(load.seq)) < len(load):
            self.add("sequence", "seq is missing or repeated", bin=number)
            return
        order: Ints = np.array(load.seq, dtype=np.int64)
        for i, contacts in enumerate(load.below):
            for j, _ in contacts:
                if order[j] > order[i]:
                    text = f"{load.names[i]} is loaded before {load.names[j]}, which carries it"
                    self.add("sequence", text, bin=number)
        for start in range(0, len(load), _BLOCK):
            rows = slice(start, min(start + _BLOCK, len(load)))
            inside = order[None, :] < order[rows, None]
            blocked = np.ones(len(inside), dtype=bool)
            for door in bin_.doors:
                blocked &= (load.in_way(rows, door) & inside).any(axis=1)
            for i in (np.nonzero(blocked)[0] + start).tolist():
                text = f"{load.names[i]} has no free way in when it is loaded"
                self.add("sequence", text, bin=number)

    def balance(self, number: int, bin_: Bin, load: _Load, on: Flags, when: str) -> None:
        """Axle loads by the lever rule, and the centre of gravity."""
        weight = load.weight[on].astype(float)
        total = float(weight.sum())
        middle = (load.lo[on] + load.hi[on]) / 2
        for axis, (low, high) in bin_.cog.items():
            if total > 0:
                a = "xyz".index(axis)
                share = float(weight @ middle[:, a]) / total / bin_.size[a]
                if not low - _EPS <= share <= high + _EPS:
                    text = f"{when}: centre of gravity at {share:.4f} of {axis}"
                    self.add("cog", f"{text}, allowed {low} to {high}", bin=number)
        if not bin_.axles:
            return
        first, second = sorted(bin_.axles, key=lambda axle: axle.x)
        rear = float(weight @ (middle[:, 0] - first.x)) / (second.x - first.x)
        loads: list[tuple[str, float, int | None, int | None]] = [
            (first.name, total - rear + first.tare, first.min, first.max),
            (second.name, rear + second.tare, second.min, second.max),
        ]
        if bin_.tractor is not None:
            t, pin = bin_.tractor, loads[0][1]
            front = pin * t.kingpin_to_rear / t.wheelbase
            loads.append(("tractor_front", t.front_tare + front, None, t.front_max))
            loads.append(("tractor_rear", t.rear_tare + pin - front, None, t.rear_max))
        for name, value, least, most in loads:
            if most is not None and value > most + _EPS:
                text = f"{when}: {name} carries {value:.3f}, at most {most}"
                self.add("axle", text, bin=number)
            if least is not None and value < least - _EPS:
                text = f"{when}: {name} carries {value:.3f}, at least {least}"
                self.add("axle", text, bin=number)
        if when == "departure":
            self.figures["axles"].append({name: round(value, 3) for name, value, _, _ in loads})

    def bin(self, number: int, packed: PackedBin) -> None:
        bin_ = self.problem.bins[packed.bin]
        items = self.problem.items
        counts: Counter[int] = Counter()
        names = []
        for p in packed.placements:
            counts[p.item] += 1
            names.append(f"{items[p.item].id}#{counts[p.item]}")
            if p.orientation not in items[p.item].orientations:
                self.add("orientation", f"{names[-1]} stands as {p.orientation}", bin=number)
        load = _Load(self.problem, packed, names)
        if not len(load):
            return
        self.space(number, bin_, load)
        self.weights(number, bin_, load)
        self.company(number, load)
        if self.rules.lifo:
            self.lifo(number, bin_, load)
        if self.rules.check_sequence:
            self.sequence(number, bin_, load)
        self.balance(number, bin_, load, np.ones(len(load), dtype=bool), "departure")
        if self.rules.axle_every_leg:
            for stop in np.unique(load.stop)[:-1]:
                self.balance(number, bin_, load, load.stop > stop, f"after stop {stop}")

    def counts(self, bins: Sequence[PackedBin]) -> None:
        problem = self.problem
        used = Counter(packed.bin for packed in bins)
        for k, count in used.items():
            copies = problem.bins[k].copies
            if copies is not None and count > copies:
                text = f"bin {problem.bins[k].id} used {count} times, at most {copies}"
                self.add("bin_copies", text)
        packed_items = Counter(p.item for packed in bins for p in packed.placements)
        missing = 0
        for k, item in enumerate(problem.items):
            count = packed_items[k]
            missing += max(0, item.copies - count)
            if count > item.copies:
                text = f"item {item.id} packed {count} times, has {item.copies} copies"
                self.add("item_copies", text, item=item.id)
            if problem.problem == "knapsack" and item.must_load and count < item.copies:
                text = f"item {item.id} must be loaded, packed {count} of {item.copies} times"
                self.add("must_load", text, item=item.id)
            if problem.problem == "bin_packing" and count < item.copies:
                text = f"item {item.id} packed {count} of {item.copies} times"
                self.add("missing_item", text, item=item.id)
        opened = [packed for packed in bins if packed.placements]
        volume = sum(problem.items[p.item].volume for packed in opened for p in packed.placements)
        room = sum(problem.bins[packed.bin].volume for packed in opened)
        self.figures |= {
            "bins": len(opened),
            "items": sum(len(packed.placements) for packed in opened),
            "missing": missing,
            "volume": volume,
            "utilisation": volume / room if room else 0.0,
            "profit": sum(
                problem.items[p.item].worth for packed in opened for p in packed.placements
            ),
        }


def layout_cost(problem: PackingProblem, bins: Sequence[PackedBin]) -> int:
    """Return what a layout costs: opened bins, or for a knapsack the worth left out.

    Examples
    --------
    >>> from backhaul.engine.packing.problem import Item
    >>> layout_cost(PackingProblem([Bin("b", (9, 9, 9))], [Item("a", (2, 2, 2), copies=3)]), [])
    24
    """
    if problem.problem == "bin_packing":
        return sum(problem.bins[packed.bin].cost for packed in bins if packed.placements)
    packed_worth = sum(problem.items[p.item].worth for b in bins for p in b.placements)
    return problem.worth - packed_worth


def check_layout(
    problem: PackingProblem, bins: Sequence[PackedBin], cost: float | None = None
) -> CheckReport:
    """Check a layout against every rule of the problem, and its claimed cost if given.

    Parameters
    ----------
    problem : PackingProblem
    bins : sequence of PackedBin
    cost : float, optional
        The cost that the solver claims, in units of the problem.

    Examples
    --------
    >>> from backhaul.engine.packing.problem import Item, Placement
    >>> problem = PackingProblem([Bin("b", (4, 4, 4))], [Item("a", (3, 3, 3), copies=2)])
    >>> at = Placement(0, "xyz", (0, 0, 0)), Placement(0, "xyz", (2, 0, 0))
    >>> check_layout(problem, [PackedBin(0, at)]).codes()
    ['outside', 'overlap']
    """
    checker = _Checker(problem)
    for number, packed in enumerate(bins):
        checker.bin(number, packed)
    checker.families(bins)
    checker.counts(bins)
    if cost is not None:
        true_cost = layout_cost(problem, bins)
        if abs(true_cost - cost) > _EPS * max(1.0, abs(true_cost)):
            checker.add("cost", f"claimed {cost}, the layout costs {true_cost}")
    return CheckReport(tuple(checker.violations), checker.figures)
