"""Routes, each with its load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.loading.instructions import COLOURS
from backhaul.engine.loading.joint.checker import check_joint
from backhaul.engine.loading.joint.problem import JointProblem
from backhaul.engine.loading.plan import LoadPlan
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["JointPlan", "Route"]

FORMAT = "backhaul-joint-plan/1"


@dataclass(frozen=True, slots=True)
class Route:
    """Customers (their numbers) in order of delivery, and the load of the truck that serves them."""

    customers: tuple[int, ...]
    load: LoadPlan


@dataclass(frozen=True)
class JointPlan(SolutionBase):
    """Routes with their loads; cost is the total length [unit of the coordinates]."""

    problem: JointProblem
    routes: tuple[Route, ...]
    cost: float
    bound: float | None
    status: Status
    stats: SolveStats

    def check(self) -> CheckReport:
        """Verify routes, windows, fleet, length and every load with separate code."""
        loads = [(route.customers, route.load.problem, route.load.placements)
                 for route in self.routes]  # fmt: skip
        return check_joint(self.problem, loads, self.cost)

    def explain(self) -> Explanation:
        """Say how full trucks are, and which loads needed the longest look."""
        lines = []
        facts = []
        for number, route in enumerate(self.routes, start=1):
            stages = route.load.stages
            share = stages[0].utilisation if stages else 0.0
            weight = sum(self.problem.customers[c].mass for c in route.customers)
            names = ", ".join(self.problem.customers[c].id for c in route.customers)
            length = self.problem.length(route.customers)
            lines.append(
                f"Truck {number}: {names}; length {length:,.2f}, volume {share:.0%}, weight {weight:,}."
            )
            facts.append({"length": length, "utilisation": share, "weight": weight})
        fleet = self.problem.fleet
        if fleet is not None:
            lines.append(f"{len(self.routes)} of {fleet} vehicles are used.")
        return Explanation(tuple(lines), {"routes": facts})

    def plot(self) -> go.Figure:
        """Draw the routes on a plane."""
        import plotly.graph_objects as go

        figure = go.Figure()
        for number, route in enumerate(self.routes):
            points = [self.problem.depot, *(self.problem.customers[c].xy for c in route.customers)]
            points.append(self.problem.depot)
            names = ["depot", *(self.problem.customers[c].id for c in route.customers), "depot"]
            figure.add_scatter(
                x=[p[0] for p in points],
                y=[p[1] for p in points],
                text=names,
                mode="lines+markers",
                name=f"truck {number + 1}",
                line={"color": COLOURS[number % len(COLOURS)]},
            )
        figure.update_yaxes(scaleanchor="x")
        figure.update_layout(title={"text": f"{len(self.routes)} trucks, length {self.cost:,.2f}"})
        return figure

    def summary(self) -> dict[str, Any]:
        """Return what the command line prints."""
        return {**super().summary(), "vehicles": len(self.routes)}

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the plan."""
        return {
            "format": FORMAT,
            "problem": self.problem.to_dict(),
            "routes": [
                {"customers": list(route.customers), "load": route.load.to_dict()}
                for route in self.routes
            ],
            "cost": self.cost,
            "bound": self.bound,
            "status": self.status.value,
            "stats": self.stats.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> JointPlan:
        """Rebuild a plan from the data of `to_dict`."""
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise InvalidInput("format", data, FORMAT)
        try:
            return cls(
                problem=JointProblem.from_dict(data["problem"]),
                routes=tuple(
                    Route(tuple(row["customers"]), LoadPlan.from_dict(row["load"]))
                    for row in data["routes"]
                ),
                cost=data["cost"],
                bound=data["bound"],
                status=Status(data["status"]),
                stats=SolveStats(**data["stats"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput("plan", str(error), f"the data of a {FORMAT}") from None
