"""Solving for a planogram, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status
from backhaul.engine.space.planogram import PlanogramProblem
from backhaul.engine.space.planogram_checker import check_planogram
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import shelf as native

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Place", "PlanogramSolution", "Standing", "solve_planogram"]


@dataclass(frozen=True, slots=True)
class Place:
    """Rectangle of a block: lowest and highest shelf, distance from the left end, width."""

    first: int
    last: int
    x_mm: int
    width_mm: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Facings of one product side by side on one shelf.

    Parameters
    ----------
    product, shelf : int
        Numbers.
    x_mm : int
        Distance from the left end of the shelf.
    facings, high, deep : int
        Units side by side, on each other, and behind each other.
    """

    product: int
    shelf: int
    x_mm: int
    facings: int
    high: int
    deep: int


@dataclass(frozen=True, eq=False)
class PlanogramSolution(SolutionBase):
    """A planogram; cost in cents in the period: what is lost, less what is earned.

    Parameters
    ----------
    problem : PlanogramProblem
        Shelves and products.
    facings : array of int64, shape (products, shelves)
        Facings of each product on each shelf.
    places : mapping of str to Place
        Rectangle of each block that stands anywhere.
    """

    problem: PlanogramProblem
    facings: npt.NDArray[np.int64]
    places: Mapping[str, Place]
    cost: float
    bound: float | None
    status: Status
    stats: SolveStats

    @property
    def standing(self) -> tuple[Standing, ...]:
        """What stands where, shelf by shelf from left to right."""
        problem = self.problem
        rank = sorted(range(len(problem.products)), key=lambda i: (problem.products[i].order, i))
        ahead = {(b, s): place.x_mm for b, place in self.places.items() for s in self._rows(place)}
        found = []
        for i in rank:
            p = problem.products[i]
            for s in np.flatnonzero(self.facings[i]).tolist():
                shelf = problem.shelves[s]
                high = min(p.stack, shelf.height_mm // p.height_mm)
                n = int(self.facings[i, s])
                deep = shelf.depth_mm // p.depth_mm
                found.append(Standing(i, s, ahead[p.block, s], n, high, deep))
                ahead[p.block, s] += n * p.width_mm
        return tuple(sorted(found, key=lambda r: (r.shelf, r.x_mm)))

    @staticmethod
    def _rows(place: Place) -> range:
        return range(place.first, place.last + 1)

    @property
    def unlisted(self) -> list[int]:
        """Products without a facing."""
        return [int(i) for i in np.flatnonzero(self.facings.sum(axis=1) == 0)]

    def check(self) -> CheckReport:
        """Verify geometry, limits and cost with separate code."""
        return check_planogram(self.problem, self.standing, self.places, self.cost)

    def _product_cost(self, product: int, row: npt.NDArray[np.int64]) -> float:
        """Cost of one product alone with these facings, its width at the price of empty shelf."""
        one = PlanogramProblem(
            self.problem.shelves,
            [self.problem.products[product]],
            (),
            self.problem.period_d,
            self.problem.empty_cents_per_mm,
            self.problem.whole_units,
        )
        name = self.problem.products[product].block
        widest = max(s.width_mm for s in self.problem.shelves)
        place = {name: Place(0, len(self.problem.shelves) - 1, 0, widest)}
        alone = PlanogramSolution(one, row[None, :], place, 0.0, None, self.status, self.stats)
        return float(check_planogram(one, alone.standing, place).figures["cost"])

    def explain(self, product: int | str | None = None) -> Explanation:
        """Say why a product stands where it stands and what its second-best place costs.

        Without a product: the state of the whole planogram.

        Examples
        --------
        >>> from backhaul.engine.space import Shelf, ShelfProduct
        >>> shelves = [Shelf(200, 300, 400), Shelf(200, 300, 400, lift=1.2)]
        >>> tea = ShelfProduct("tea", 90, 150, 60, demand_per_day=3, margin_cents=90, most=1)
        >>> plan = solve_planogram(PlanogramProblem(shelves, [tea]))
        >>> print(plan.explain("tea"))
        tea: 1 facing on shelf 1 of fixture, 6 units
        its second-best place is shelf 0 of fixture, which would cost 1,620 cents more
        """
        problem = self.problem
        if product is None:
            used = sum(
                int(self.facings[i].sum()) * p.width_mm for i, p in enumerate(problem.products)
            )
            room = sum(s.width_mm for s in problem.shelves)
            listed = len(problem.products) - len(self.unlisted)
            lines = [
                f"{listed} of {len(problem.products)} products listed, "
                + f"{used / room:.1%} of the shelf filled",
            ]
            if self.gap is not None:
                lines.append(f"cost {self.cost:,.0f} cents, at most {self.gap:.1%} above the best")
            reasons = {i: self.why_unlisted(i) for i in self.unlisted}
            lines += [f"{problem.products[i].name}: {why}" for i, why in reasons.items()]
            return Explanation(tuple(lines), {"unlisted": reasons, "filled": used / room})
        if isinstance(product, str):
            names = [p.name for p in problem.products]
            if product not in names:
                raise InvalidInput("product", product, "the name of a product")
            product = names.index(product)
        if not 0 <= product < len(problem.products):
            raise InvalidInput("product", product, f"a number below {len(problem.products)}")
        p, row = problem.products[product], self.facings[product]
        if not row.any():
            why = self.why_unlisted(product)
            return Explanation((f"{p.name}: {why}",), {"rule": why})
        lines = []
        for s in np.flatnonzero(row).tolist():
            n, held = int(row[s]), row[s] * problem.units[product, s]
            word = "facing" if n == 1 else "facings"
            lines.append(f"{p.name}: {n} {word} on {self._shelf(s)}, {held:g} units")
        here = int(np.argmax(row))
        before = self._product_cost(product, row)
        best: tuple[float, int] | None = None
        for s in range(len(problem.shelves)):
            if s != here and problem.units[product, s] > 0:
                moved = row.copy()
                moved[s] += moved[here]
                moved[here] = 0
                change = self._product_cost(product, moved) - before
                if best is None or change < best[0]:
                    best = (change, s)
        if best is None:
            lines.append("no other shelf takes it")
            return Explanation(tuple(lines), {"second_best": None})
        word = "more" if best[0] >= 0 else "less, were there room"
        lines.append(
            f"its second-best place is {self._shelf(best[1])}, "
            + f"which would cost {abs(best[0]):,.0f} cents {word}"
        )
        facts = {"second_best": {"shelf": best[1], "extra_cents": best[0]}}
        return Explanation(tuple(lines), facts)

    def _shelf(self, s: int) -> str:
        return f"shelf {self.problem.levels[s]} of {self.problem.shelves[s].fixture}"

    def why_unlisted(self, product: int) -> str:
        """Say why a product has no facing."""
        why = self.problem.fits_nowhere(product)
        if why is not None:
            return why
        p = self.problem.products[product]
        if p.block not in self.places:
            return f"its block {p.block} stands nowhere: others earn more with the room"
        least = int(self.problem.least_facings[product])
        if least == 0:
            return f"others earn more with the {p.width_mm} mm of one facing"
        return f"others earn more with the {least * p.width_mm} mm that it needs at least"

    def plot(self) -> go.Figure:
        """Draw the planogram to scale."""
        from backhaul.engine.space.planogram_plots import planogram_figure

        return planogram_figure(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the problem included."""
        from backhaul.engine.space.planogram_formats import planogram_to_dict

        names = [p.name for p in self.problem.products]
        return {
            **self.summary(),
            "standing": [{**asdict(run), "product": names[run.product]} for run in self.standing],
            "blocks": {name: asdict(place) for name, place in self.places.items()},
            "unlisted": [
                {"product": names[i], "rule": self.why_unlisted(i)} for i in self.unlisted
            ],
            "problem": planogram_to_dict(self.problem),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PlanogramSolution:
        """Rebuild a solution from `to_dict`."""
        from backhaul.engine.space.planogram_formats import planogram_from_dict

        problem = planogram_from_dict(data["problem"])
        number = {p.name: i for i, p in enumerate(problem.products)}
        facings = np.zeros((len(problem.products), len(problem.shelves)), dtype=np.int64)
        for run in data["standing"]:
            facings[number[run["product"]], run["shelf"]] = run["facings"]
        places = {name: Place(**place) for name, place in data["blocks"].items()}
        stats = SolveStats(
            data["seconds"], data["iterations"], data["stop_reason"], data["seed"], data["threads"]
        )
        status = Status(data["status"])
        return cls(problem, facings, places, data["cost"], data["bound"], status, stats)


def solve_planogram(
    problem: PlanogramProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    params: None = None,
    start: Mapping[str, Place] | None = None,
    on_progress: OnProgress | None = None,
) -> PlanogramSolution:
    """Fill shelves, anytime.

    Blocks are rectangles (after the model of Oliveira and Tollander de Balsch 2019). What a block
    costs at least on a run of shelves, as a function of its width, is worked out first (Dantzig and
    Wolfe 1960); rectangles are annealed by it, then by how they fill, then together with single
    facings. The bound prices the width of every shelf (Lagrangian relaxation, Geoffrion 1974), for
    products and for whole blocks.

    Parameters
    ----------
    problem : PlanogramProblem
        Shelves and products.
    stop : Stop, optional
        Unit of iterations: one proposed change of a rectangle with some 200 of single facings.
    seed : int
        Names the random streams.
    threads : int
        Taken for the common call shape; the search is sequential.
    start : mapping of str to Place, optional
        Rectangles of blocks to begin from.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    PlanogramSolution
        Products that found no room are listed, with the reason.

    Raises
    ------
    InvalidInput
        A start that does not fit the shelves.

    Examples
    --------
    >>> from backhaul.engine.space import Shelf, ShelfProduct
    >>> shelves = [Shelf(600, 300, 400), Shelf(600, 300, 400, lift=1.2)]
    >>> goods = [
    ...     ShelfProduct(f"p{i}", 90, 150, 60, block="ab"[i % 2], demand_per_day=2 + i,
    ...                  margin_cents=80) for i in range(6)]
    >>> plan = solve_planogram(PlanogramProblem(shelves, goods), stop=Stop(iterations=200))
    >>> plan.check().ok, len(plan.unlisted)
    (True, 0)
    """
    if params is not None:
        raise InvalidInput("params", params, "None: planograms have no parameters of their own")
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    stop = stop or Stop()
    goods, shelves = problem.products, problem.shelves
    fixtures = list(dict.fromkeys(s.fixture for s in shelves))
    blocks = problem.blocks
    for name in start or {}:
        if name not in blocks:
            raise InvalidInput("start", name, "a block")
    given = None
    if start is not None:
        rows = [start.get(name) for name in blocks]
        given = [None if r is None else (r.first, r.last, r.x_mm, r.width_mm) for r in rows]

    def ints(values: Sequence[int]) -> npt.NDArray[np.int64]:
        return np.array(values, dtype=np.int64)

    def reals(values: Sequence[float]) -> npt.NDArray[np.float64]:
        return np.array(values, dtype=np.float64)

    place = np.outer([p.level_cents for p in goods], problem.levels)
    with native_errors():
        found = native.solve_planogram(
            (
                ints([s.width_mm for s in shelves]),
                ints([fixtures.index(s.fixture) for s in shelves]),
                reals([s.lift for s in shelves]),
            ),
            [
                ints([p.width_mm for p in goods]),
                ints([blocks.index(p.block) for p in goods]),
                ints(problem.least_facings.tolist()),
                ints([p.most for p in goods]),
            ],
            [
                reals([p.demand_per_day * p.interval_d for p in goods]),
                reals([p.variation for p in goods]),
                reals([problem.period_d / p.interval_d for p in goods]),
                reals([p.margin_cents for p in goods]),
                reals([p.shortage_cents for p in goods]),
                reals([p.elasticity for p in goods]),
            ],
            problem.units.ravel(),
            np.ascontiguousarray(place, dtype=np.float64).ravel(),
            problem.empty_cents_per_mm,
            [(blocks.index(n.first), blocks.index(n.second), n.cents) for n in problem.neighbours],
            given,
            seed,
            stop.limits(),
            on_progress,
        )
    facings = found["facings"].reshape(len(goods), len(shelves))
    facings.setflags(write=False)
    places = {
        name: Place(*r)
        for name, r in zip(blocks, found["rectangles"], strict=True)
        if r is not None
    }
    proven = found["cost"] - found["bound"] <= 1e-9 * max(1.0, abs(found["cost"]))
    return PlanogramSolution(
        problem,
        facings,
        places,
        found["cost"],
        found["bound"],
        Status.OPTIMAL if proven else Status.FEASIBLE,
        SolveStats(found["seconds"], found["iterations"], found["stop_reason"], seed, threads),
    )
