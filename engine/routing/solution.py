"""A routing answer: routes with times and loads, cost by kind, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.model import Client, Load, RoutingProblem
from backhaul.engine.routing.timetable import Route, timetable
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["RoutingSolution"]


@dataclass(frozen=True, eq=False)
class RoutingSolution(SolutionBase):
    """Routes for a problem.

    Parameters
    ----------
    problem : RoutingProblem
        What was solved.
    plan : tuple of (vehicle type, started or None, stops)
        The bare routes; `routes` gives them with times and loads.
    bound : float, optional
        No plan costs less, where that is known.
    stats : SolveStats
        What the solve cost.

    Examples
    --------
    >>> from backhaul.engine.routing import Client, Depot, VehicleType
    >>> problem = RoutingProblem([Depot()], [Client(3, 4)], [VehicleType()])
    >>> solution = RoutingSolution.of_routes(problem, [[1]])
    >>> solution.cost, solution.routes[0].distance, str(solution.check())
    (10, 10, 'OK')
    """

    problem: RoutingProblem
    plan: tuple[tuple[int, int | None, tuple[int, ...]], ...]
    bound: float | None
    stats: SolveStats

    @classmethod
    def of_routes(
        cls,
        problem: RoutingProblem,
        routes: Sequence[Sequence[int]],
        vehicle_types: Sequence[int] | None = None,
    ) -> RoutingSolution:
        """Make a solution of bare lists of locations (for `start`, or to check a plan)."""
        types = [0] * len(routes) if vehicle_types is None else list(vehicle_types)
        if len(types) != len(routes):
            raise InvalidInput("vehicle_types", len(types), f"{len(routes)}: one for each route")
        n = problem.locations
        for k, stops in enumerate(routes):
            for c in stops:
                if not 0 <= c < n:
                    raise InvalidInput(f"routes[{k}]", c, f"locations 0 to {n - 1}")
            if not 0 <= types[k] < len(problem.vehicle_types):
                raise InvalidInput(f"vehicle_types[{k}]", types[k], "a vehicle type")
        plan = tuple(
            (kind, None, tuple(int(c) for c in stops))
            for kind, stops in zip(types, routes, strict=True)
        )
        return cls(problem, plan, None, SolveStats(0.0, 0, "converged"))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Routes with times, loads and costs."""
        problem = self.problem
        first, offset = [], 1
        for kind in problem.vehicle_types:
            first.append(offset)
            offset += problem.locations if kind.count is None else kind.count
        used = [0] * len(problem.vehicle_types)
        routes = []
        for vehicle_type, started, stops in self.plan:
            k = used[vehicle_type]
            used[vehicle_type] += 1
            names = problem.vehicle_types[vehicle_type].vehicles
            vehicle = names[k] if k < len(names) else first[vehicle_type] + k
            routes.append(timetable(problem, vehicle_type, vehicle, stops, started))
        return tuple(routes)

    @cached_property
    def unserved(self) -> tuple[int, ...]:
        """Locations of the clients in no route; of a group only when no member is served."""
        served = {c for _, _, stops in self.plan for c in stops}
        grouped = {c for group in self.problem.groups for c in group}
        absent = [
            c
            for c in range(len(self.problem.depots), self.problem.locations)
            if c not in served and c not in grouped
        ]
        for group in self.problem.groups:
            if served.isdisjoint(group):
                absent.append(group[0])
        return tuple(sorted(absent))

    @cached_property
    def missing(self) -> tuple[int, ...]:
        """Those of `unserved` that must be served."""
        grouped = {c for group in self.problem.groups for c in group}
        return tuple(
            c for c in self.unserved if c in grouped or self.problem.client(c).prize is None
        )

    @cached_property
    def total(self) -> int:
        """Cost in the problem's integer unit: routes, and prizes of optional stops left out."""
        missing = set(self.missing)
        prizes = sum(self.problem.client(c).prize or 0 for c in self.unserved if c not in missing)
        return sum(route.cost for route in self.routes) + prizes + self.balance

    @cached_property
    def balance(self) -> int:
        """Price of long and of unequal routes, in the problem's integer unit."""
        problem = self.problem
        if not (problem.largest_cost or problem.spread_cost):
            return 0
        found = [self._measure(route) for route in self.routes]
        if not found:
            return 0
        spread = max(found) - min(found)
        return problem.largest_cost * max(found) + problem.spread_cost * spread

    def _measure(self, route: Route) -> int:
        problem, clients = self.problem, [c for c in route.stops if c >= len(self.problem.depots)]
        if problem.balance_of == "duration":
            return route.duration
        if problem.balance_of == "distance":
            return route.distance
        if problem.balance_of == "stops":
            return len(clients)
        goods = [problem.load(g) for c in clients for g in _goods(problem.client(c))]
        return sum(load[0] for load in goods)

    @property
    def cost(self) -> float:  # type: ignore[override]
        """`total` divided by the problem's `cost_divisor`."""
        whole, rest = divmod(self.total, self.problem.cost_divisor)
        return self.total / self.problem.cost_divisor if rest else whole

    @property
    def status(self) -> Status:  # type: ignore[override]
        """Infeasible when a client that must be served is not."""
        if self.missing:
            return Status.INFEASIBLE
        if self.bound is not None and self.cost <= self.bound:
            return Status.OPTIMAL
        return Status.FEASIBLE

    @property
    def vehicles(self) -> int:
        """Vehicles in use."""
        return sum(1 for _, _, stops in self.plan if stops)

    def check(self) -> CheckReport:
        """Verify every rule with separate code."""
        from backhaul.engine.routing.checker import check

        schedules = [route.times for route in self.routes] if self.problem.ruled else None
        return check(self.problem, self.plan, claimed_cost=self.cost, schedules=schedules)

    def explain(self) -> Explanation:
        """Say what the plan costs, what binds, and why a stop was left out."""
        from backhaul.engine.routing.explain import explain

        return explain(self)

    def plot(self) -> go.Figure:
        """Draw the routes on a plain map."""
        from backhaul.engine.routing.plot import plot

        return plot(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "cost": self.cost,
            "status": self.status.value,
            "bound": self.bound,
            "routes": [
                {"vehicle_type": kind, "started": started, "stops": list(stops)}
                for kind, started, stops in self.plan
            ],
            "unserved": list(self.unserved),
            "stats": self.stats.to_dict(),
        }

    @classmethod
    def from_dict(cls, problem: RoutingProblem, data: Mapping[str, Any]) -> RoutingSolution:
        """Rebuild a solution of `problem` from `to_dict`."""
        try:
            plan = tuple(
                (int(r["vehicle_type"]), r["started"], tuple(int(c) for c in r["stops"]))
                for r in data["routes"]
            )
            stats = SolveStats(**data["stats"])
            bound = data["bound"]
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput("solution", str(error), "what to_dict returns") from None
        return cls(problem, plan, bound, stats)

    def summary(self) -> dict[str, Any]:
        """Return what the command line prints."""
        return {
            **super().summary(),
            "vehicles": self.vehicles,
            "distance": sum(route.distance for route in self.routes),
            "unserved": len(self.unserved),
            "missing": len(self.missing),
        }


def _goods(client: Client) -> tuple[Load, Load]:
    return client.delivery, client.pickup
