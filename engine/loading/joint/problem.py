"""Customers around a depot, each with goods that must be loaded into the truck that serves it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.loading.problem import ROAD_RULES, LoadingProblem
from backhaul.engine.packing.problem import Bin, Item, Rules

__all__ = ["Customer", "JointProblem", "Window"]

FORMAT = "backhaul-joint-problem/1"


@dataclass(frozen=True, slots=True)
class Window:
    """When a node may be served; who comes earlier waits. Times in the unit of the distances."""

    opens: float
    closes: float
    service: float = 0.0

    def __post_init__(self) -> None:
        for name in ("opens", "closes", "service"):
            value = getattr(self, name)
            if not math.isfinite(value) or abs(value) > 1e9:
                raise InvalidInput(f"window.{name}", value, "a number of at most 10^9")
        if self.opens > self.closes or self.service < 0:
            raise InvalidInput("window", (self.opens, self.closes, self.service), "opens <= closes")


@dataclass(frozen=True, slots=True)
class Customer:
    """Where goods go.

    Parameters
    ----------
    id : str
    xy : pair of float
        Position; distances are straight lines.
    items : sequence of Item
        Their `stop` is ignored: the place in the route decides.
    weight : int, optional
        Weight that counts against the vehicle's limit; the items' weight if not given.
    window : Window, optional
    """

    id: str
    xy: tuple[float, float]
    items: tuple[Item, ...]
    weight: int | None = None
    window: Window | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))
        if len(self.xy) != 2 or not all(math.isfinite(v) and abs(v) <= 1e8 for v in self.xy):
            raise InvalidInput(f"customers[{self.id}].xy", self.xy, "two numbers of at most 10^8")
        if self.weight is not None and not 0 <= self.weight <= 1 << 52:
            raise InvalidInput(f"customers[{self.id}].weight", self.weight, "0 to 2^52")

    @property
    def mass(self) -> int:
        """Weight that counts against the vehicle's limit."""
        if self.weight is not None:
            return self.weight
        return sum(item.weight * item.copies for item in self.items)

    @property
    def volume(self) -> int:
        """Volume of the goods."""
        return sum(item.volume * item.copies for item in self.items)


@dataclass(frozen=True, slots=True)
class JointProblem:
    """A whole instance.

    Parameters
    ----------
    depot : pair of float
    customers : sequence of Customer
    vehicle : Bin
        All vehicles are alike.
    fleet : int, optional
        How many vehicles there are; None: enough.
    rules : Rules
    depot_window : Window, optional
        When the depot is open; needed when customers have windows.
    name : str

    Raises
    ------
    InvalidInput
        An id is repeated, or a value is out of its range.
    """

    depot: tuple[float, float]
    customers: tuple[Customer, ...]
    vehicle: Bin
    fleet: int | None = None
    rules: Rules = field(default=ROAD_RULES)
    depot_window: Window | None = None
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "customers", tuple(self.customers))
        seen: set[str] = set()
        for customer in self.customers:
            if customer.id in seen:
                raise InvalidInput(f"customers[{customer.id}].id", customer.id, "each id once")
            seen.add(customer.id)
            # items are checked against the vehicle where they are built; here the combination
            LoadingProblem(self.vehicle, customer.items, self.rules)
        if self.fleet is not None and self.fleet < 1:
            raise InvalidInput("fleet", self.fleet, "at least one vehicle")

    @property
    def timed(self) -> bool:
        """Whether anything has a window."""
        return self.depot_window is not None or any(c.window for c in self.customers)

    def distance(self, a: int | None, b: int | None) -> float:
        """Return the distance between customers (None: the depot)."""
        one = self.depot if a is None else self.customers[a].xy
        two = self.depot if b is None else self.customers[b].xy
        return math.hypot(one[0] - two[0], one[1] - two[1])

    def length(self, route: tuple[int, ...]) -> float:
        """Return the length of a route from depot to depot."""
        nodes: list[int | None] = [None, *route, None]
        return sum(self.distance(a, b) for a, b in pairwise(nodes))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data (JSON-ready)."""

        def window(w: Window | None) -> list[float] | None:
            return None if w is None else [w.opens, w.closes, w.service]

        whole = LoadingProblem(self.vehicle, (), self.rules, name=self.name)
        return {
            "format": FORMAT,
            "vehicle": whole.to_dict(),
            "depot": list(self.depot),
            "depot_window": window(self.depot_window),
            "fleet": self.fleet,
            "customers": [
                {
                    "id": c.id,
                    "xy": list(c.xy),
                    "weight": c.weight,
                    "window": window(c.window),
                    "items": LoadingProblem(self.vehicle, c.items, self.rules).to_dict()["items"],
                }
                for c in self.customers
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> JointProblem:
        """Rebuild a problem from the data of `to_dict`."""
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise InvalidInput("format", data, FORMAT)

        def window(row: list[float] | None) -> Window | None:
            return None if row is None else Window(*row)

        try:
            base = data["vehicle"]
            whole = LoadingProblem.from_dict(base)
            customers = tuple(
                Customer(
                    id=row["id"],
                    xy=tuple(row["xy"]),
                    items=LoadingProblem.from_dict({**base, "items": row["items"]}).items,
                    weight=row["weight"],
                    window=window(row["window"]),
                )
                for row in data["customers"]
            )
            return cls(
                depot=tuple(data["depot"]),
                customers=customers,
                vehicle=whole.vehicle,
                fleet=data["fleet"],
                rules=whole.rules,
                depot_window=window(data["depot_window"]),
                name=whole.name,
            )
        except (KeyError, TypeError) as error:
            raise InvalidInput("problem", str(error), f"the data of a {FORMAT}") from None
