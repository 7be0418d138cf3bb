"""What is to be loaded into which vehicle, in stops, under which rules.

Vehicle, items and rules are those of `backhaul.engine.packing`: lengths are whole numbers of one
unit (millimetres, say), weights whole numbers of one unit (grams, say). x runs from the cab to the
rear doors, y across, z up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing import io
from backhaul.engine.packing.problem import Bin, Item, PackingProblem, Rules, Scale

__all__ = ["ROAD_RULES", "LoadingProblem"]

#: Usual rules on the road (Gendreau, Iori, Laporte and Martello 2006), and balance on every leg.
ROAD_RULES = Rules(
    min_support=0.75, lifo=True, fragility=True, check_sequence=True, axle_every_leg=True
)


@dataclass(frozen=True, slots=True)
class LoadingProblem:
    """One vehicle and what it is to deliver.

    Parameters
    ----------
    vehicle : Bin
        Hold, doors, weight limit, axles, centre of gravity limits. Exactly one.
    items : sequence of Item
        With their stops; stop 0 is delivered first. Copies of an item share its stop.
    rules : Rules
        `ROAD_RULES` unless given. A feasible loading order is always kept, whatever
        `check_sequence` says; the rule only decides whether `check()` insists on it.
    must_load : bool
        Whether leaving something behind makes the answer infeasible (a delivery route) or just
        costs its worth (filling a truck).
    name : str
    scale : Scale
        Units of the file that it was read from.

    Raises
    ------
    InvalidInput
        A value is out of its range; the path says which.

    Examples
    --------
    >>> truck = Bin("truck", (600, 250, 300))
    >>> problem = LoadingProblem(truck, [Item("a", (100, 100, 100), stop=1), Item("b", (50, 50, 50))])
    >>> problem.stops
    (0, 1)
    """

    vehicle: Bin
    items: tuple[Item, ...]
    rules: Rules = field(default=ROAD_RULES)
    must_load: bool = True
    name: str = ""
    scale: Scale = field(default_factory=Scale)

    def __post_init__(self) -> None:
        if not isinstance(self.vehicle, Bin):
            raise InvalidInput("vehicle", self.vehicle, "a Bin: the hold with its doors and axles")
        object.__setattr__(self, "items", tuple(self.items))
        self.as_packing()  # validates ids, totals and combinations

    @property
    def stops(self) -> tuple[int, ...]:
        """The stops at which something is delivered, in order."""
        return tuple(sorted({item.stop for item in self.items if item.copies}))

    def as_packing(self) -> PackingProblem:
        """Return the same problem as a packing problem with one bin (for files and checks)."""
        return PackingProblem(
            bins=(self.vehicle,),
            items=self.items,
            problem="knapsack",
            rules=self.rules,
            name=self.name,
            scale=self.scale,
        )

    @classmethod
    def from_packing(cls, problem: PackingProblem, *, must_load: bool = True) -> LoadingProblem:
        """Return the loading problem of a packing problem with one bin.

        Raises
        ------
        InvalidInput
            There is more than one bin.
        """
        if len(problem.bins) != 1:
            raise InvalidInput("bins", len(problem.bins), "one vehicle")
        return cls(
            vehicle=problem.bins[0],
            items=problem.items,
            rules=problem.rules,
            must_load=must_load,
            name=problem.name,
            scale=problem.scale,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the data of a `packing-instance/1` file, and whether all must be loaded."""
        return {**io.problem_to_dict(self.as_packing()), "must_load": self.must_load}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LoadingProblem:
        """Read the data of a `packing-instance/1` file with one bin."""
        if not isinstance(data, Mapping):
            raise InvalidInput("problem", data, "an object")
        rest = {key: value for key, value in data.items() if key != "must_load"}
        must_load = data.get("must_load", True)
        if not isinstance(must_load, bool):
            raise InvalidInput("must_load", must_load, "true or false")
        return cls.from_packing(io.problem_from_dict(rest), must_load=must_load)

    @classmethod
    def read(cls, path: str | Path) -> LoadingProblem:
        """Read a `packing-instance/1` file with one bin."""
        return cls.from_packing(io.read_problem(path))
