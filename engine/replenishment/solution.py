"""Levels of every item, and what can be asked of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from backhaul.engine.errors import InvalidInput
from backhaul.engine.replenishment import checker
from backhaul.engine.replenishment.arrays import Column, Reals, Whole
from backhaul.engine.replenishment.nightly import order_quantities
from backhaul.engine.replenishment.problem import ReplenishmentProblem
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status

if TYPE_CHECKING:
    import numpy.typing as npt
    import plotly.graph_objects as go

__all__ = ["ReplenishmentSolution"]


@dataclass(frozen=True, slots=True, eq=False)
class ReplenishmentSolution(SolutionBase):
    """Levels of every item.

    Attributes
    ----------
    problem : ReplenishmentProblem
        What was solved.
    reorder_level, order_up_to : array of int32, shape (n,)
        Order when the position is at or below the first, up to the second (policy ``s_nQ``: whole
        batches of their difference, just above the first).
    cost_rate : array of float64, shape (n,)
        Average cost a period; NaN for items that the deadline left out, whose levels are approximate.
    bound_rate : array of float64, shape (n,)
        No levels cost less a period.
    solved : array of bool, shape (n,)
        Whether the item was reached before the deadline.
    cost, bound : float
        Sums over the solved items.
    """

    problem: ReplenishmentProblem
    reorder_level: Whole
    order_up_to: Whole
    cost_rate: Reals
    bound_rate: Reals
    solved: npt.NDArray[np.bool_]
    status: Status
    stats: SolveStats

    @property
    def cost(self) -> float:  # type: ignore[override]
        """Average cost a period of all solved items together."""
        return math.fsum(self.cost_rate[self.solved])

    @property
    def bound(self) -> float | None:  # type: ignore[override]
        """No levels cost less a period, for all solved items together; None under a service level."""
        if self.problem.service is not None:
            return None
        return math.fsum(self.bound_rate[self.solved])

    def order(self, position: Column) -> Whole:
        """Return what to order at a review.

        Parameters
        ----------
        position : array of int32, shape (n,)
            On hand + on order - owed, units.

        Returns
        -------
        array of int32, shape (n,)
            Units to order.

        Raises
        ------
        InvalidInput
            Not one whole number an item.

        Examples
        --------
        >>> from backhaul import replenishment
        >>> problem = replenishment.ReplenishmentProblem(mean=[10.0], setup=64.0, backorder=9.0)
        >>> replenishment.solve(problem).order([6])
        array([34], dtype=int32)
        """
        problem, up_to, pack = self.problem, self.order_up_to, self.problem.case_pack
        if problem.policy == "s_nQ":
            # Batches are cases of their own size that must lift the position just above s.
            up_to, pack = self.reorder_level + np.int32(1), up_to - self.reorder_level
        return order_quantities(
            position,
            self.reorder_level,
            up_to,
            case_pack=pack,
            minimum_order=problem.minimum_order,
            shelf_capacity=problem.shelf_capacity,
        )

    def check(self, *, rows: int = 100) -> CheckReport:
        """Recompute the cost of up to `rows` items, evenly spread, with separate code.

        Examples
        --------
        >>> from backhaul import replenishment
        >>> problem = replenishment.ReplenishmentProblem(mean=[4.0, 0.3], setup=9.0, backorder=9.0)
        >>> replenishment.solve(problem).check().ok
        True
        """
        n = len(self.problem)
        picked = np.unique(np.linspace(0, n - 1, min(n, rows)).astype(int))
        lines = [
            (
                int(i),
                self.problem.row(int(i)),
                int(self.reorder_level[i]),
                int(self.order_up_to[i]),
                float(self.cost_rate[i]),
                float(self.bound_rate[i]),
            )
            for i in picked
            if self.solved[i]
        ]
        return checker.check_levels(lines)

    def explain(self, row: int = 0) -> Explanation:
        """Say what the levels of one item protect against and what another unit would cost.

        Raises
        ------
        InvalidInput
            No such row.

        Examples
        --------
        >>> from backhaul import replenishment
        >>> problem = replenishment.ReplenishmentProblem(mean=[10.0], setup=64.0, backorder=9.0)
        >>> print(replenishment.solve(problem).explain().lines[0])
        item 0: order at or below 6, up to 40
        """
        if not 0 <= row < len(self.problem):
            raise InvalidInput("row", row, f"0 to {len(self.problem) - 1}")
        item = self.problem.row(row)
        s, top = int(self.reorder_level[row]), int(self.order_up_to[row])
        facts = checker.figures(item, s, top)
        verb = "in batches of" if self.problem.policy == "s_nQ" else "up to"
        amount = top - s if self.problem.policy == "s_nQ" else top
        lines = [
            f"item {row}: order at or below {s}, {verb} {amount}",
            (
                f"demand {item['mean']:.4g} a period; over lead time and review "
                f"{facts['horizon_mean']:.4g} +- {facts['horizon_sd']:.4g} units"
            ),
            (
                f"service: {facts['cycle']:.2%} of periods without a shortage, {facts['fill']:.2%} of "
                "demand at once"
            ),
            (
                f"cost {facts['cost']:.6g} a period: holding {facts['holding']:.4g}, backorders "
                f"{facts['backorder']:.4g}, orders {facts['setup']:.4g}"
            ),
            (
                f"one unit more in both levels: {facts['one_more']:+.4g} a period; one less: "
                f"{facts['one_less']:+.4g}"
            ),
        ]
        if not self.solved[row]:
            lines.append("the deadline came first: these levels are approximate")
        return Explanation(tuple(lines), facts)

    def plot(self) -> go.Figure:
        """Draw levels against mean demand."""
        import plotly.graph_objects as go

        figure = go.Figure()
        for name, values in (("order up to", self.order_up_to), ("reorder at", self.reorder_level)):
            figure.add_scattergl(x=self.problem.mean, y=values, mode="markers", name=name)
        figure.update_layout(
            xaxis_title="mean demand a period, units", yaxis_title="position, units"
        )
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the solution."""
        return {
            "problem": self.problem.to_dict(),
            "reorder_level": self.reorder_level.tolist(),
            "order_up_to": self.order_up_to.tolist(),
            "cost_rate": [None if math.isnan(c) else c for c in self.cost_rate.tolist()],
            "bound_rate": self.bound_rate.tolist(),
            "solved": self.solved.tolist(),
            "status": self.status.value,
            "stats": self.stats.to_dict(),
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> ReplenishmentSolution:
        """Rebuild a solution.

        Raises
        ------
        InvalidInput
            A part is missing, or columns differ in length.
        """
        try:
            problem = ReplenishmentProblem.from_dict(plain["problem"])
            rates = [math.nan if c is None else c for c in plain["cost_rate"]]
            solution = cls(
                problem=problem,
                reorder_level=np.array(plain["reorder_level"], dtype=np.int32),
                order_up_to=np.array(plain["order_up_to"], dtype=np.int32),
                cost_rate=np.array(rates, dtype=np.float64),
                bound_rate=np.array(plain["bound_rate"], dtype=np.float64),
                solved=np.array(plain["solved"], dtype=np.bool_),
                status=Status(plain["status"]),
                stats=SolveStats(**plain["stats"]),
            )
        except KeyError as error:
            raise InvalidInput(str(error.args[0]), None, "a part of every solution") from None
        except (TypeError, ValueError) as error:
            raise InvalidInput("solution", str(error), "what to_dict returns") from None
        for name in ("reorder_level", "order_up_to", "cost_rate", "bound_rate", "solved"):
            if len(getattr(solution, name)) != len(problem):
                raise InvalidInput(name, len(getattr(solution, name)), f"{len(problem)} values")
        return solution
