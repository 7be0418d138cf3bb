"""The answer: what stands where, in which order it goes in, and what stayed behind and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.loading.checker import check_plan
from backhaul.engine.loading.problem import LoadingProblem
from backhaul.engine.loading.stages import Stage, stages_of
from backhaul.engine.packing import io
from backhaul.engine.packing.problem import PackedBin, Placement
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["REASONS", "LeftOut", "LoadPlan"]

FORMAT = "backhaul-load-plan/1"

#: Why an item was left out, in words.
REASONS = {
    "size": "in no allowed orientation does it fit the empty hold",
    "weight": "the vehicle's weight limit",
    "apart": "something aboard that it must be kept apart from",
    "family": "not all of its family can go",
    "obstacle": "an obstacle is where it would stand",
    "volume": "less free volume is left than it needs",
    "balance": "axle or centre-of-gravity limits",
    "support": "too little of its base would be supported",
    "fragility": "it would stand on something fragile or not stackable",
    "max_load": "what is below would carry too much",
    "lifo": "it would stand in the way of, or under, another stop's items",
    "space": "no free place that can be reached from a door",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Copies of one item that were not loaded, and the rule that stopped them."""

    item: str
    copies: int
    rule: str


@dataclass(frozen=True)
class LoadPlan(SolutionBase):
    """A load.

    Attributes
    ----------
    problem : LoadingProblem
    placements : tuple of Placement
        In loading order; `seq` counts from 0.
    left_out : tuple of LeftOut
    cost : int
        Worth of what was left out (its volume where no profit is given).
    bound : int
        No load leaves out less worth.
    """

    problem: LoadingProblem
    placements: tuple[Placement, ...]
    left_out: tuple[LeftOut, ...]
    cost: int
    bound: int | None
    status: Status
    stats: SolveStats

    @cached_property
    def stages(self) -> list[Stage]:
        """Weight, axle loads and centre of gravity at departure and after every stop."""
        return stages_of(self.problem.vehicle, self.problem.items, self.placements)

    @property
    def packed(self) -> PackedBin:
        """The load as one packed bin."""
        return PackedBin(0, self.placements)

    def check(self) -> CheckReport:
        """Verify every rule with separate code."""
        return check_plan(self.problem, self.placements, self.cost, self.problem.must_load)

    def explain(self) -> Explanation:
        """Say what was left out and which rule stopped it, and how near the limits are."""
        total = sum(item.copies for item in self.problem.items)
        lines = [f"{len(self.placements)} of {total} items are loaded."]
        for left in self.left_out:
            lines.append(f"{left.item}: {left.copies} left out: {REASONS[left.rule]}.")
        facts: dict[str, Any] = {
            "loaded": len(self.placements),
            "left_out": {left.item: {"copies": left.copies, "rule": left.rule}
                         for left in self.left_out},
            "stages": [stage.to_dict() for stage in self.stages],
        }  # fmt: skip
        limits = {a.name: (a.min, a.max) for a in self.problem.vehicle.axles}
        if self.problem.vehicle.tractor:
            limits["tractor_front"] = (None, self.problem.vehicle.tractor.front_max)
            limits["tractor_rear"] = (None, self.problem.vehicle.tractor.rear_max)
        for name, (_, most) in limits.items():
            if most is None:
                continue
            worst = max(self.stages, key=lambda stage: stage.axles[name])
            share = worst.axles[name] / most if most else float("inf")
            lines.append(
                f"Axle {name}: at most {worst.axles[name]:,.0f} of {most:,} ({share:.0%}), "
                f"{worst.label}."
            )
        if self.stages and self.problem.vehicle.max_weight:
            heavy = self.stages[0].weight
            lines.append(f"Weight: {heavy:,} of {self.problem.vehicle.max_weight:,}.")
        if self.stages:
            lines.append(f"Volume used at departure: {self.stages[0].utilisation:.1%}.")
        return Explanation(tuple(lines), facts)

    def plot(self) -> go.Figure:
        """Draw the load in 3D, coloured by stop, with a slider over the loading sequence."""
        from backhaul.engine.loading.plot import plot_plan

        return plot_plan(self)

    def instructions(self) -> dict[str, Any]:
        """Return the step-by-step load plan as plain data (JSON-ready)."""
        from backhaul.engine.loading.instructions import instructions

        return instructions(self)

    def instructions_html(self) -> str:
        """Return the step-by-step load plan as one printable page."""
        from backhaul.engine.loading.instructions import instructions_html

        return instructions_html(self)

    def summary(self) -> dict[str, Any]:
        """Return what the command line prints."""
        first = self.stages[0] if self.stages else None
        return {
            **super().summary(),
            "loaded": len(self.placements),
            "left_out": sum(left.copies for left in self.left_out),
            "utilisation": round(first.utilisation, 6) if first else 0.0,
        }

    def layout(self) -> dict[str, Any]:
        """Return the data of a `packing-solution/1` file."""
        return io.layout_to_dict(self.problem.as_packing(), [self.packed])

    def write(self, path: str | Path) -> None:
        """Write a `packing-solution/1` file."""
        import json

        Path(path).write_text(json.dumps(self.layout(), indent=1) + "\n")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the plan."""
        return {
            "format": FORMAT,
            "problem": self.problem.to_dict(),
            "layout": self.layout(),
            "left_out": [
                {"item": left.item, "copies": left.copies, "rule": left.rule}
                for left in self.left_out
            ],
            "cost": self.cost,
            "bound": self.bound,
            "status": self.status.value,
            "stats": self.stats.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LoadPlan:
        """Rebuild a plan from the data of `to_dict`.

        Raises
        ------
        InvalidInput
            The data is not of the format, or names an item that the problem does not have.
        """
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise InvalidInput("format", data, FORMAT)
        try:
            problem = LoadingProblem.from_dict(data["problem"])
            bins = io.layout_from_dict(problem.as_packing(), data["layout"])
            stats = SolveStats(**data["stats"])
            left = tuple(LeftOut(**row) for row in data["left_out"])
            status = Status(data["status"])
            cost, bound = data["cost"], data["bound"]
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput("plan", str(error), f"the data of a {FORMAT}") from None
        if len(bins) > 1:
            raise InvalidInput("layout.bins", len(bins), "one vehicle")
        placed = bins[0].placements if bins else ()
        order = sorted(enumerate(placed), key=lambda p: p[0] if p[1].seq is None else p[1].seq)
        return cls(
            problem=problem,
            placements=tuple(replace(p, seq=seq) for seq, (_, p) in enumerate(order)),
            left_out=left,
            cost=cost,
            bound=bound,
            status=status,
            stats=stats,
        )


def left_out_of(
    problem: LoadingProblem, left: list[tuple[int, str]], item_of: list[int]
) -> tuple[LeftOut, ...]:
    """Return the left-out copies by item and rule."""
    counted = Counter((problem.items[item_of[cargo]].id, rule) for cargo, rule in left)
    return tuple(LeftOut(item, copies, rule) for (item, rule), copies in sorted(counted.items()))
