"""The answer of a packing solve: where everything lies, and what stayed out and why."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backhaul.engine.packing.checker import check_layout
from backhaul.engine.packing.io import layout_from_dict, layout_to_dict, problem_from_dict
from backhaul.engine.packing.io import problem_to_dict as _problem_to_dict
from backhaul.engine.packing.left_out import LeftOut, LeftOuts
from backhaul.engine.packing.packed_bins import PackedBins
from backhaul.engine.packing.problem import PackedBin, PackingProblem
from backhaul.engine.solution import (
    CheckReport,
    Explanation,
    SolutionBase,
    SolveStats,
    Status,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["LeftOut", "PackingSolution"]

_REASONS = {
    "size": "larger than every bin in every allowed orientation",
    "weight": "heavier than every bin that it fits into may carry",
    "bins": "no bin was left for it",
    "room": "what was packed instead is worth more",
    "time": "the deadline came before it was packed",
    "rules": "a loading rule left no place for it",
}


@dataclass(frozen=True)
class PackingSolution(SolutionBase):
    """Where everything lies.

    Parameters
    ----------
    problem : PackingProblem
    bins : sequence of PackedBin
        Opened bins, each with its placements in loading order; a solver's answer keeps them as columns.
    left_out : sequence of LeftOut
        Kept as columns, as there may be very many.
    cost : float
        bin_packing: cost of the opened bins (their number where each costs 1); knapsack: worth of
        what stayed out. In units of the problem.
    bound : float or None
        No answer costs less.
    status : Status
    stats : SolveStats
        The unit of `iterations` is one container filled to the end; in one dimension, one
        pattern looked at.
    """

    problem: PackingProblem
    bins: Sequence[PackedBin]
    left_out: Sequence[LeftOut]
    cost: float
    bound: float | None
    status: Status
    stats: SolveStats = field(default_factory=lambda: SolveStats(0.0, 0, "converged"))

    @property
    def packed(self) -> int:
        """How many items lie in bins."""
        if isinstance(self.bins, PackedBins):
            return self.bins.packed
        return sum(len(b.placements) for b in self.bins)

    @property
    def volume(self) -> int:
        """Volume of the packed items [cubic units]."""
        items = self.problem.items
        return sum(items[p.item].volume for b in self.bins for p in b.placements)

    @property
    def worth(self) -> int:
        """Worth of the packed items."""
        items = self.problem.items
        return sum(items[p.item].worth for b in self.bins for p in b.placements)

    @property
    def utilisation(self) -> float:
        """Share of the opened bins' volume that is filled."""
        room = sum(self.problem.bins[b.bin].volume for b in self.bins)
        return self.volume / room if room else 0.0

    def check(self) -> CheckReport:
        """Verify the layout against every rule with `checker`, which is separate code."""
        return check_layout(self.problem, self.bins, cost=self.cost)

    def explain(self) -> Explanation:
        """Say how full the bins are, what binds, and why items stayed out."""
        problem = self.problem
        lines = []
        binds: Counter[str] = Counter()
        for number, packed in enumerate(self.bins):
            bin_ = problem.bins[packed.bin]
            placed = [problem.items[p.item] for p in packed.placements]
            share = sum(i.volume for i in placed) / bin_.volume
            weight = sum(i.weight for i in placed)
            text = f"bin {number} ({bin_.id}): {len(placed)} items, {share:.1%} of its room"
            if bin_.max_weight is not None:
                text += f", weight {weight} of {bin_.max_weight}"
                lightest = min((problem.items[out.item].weight for out in self.left_out), default=0)
                if weight + lightest > bin_.max_weight:
                    binds["weight limit"] += 1
            lines.append(text)
        for out in self.left_out:
            item = problem.items[out.item]
            lines.append(f"item {item.id}: {out.count} left out, {_REASONS[out.reason]}")
        if self.left_out and not binds:
            binds["room"] += len(self.bins)
        lines += [f"{what} binds in {count} bins" for what, count in binds.items()]
        if self.status is Status.OPTIMAL:
            lines.append("proven best: the cost equals a lower bound")
        facts = {
            "bins": len(self.bins),
            "packed": self.packed,
            "left_out": sum(out.count for out in self.left_out),
            "utilisation": self.utilisation,
            "reasons": dict(Counter(out.reason for out in self.left_out)),
        }
        return Explanation(tuple(lines), facts)

    def plot(self, bin_number: int = 0) -> go.Figure:
        """Draw one bin in 3D, coloured by stop (or by item), with a slider over the sequence.

        Parameters
        ----------
        bin_number : int
            Which of the opened bins.
        """
        from backhaul.engine.packing.plot import draw_bin

        return draw_bin(self, bin_number)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: the problem, the layout in `packing-solution/1`, and the figures."""
        return {
            "problem": _problem_to_dict(self.problem),
            "layout": layout_to_dict(self.problem, self.bins),
            "left_out": [[out.item, out.count, out.reason] for out in self.left_out],
            "cost": self.cost,
            "bound": self.bound,
            "status": self.status.value,
            "stats": {**self.stats.to_dict(), "extra": dict(self.stats.extra)},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PackingSolution:
        """Rebuild what `to_dict` returned."""
        problem = problem_from_dict(data["problem"])
        return cls(
            problem=problem,
            bins=layout_from_dict(problem, data["layout"]),
            left_out=LeftOuts.of(LeftOut(*row) for row in data["left_out"]),
            cost=data["cost"],
            bound=data["bound"],
            status=Status(data["status"]),
            stats=SolveStats(**data["stats"]),
        )

    def summary(self) -> dict[str, Any]:
        """Return what the command line prints."""
        counts = Counter(self.problem.bins[b.bin].id for b in self.bins)
        reasons: Counter[str] = Counter()
        for out in self.left_out:
            reasons[out.reason] += out.count
        scale = self.problem.scale.profit if self.problem.problem == "knapsack" else 1
        summary = super().summary()
        for key in ("cost", "bound"):
            if summary[key] is not None and scale != 1:
                summary[key] /= scale
        return summary | {
            "instance": self.problem.name,
            "bins": len(self.bins),
            "bins_by_type": dict(itertools.islice(counts.items(), 50)),
            "packed": self.packed,
            "left_out": sum(reasons.values()),
            "left_out_reasons": dict(reasons),
            "utilisation": round(self.utilisation, 6),
            "profit": self.worth / self.problem.scale.profit,
        }
