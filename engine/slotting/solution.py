"""The answer of a slotting solve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Floats, Ints, wholes
from backhaul.engine.slotting.checker import check_placement, check_walks
from backhaul.engine.slotting.problem import SlottingProblem
from backhaul.engine.slotting.routes import route_lengths
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["SlottingSolution"]


@dataclass(frozen=True, eq=False)
class SlottingSolution(SolutionBase):
    """Slot of each product; cost in metres walked a day.

    Parameters
    ----------
    problem : SlottingProblem
        What was placed.
    slot : array of int64, shape (products,)
        Slot number of each product, -1 where none was found.
    """

    problem: SlottingProblem
    slot: Ints
    cost: float
    bound: float | None
    status: Status
    stats: SolveStats

    @property
    def unplaced(self) -> list[int]:
        """Products that found no slot."""
        return [int(i) for i in np.flatnonzero(self.slot < 0)]

    def check(self) -> CheckReport:
        """Verify limits and cost with separate code."""
        report = check_placement(self.problem, self.slot.tolist(), self.cost)
        orders = self.problem.orders
        if orders is None or {"slot", "products"} & set(report.codes()):
            return report
        slots = self.slot[orders.product]
        placed = slots >= 0
        ends = np.concatenate([[0], np.cumsum(placed)])[orders.pointer]
        metres = route_lengths(self.problem.layout, ends, slots[placed])
        walked = np.rint(metres * 1000).astype(np.int64).tolist()
        walks = check_walks(self.problem, self.slot.tolist(), walked, self.cost)
        return CheckReport(
            (*report.violations, *walks.violations), {**report.figures, **walks.figures}
        )

    def why_unplaced(self, product: int) -> str:
        """Say which rule leaves a product without a slot."""
        problem, lay = self.problem, self.problem.layout
        zone = int(np.asarray(problem.zone)[product])
        inside = lay.slot_zone == zone
        volume = int(np.asarray(problem.volume_cm3)[product])
        weight = int(np.asarray(problem.weight_g)[product])
        cube = inside & (lay.slot_volume_cm3 >= volume)
        heavy = inside & (lay.slot_weight_g >= weight)
        name = lay.zone_names[zone]
        if not inside.any():
            return f"zone {name} has no slots"
        if not cube.any():
            most = int(lay.slot_volume_cm3[inside].max())
            return f"cube: it takes {volume} cm3, the largest slot of {name} holds {most}"
        if not heavy.any():
            most = int(lay.slot_weight_g[inside].max())
            return f"weight: it weighs {weight} g, the strongest slot of {name} carries {most}"
        both = int((cube & heavy).sum())
        if both == 0:
            return f"no slot of {name} both holds {volume} cm3 and carries {weight} g"
        if problem.rules:
            both = int(problem.fits(product).sum())
            own = [rule.name for rule in problem.rules if product in rule.products]
            if both == 0:
                return (
                    f"rules: none of the slots that hold it keeps {', '.join(own) or 'all rules'}"
                )
        return f"full: all {both} slots of {name} that hold it are taken by more picked products"

    def product_cost(self, product: int, slots: Ints) -> Floats:
        """Return the metres a day that a product would cost in each slot, all others as they are."""
        problem, lay = self.problem, self.problem.layout
        picks = problem.picks_per_1000_days[product] / 1000
        cost = picks * lay.slot_distance_mm[slots] / 1000
        rows = problem.affinity_rows()
        if rows is None:
            return np.asarray(cost, dtype=np.float64)
        starts, other, joint = rows
        for e in range(int(starts[product]), int(starts[product + 1])):
            at = int(self.slot[other[e]])
            if at >= 0:
                x, y = lay.aisle_x_mm[lay.slot_aisle], lay.slot_y_mm
                along = np.min(
                    [np.abs(y[slots] - c) + abs(int(y[at]) - int(c)) for c in lay.cross_y_mm],
                    axis=0,
                )
                same = lay.slot_aisle[slots] == lay.slot_aisle[at]
                walk = np.abs(x[slots] - x[at]) + np.where(same, np.abs(y[slots] - y[at]), along)
                cost = cost + joint[e] / 1000 * walk / 1000
        return np.asarray(cost, dtype=np.float64)

    def second_best(self, product: int) -> tuple[int, float] | None:
        """Return the cheapest other slot and what going there adds, in metres a day.

        If the slot is taken, its product comes here in exchange.
        """
        here = int(self.slot[product])
        if here < 0:
            return None
        problem = self.problem
        holder = np.full(len(problem.layout), -1)
        placed = np.flatnonzero(self.slot >= 0)
        holder[self.slot[placed]] = placed
        able = problem.fits(product)
        able[here] = False
        taken = np.flatnonzero(able & (holder >= 0))
        who = holder[taken]
        lay = problem.layout
        back = (
            (lay.slot_zone[here] == np.asarray(problem.zone)[who])
            & (lay.slot_volume_cm3[here] >= np.asarray(problem.volume_cm3)[who])
            & (lay.slot_weight_g[here] >= np.asarray(problem.weight_g)[who])
            & (np.asarray(problem.fixed_slot)[who] < 0)
        )
        able[taken[~back]] = False
        slots = np.flatnonzero(able)
        if len(slots) == 0:
            return None
        change = self.product_cost(product, slots) - self.product_cost(product, np.array([here]))
        who = holder[slots]
        swap = who >= 0
        picks = problem.picks_per_1000_days / 1000
        step = (lay.slot_distance_mm[here] - lay.slot_distance_mm[slots]) / 1000
        change[swap] += picks[who[swap]] * step[swap]
        if problem.affinity is not None:
            # Exact for the cheapest few only: their partners' own pairs move as well.
            few = np.argsort(change, kind="stable")[:50]
            exact = np.array([self._swap_change(product, int(slots[c])) for c in few])
            best = int(few[exact.argmin()])
            return int(slots[best]), float(exact.min())
        best = int(change.argmin())
        return int(slots[best]), float(change[best])

    def _swap_change(self, product: int, slot: int) -> float:
        before = self.slot
        after = before.copy()
        holder = np.flatnonzero(before == slot)
        after[product] = slot
        after[holder] = before[product]
        moved = [product, *holder.tolist()]

        def cost(slots: Ints) -> float:
            # The walk between the two is counted from both sides, before and after alike.
            view = SlottingSolution(self.problem, slots, 0.0, None, self.status, self.stats)
            return sum(float(view.product_cost(i, slots[[i]])[0]) for i in moved)

        return cost(after) - cost(before)

    def explain(self, product: int | str | None = None) -> Explanation:
        """Say why a product stands where it stands, or give the state of the whole answer.

        Parameters
        ----------
        product : int or str, optional
            Number or name of a product.

        Examples
        --------
        >>> from backhaul.engine.slotting import Layout, SlottingProblem, Zone, solve
        >>> layout = Layout.build([Zone("ambient", 1)], bays=2)
        >>> problem = SlottingProblem(layout, [5.0], [900], [500], ["ambient"])
        >>> print(solve(problem).explain(0))
        product-0 stands in ambient-01-001-L-1: 5 picks a day x 2.2 m = 11.0 m a day
        its second-best place is ambient-01-001-L-0, which would cost 0.0 m a day more
        """
        problem, lay = self.problem, self.problem.layout
        names = list(problem.names or ())
        if product is None:
            lines = [f"{len(self.slot) - len(self.unplaced)} of {len(self.slot)} products placed"]
            if self.gap is not None:
                lines.append(f"{self.cost:.1f} m a day, at most {self.gap:.2%} above the best")
            reasons = {i: self.why_unplaced(i) for i in self.unplaced}
            lines += [f"{names[i]} stands nowhere: {why}" for i, why in reasons.items()]
            return Explanation(tuple(lines), {"unplaced": reasons})
        if isinstance(product, str):
            if product not in names:
                raise InvalidInput("product", product, "the name of a product")
            product = names.index(product)
        number = int(wholes("product", [product], 1, 0, len(problem) - 1)[0])
        here = int(self.slot[number])
        if here < 0:
            why = self.why_unplaced(number)
            return Explanation((f"{names[number]} stands nowhere: {why}",), {"rule": why})
        picks = float(np.asarray(problem.picks_per_day)[number])
        metres = lay.slot_distance_mm[here] / 1000
        lines = [
            f"{names[number]} stands in {lay.addresses[here]}: "
            + f"{picks:g} picks a day x {metres:.1f} m = {picks * metres:.1f} m a day"
        ]
        facts: dict[str, Any] = {"slot": here, "metres_per_day": picks * metres}
        near = self._company(number)
        if near:
            words = ", ".join(f"{names[k]} ({joint:g} a day)" for k, joint in near)
            lines.append(f"it is picked together with {words}")
            facts["company"] = near
        other = self.second_best(number)
        if other is None:
            lines.append("no other slot could take it")
        else:
            lines.append(
                f"its second-best place is {lay.addresses[other[0]]}, "
                f"which would cost {abs(other[1]):.1f} m a day {'more' if other[1] >= 0 else 'less'}"
            )
            facts["second_best"] = {"slot": other[0], "extra_metres_per_day": other[1]}
        return Explanation(tuple(lines), facts)

    def _company(self, product: int, most: int = 3) -> list[tuple[int, float]]:
        rows = self.problem.affinity_rows()
        if rows is None:
            return []
        starts, other, joint = rows
        mine = slice(int(starts[product]), int(starts[product + 1]))
        order = np.argsort(-joint[mine], kind="stable")[:most]
        return [(int(other[mine][e]), float(joint[mine][e]) / 1000) for e in order]

    def plot(self, before: SlottingSolution | None = None) -> go.Figure:
        """Draw picks a day on the floor plan; beside it the same for an earlier answer."""
        from backhaul.engine.slotting.plots import heat_figure

        return heat_figure(self, before)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the problem included."""
        from backhaul.engine.slotting.formats import problem_to_dict

        names, lay = list(self.problem.names or ()), self.problem.layout
        return {
            **self.summary(),
            "assignments": [
                {"product": names[i], "slot": int(s), "address": lay.addresses[s]}
                for i, s in enumerate(self.slot.tolist())
                if s >= 0
            ],
            "unplaced": [
                {"product": names[i], "rule": self.why_unplaced(i)} for i in self.unplaced
            ],
            "problem": problem_to_dict(self.problem),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> SlottingSolution:
        """Rebuild a solution from `to_dict`."""
        from backhaul.engine.slotting.formats import problem_from_dict

        problem = problem_from_dict(data["problem"])
        numbers = {name: i for i, name in enumerate(problem.names or ())}
        slot = np.full(len(problem), -1, dtype=np.int64)
        for entry in data["assignments"]:
            slot[numbers[entry["product"]]] = entry["slot"]
        stats = SolveStats(
            data["seconds"], data["iterations"], data["stop_reason"], data["seed"], data["threads"]
        )
        return cls(problem, slot, data["cost"], data["bound"], Status(data["status"]), stats)
