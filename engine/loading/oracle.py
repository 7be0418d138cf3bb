"""Can this route be loaded? A fast answer for routing: feasible, infeasible or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.loading._rows import expand, goods_rows, native_vehicle, placements
from backhaul.engine.loading.plan import LoadPlan
from backhaul.engine.loading.problem import ROAD_RULES, LoadingProblem
from backhaul.engine.packing.problem import Bin, Item, Rules
from backhaul.engine.solution import SolveStats, Status
from backhaul_native import loading as native

__all__ = ["LoadOracle", "Loadable"]


class Loadable(StrEnum):
    """What is known about a route."""

    FEASIBLE = "feasible"
    """A load was found that obeys every rule."""
    INFEASIBLE = "infeasible"
    """Proven: it cannot be loaded."""
    UNKNOWN = "unknown"
    """Neither, with the effort spent so far; more effort may tell."""


class LoadOracle:
    """Answers whether routes over a fixed set of customers can be loaded, and remembers.

    Answers are kept by exact sequence. Nothing is concluded from one sequence about another: under
    a support rule a customer more can make a load possible.

    Parameters
    ----------
    vehicle : Bin
    customers : sequence of sequence of Item
        What each customer gets; `stop` is ignored, the place in the route decides.
    rules : Rules
    seed : int

    Examples
    --------
    >>> from backhaul.engine.packing import Bin, Item
    >>> customers = [[Item("a", (6, 5, 5))], [Item("b", (4, 5, 5))], [Item("c", (5, 5, 5))]]
    >>> oracle = LoadOracle(Bin("van", (10, 5, 5)), customers)
    >>> oracle.ask([0, 1]).value, oracle.ask([0, 2]).value
    ('feasible', 'infeasible')
    """

    def __init__(
        self,
        vehicle: Bin,
        customers: Sequence[Sequence[Item]],
        *,
        rules: Rules = ROAD_RULES,
        seed: int = 0,
    ) -> None:
        self.vehicle, self.rules, self.seed = vehicle, rules, seed
        self.customers = tuple(tuple(items) for items in customers)
        with native_errors():
            self._native = native.Oracle(
                native_vehicle(vehicle, rules),
                [goods_rows(vehicle, rules, items) for items in self.customers],
                seed,
            )

    def ask(self, route: Sequence[int], *, effort: int = 200) -> Loadable:
        """Return what is known after at most `effort` loads were tried for this route in all.

        Raises
        ------
        InvalidInput
            The route names an unknown customer, or one twice.
        """
        self._check_effort(effort)
        with native_errors():
            return Loadable(self._native.ask(list(route), effort))

    def plan(self, route: Sequence[int], *, effort: int = 200) -> LoadPlan | None:
        """Return a load of this route, or None if none is found within the effort."""
        self._check_effort(effort)
        with native_errors():
            steps = self._native.plan(list(route), effort)
        if steps is None:
            return None
        items: list[Item] = []
        for stop, customer in enumerate(route):
            for item in self.customers[customer]:
                items.append(replace(item, id=f"{customer}.{item.id}", stop=stop))
        problem = LoadingProblem(self.vehicle, tuple(items), self.rules)
        return LoadPlan(
            problem=problem,
            placements=placements(steps, expand(items)),
            left_out=(),
            cost=0,
            bound=0,
            status=Status.OPTIMAL,
            stats=SolveStats(0.0, 0, "converged", self.seed),
        )

    @staticmethod
    def _check_effort(effort: int) -> None:
        if not 0 <= effort < 2**31:
            raise InvalidInput("effort", effort, "a whole number of 0 to 2^31")

    @property
    def stats(self) -> dict[str, int]:
        """How many routes are kept, how many questions they answered, loads tried in all."""
        routes, hits, work = self._native.stats()
        return {"routes": routes, "hits": hits, "work": work}
