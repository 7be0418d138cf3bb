"""Planograms: which products get how many facings, on which shelf, beside what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.space.rules import SPACE_ELASTICITY

__all__ = ["Neighbours", "PlanogramProblem", "Shelf", "ShelfProduct"]


def _number(path: str, value: object, least: float, most: float = 1e12) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InvalidInput(path, value, f"a number from {least:g} to {most:g}")
    if not (math.isfinite(float(value)) and least <= float(value) <= most):
        raise InvalidInput(path, float(value), f"a number from {least:g} to {most:g}")


def _whole(path: str, value: object, least: int, most: int = 10**9) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise InvalidInput(path, value, f"a whole number from {least} to {most}")
    if not least <= value <= most:
        raise InvalidInput(path, int(value), f"a whole number from {least} to {most}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One shelf of a fixture.

    Parameters
    ----------
    width_mm, height_mm, depth_mm : int
        Inner measures: what stands on it must fit.
    fixture : str
        Shelves of one fixture stand above each other, in the order given, from the lowest up.
    most_unit_g : int
        Heaviest unit that may stand here.
    lift : float
        Sales at this height, relative to the mean height: above 1 at eye level.
    """

    width_mm: int
    height_mm: int
    depth_mm: int
    fixture: str = "fixture"
    most_unit_g: int = 1_000_000
    lift: float = 1.0


@dataclass(frozen=True, slots=True)
class ShelfProduct:
    """A product that may be listed.

    Parameters
    ----------
    name : str
        For people; each once.
    width_mm, height_mm, depth_mm, weight_g : int
        One unit as it stands.
    block : str
        Brand or family that stands together as one rectangle.
    demand_per_day : float
        Units that sell with one facing at the mean height.
    margin_cents : float
        Earned by a unit.
    shortage_cents : float
        Lost with a unit that is asked for and not there, beside its margin.
    interval_d : float
        Days between two deliveries to the shelf.
    variation : float
        Coefficient of variation of demand in one interval; 0 is certain demand.
    elasticity : float
        Of demand to facings (mean of 1,268 estimates: 0.17, Eisend 2014).
    least, most : int
        Facings where it is listed.
    stack : int
        Units that may stand on each other.
    case_pack : int
        Units in a case, which should fit the shelf when it is opened.
    cover_d : float
        Days of demand that should fit the shelf.
    level_cents : float
        Cost of a facing for every level above the lowest: what is heavy belongs low.
    order : float
        Within its block products stand from left to right by this, then as listed.
    """

    name: str
    width_mm: int
    height_mm: int
    depth_mm: int
    weight_g: int = 0
    block: str = ""
    demand_per_day: float = 1.0
    margin_cents: float = 0.0
    shortage_cents: float = 0.0
    interval_d: float = 1.0
    variation: float = 0.0
    elasticity: float = SPACE_ELASTICITY
    least: int = 1
    most: int = 10
    stack: int = 1
    case_pack: int = 1
    cover_d: float = 0.0
    level_cents: float = 0.0
    order: float = 0.0


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What it earns (or, negative, costs) that two blocks touch, in cents in the period."""

    first: str
    second: str
    cents: float


@dataclass(frozen=True, eq=False)
class PlanogramProblem:
    """Shelves and products.

    Parameters
    ----------
    shelves : sequence of Shelf
        Fixture by fixture, each from the lowest shelf up.
    products : sequence of ShelfProduct
        What may be listed.
    neighbours : sequence of Neighbours
        What surrounds what.
    period_d : float
        Days that the cost is stated for.
    empty_cents_per_mm : float
        What a millimetre of empty shelf costs in the period.
    whole_units : bool
        Count whole units in the depth of a shelf (the truth); else fractions, as published models
        of shelf space do.

    Raises
    ------
    InvalidInput
        A measure or number that is not allowed, a name twice, an unknown block.

    Examples
    --------
    >>> shelf = Shelf(1_000, 300, 400, lift=1.1)
    >>> tea = ShelfProduct("tea", 80, 150, 60, demand_per_day=3, margin_cents=90, case_pack=12)
    >>> problem = PlanogramProblem([shelf], [tea])
    >>> problem.units.tolist(), problem.least_facings.tolist()
    ([[6.0]], [2])
    """

    shelves: Sequence[Shelf]
    products: Sequence[ShelfProduct]
    neighbours: Sequence[Neighbours] = ()
    period_d: float = 30.0
    empty_cents_per_mm: float = 0.0
    whole_units: bool = True

    def __post_init__(self) -> None:
        for name in ("shelves", "products", "neighbours"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not self.shelves:
            raise InvalidInput("shelves", "none", "at least one shelf")
        _number("period_d", self.period_d, 1e-9)
        _number("empty_cents_per_mm", self.empty_cents_per_mm, 0)
        seen: list[str] = []
        for i, shelf in enumerate(self.shelves):
            for key in ("width_mm", "height_mm", "depth_mm", "most_unit_g"):
                _whole(f"shelves[{i}].{key}", getattr(shelf, key), 1)
            _number(f"shelves[{i}].lift", shelf.lift, 0, 100)
            if shelf.fixture in seen[:-1] and seen[-1] != shelf.fixture:
                allowed = "the shelves of one fixture after each other"
                raise InvalidInput(f"shelves[{i}].fixture", shelf.fixture, allowed)
            if not seen or seen[-1] != shelf.fixture:
                seen.append(shelf.fixture)
        names: set[str] = set()
        for i, product in enumerate(self.products):
            path = f"products[{i}]"
            if product.name in names:
                raise InvalidInput(f"{path}.name", product.name, "a name that no other has")
            names.add(product.name)
            for key in ("width_mm", "height_mm", "depth_mm", "stack", "case_pack"):
                _whole(f"{path}.{key}", getattr(product, key), 1)
            for key in ("weight_g", "least"):
                _whole(f"{path}.{key}", getattr(product, key), 0)
            _whole(f"{path}.most", product.most, max(1, product.least), 10_000)
            for key in ("demand_per_day", "shortage_cents", "variation", "cover_d"):
                _number(f"{path}.{key}", getattr(product, key), 0)
            _number(f"{path}.interval_d", product.interval_d, 1e-9)
            _number(f"{path}.elasticity", product.elasticity, 0, 0.999)
            for key in ("margin_cents", "level_cents", "order"):
                _number(f"{path}.{key}", getattr(product, key), -1e12)
        for i, pair in enumerate(self.neighbours):
            for key in ("first", "second"):
                if getattr(pair, key) not in self.blocks:
                    raise InvalidInput(f"neighbours[{i}].{key}", getattr(pair, key), "a block")
            if pair.first == pair.second:
                raise InvalidInput(f"neighbours[{i}].second", pair.second, "another block")
            _number(f"neighbours[{i}].cents", pair.cents, -1e12)

    @cached_property
    def blocks(self) -> tuple[str, ...]:
        """Names of the blocks, in the order in which products first name them."""
        return tuple(dict.fromkeys(p.block for p in self.products))

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """Level of each shelf in its fixture, 0 the lowest."""
        found: list[int] = []
        for i, shelf in enumerate(self.shelves):
            again = i > 0 and self.shelves[i - 1].fixture == shelf.fixture
            found.append(found[-1] + 1 if again else 0)
        return tuple(found)

    @cached_property
    def units(self) -> npt.NDArray[np.float64]:
        """Units of one facing, shape (products, shelves); 0 where the product does not fit."""
        table = np.zeros((len(self.products), len(self.shelves)))
        for i, p in enumerate(self.products):
            for s, shelf in enumerate(self.shelves):
                high = shelf.height_mm // p.height_mm
                if high < 1 or p.weight_g > shelf.most_unit_g or p.width_mm > shelf.width_mm:
                    continue
                deep = shelf.depth_mm / p.depth_mm
                if self.whole_units:
                    table[i, s] = (shelf.depth_mm // p.depth_mm) * min(high, p.stack)
                else:
                    table[i, s] = deep * min(high, p.stack)
        table.setflags(write=False)
        return table

    @cached_property
    def least_facings(self) -> npt.NDArray[np.int64]:
        """Facings that hold a case and the days of cover, where a product is listed."""
        found = []
        for p, units in zip(self.products, self.units, strict=True):
            some = units[units > 0]
            want = max(p.case_pack, p.cover_d * p.demand_per_day)
            need = math.ceil(want / some.min() - 1e-9) if len(some) and want > 1 else 0
            found.append(min(p.most, max(p.least, need)))
        return np.array(found, dtype=np.int64)

    def fits_nowhere(self, product: int) -> str | None:
        """Say which measure keeps a product off every shelf, or None."""
        if (self.units[product] > 0).any():
            return None
        p = self.products[product]
        rules = {
            "height": [p.height_mm <= s.height_mm for s in self.shelves],
            "depth": [p.depth_mm <= s.depth_mm for s in self.shelves],
            "width": [p.width_mm <= s.width_mm for s in self.shelves],
            "weight": [p.weight_g <= s.most_unit_g for s in self.shelves],
        }
        for name, holds in rules.items():
            if not any(holds):
                return f"{name}: no shelf takes it"
        return "no shelf takes its measures and its weight together"
