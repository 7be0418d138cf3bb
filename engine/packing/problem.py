"""What is to be packed into what, under which rules: frozen and validated at construction.

All lengths are whole numbers of one unit, all weights whole numbers of one unit. `io` reads files
with decimals by scaling them; `scale` then says how many units here make one unit of the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing.company import Obstacle, clashes, names, obstacles
from backhaul.engine.packing.overhang import Overhang, overhang, room
from backhaul.engine.packing.values import all_of, is_range, is_share, whole

__all__ = [
    "DOORS",
    "MAX_LENGTH",
    "ORIENTATIONS",
    "Axle",
    "Bin",
    "Item",
    "PackedBin",
    "PackingProblem",
    "Placement",
    "Rules",
    "Scale",
    "Tractor",
]

#: All orientations: which of an item's own sizes lies along x, y and z.
ORIENTATIONS = ("xyz", "xzy", "yxz", "yzx", "zxy", "zyx")
#: All doors: the side of the bin through which is loaded and unloaded.
DOORS = ("-x", "+x", "-y", "+y", "+z")
#: No length may exceed this.
MAX_LENGTH = 1 << 30
MAX_WEIGHT = 1 << 52
MAX_COPIES = 10_000_000
_MAX_VOLUME = 1 << 62


def _size(path: str, value: object) -> tuple[int, int, int]:
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 3:
        raise InvalidInput(path, value, "1 to 3 whole numbers")
    sizes = [whole(f"{path}[{k}]", v, 1, MAX_LENGTH) for k, v in enumerate(value)]
    sizes += [1] * (3 - len(sizes))
    if math.prod(sizes) > _MAX_VOLUME:
        raise InvalidInput(path, value, "a volume of at most 2^62 cubic units")
    return (sizes[0], sizes[1], sizes[2])


@dataclass(frozen=True, slots=True)
class Item:
    """One type of item, of which there are `copies`.

    Parameters
    ----------
    id : str
        Its name, unique among the items.
    size : sequence of 1 to 3 int
        Length, width, height [units of length].
    copies : int
        How many there are, at least 0.
    orientations : sequence of str
        Allowed ones out of `ORIENTATIONS`; at least one.
    weight : int
        [units of weight]
    profit : int, optional
        Worth of packing one copy; its volume if not given.
    stop : int
        Where it is delivered; 0 is delivered first.
    max_load : int, optional
        Weight that its top may carry [units of weight].
    stackable : bool
        Whether anything may rest on it.
    fragile : bool
        Under the rule `fragility` only fragile items may rest on it.
    groups : sequence of str
        What it is: "frozen", "nuts", "bleach"; the rule `apart` names groups that clash.
    family : str, optional
        All copies of all items of a family go into one bin, or stay out together.
    must_load : bool
        In a knapsack: an answer without all copies of it is not valid.
    priority : int
        In a knapsack: items of higher priority are packed first; 0 to 9.

    Raises
    ------
    InvalidInput
        A value is out of its range; the path names item and field.

    Examples
    --------
    >>> Item("case", (40, 30, 20), copies=12, orientations=("xyz", "yxz")).volume
    24000
    """

    id: str
    size: tuple[int, int, int]
    copies: int = 1
    orientations: tuple[str, ...] = ("xyz",)
    weight: int = 0
    profit: int | None = None
    stop: int = 0
    max_load: int | None = None
    stackable: bool = True
    fragile: bool = False
    groups: tuple[str, ...] = ()
    family: str | None = None
    must_load: bool = False
    priority: int = 0

    def __post_init__(self) -> None:
        where = f"items[{self.id}]"
        put = object.__setattr__
        put(self, "groups", names(f"{where}.groups", self.groups))
        if self.family is not None and not isinstance(self.family, str):
            raise InvalidInput(f"{where}.family", self.family, "a name")
        put(self, "priority", whole(f"{where}.priority", self.priority, 0, 9))
        put(self, "size", _size(f"{where}.size", self.size))
        put(self, "copies", whole(f"{where}.copies", self.copies, 0, MAX_COPIES))
        put(self, "weight", whole(f"{where}.weight", self.weight, 0, MAX_WEIGHT))
        put(self, "stop", whole(f"{where}.stop", self.stop, 0, 1_000_000))
        if self.profit is not None:
            put(self, "profit", whole(f"{where}.profit", self.profit, 0, _MAX_VOLUME))
        if self.max_load is not None:
            put(self, "max_load", whole(f"{where}.max_load", self.max_load, 0, MAX_WEIGHT))
        words = all_of(f"{where}.orientations", self.orientations, str)
        for word in words:
            if word not in ORIENTATIONS:
                raise InvalidInput(
                    f"{where}.orientations", word, "any of " + ", ".join(ORIENTATIONS)
                )
        if not words:
            raise InvalidInput(f"{where}.orientations", "", "at least one orientation")
        put(self, "orientations", tuple(dict.fromkeys(words)))

    @property
    def volume(self) -> int:
        """Volume of one copy [cubic units]."""
        return math.prod(self.size)

    @property
    def worth(self) -> int:
        """Worth of packing one copy: the profit, or the volume where none is given."""
        return self.volume if self.profit is None else self.profit

    def turned(self, orientation: str) -> tuple[int, int, int]:
        """Return the extents along x, y, z in this orientation."""
        x, y, z = (self.size["xyz".index(letter)] for letter in orientation)
        return (x, y, z)


@dataclass(frozen=True, slots=True)
class Axle:
    """One of the two supports on which a vehicle's load rests.

    Parameters
    ----------
    name : str
    x : int
        Position along the length, from x = 0 of the hold; may lie outside it [units of length].
    max, min : int, optional
        Limits of what it carries, tare included [units of weight].
    tare : int
        What it carries of the empty vehicle [units of weight].
    """

    name: str
    x: int
    max: int | None = None
    min: int | None = None
    tare: int = 0

    def __post_init__(self) -> None:
        where = f"axles[{self.name}]"
        whole(f"{where}.x", self.x, -MAX_LENGTH, MAX_LENGTH)
        for name in ("max", "min", "tare"):
            value = getattr(self, name)
            if value is not None:
                whole(f"{where}.{name}", value, -MAX_WEIGHT, MAX_WEIGHT)


@dataclass(frozen=True, slots=True)
class Tractor:
    """The tractor under a semi-trailer: shares the load of the kingpin between its axles.

    Parameters
    ----------
    wheelbase, kingpin_to_rear : int
        Lengths [units of length]; the front axle carries kingpin_to_rear / wheelbase of the
        kingpin's load.
    front_tare, rear_tare : int
        [units of weight]
    front_max, rear_max : int, optional
        [units of weight]
    """

    wheelbase: int
    kingpin_to_rear: int
    front_tare: int = 0
    rear_tare: int = 0
    front_max: int | None = None
    rear_max: int | None = None

    def __post_init__(self) -> None:
        whole("tractor.wheelbase", self.wheelbase, 1, MAX_LENGTH)
        whole("tractor.kingpin_to_rear", self.kingpin_to_rear, -MAX_LENGTH, MAX_LENGTH)
        for name in ("front_tare", "rear_tare", "front_max", "rear_max"):
            value = getattr(self, name)
            if value is not None:
                whole(f"tractor.{name}", value, 0, MAX_WEIGHT)


@dataclass(frozen=True, slots=True)
class Bin:
    """One type of container, pallet, carton, truck or stock sheet.

    Parameters
    ----------
    id : str
        Its name, unique among the bins.
    size : sequence of 1 to 3 int
        Inner extents along x, y, z [units of length].
    copies : int or None
        How many there are; None: as many as wanted.
    cost : int
        What opening one costs; the default 1 counts bins.
    max_weight : int, optional
        [units of weight]
    doors : sequence of str
        Out of `DOORS`.
    axles : sequence of Axle
        Two, or none.
    tractor : Tractor, optional
        Only with axles; the axle with the smaller x is then the kingpin.
    cog : mapping of axis to (low, high)
        Where the centre of gravity of the load may lie, as shares of the extent; axes "x", "y",
        "z".
    obstacles : sequence of (position, size)
        Room that is taken already: wheel arches, a cooling unit. Nothing may rest on it
        [units of length].
    overhang : int or sequence of 2 or 4 int
        How far the load may hang over the floor: at all sides, along x and y, or at -x, +x, -y,
        +y [units of length]. Positions count from the corner of the floor and can be negative;
        under `min_support` what hangs over is not supported.

    Raises
    ------
    InvalidInput
        A value is out of its range; the path names bin and field.
    """

    id: str
    size: tuple[int, int, int]
    copies: int | None = 1
    cost: int = 1
    max_weight: int | None = None
    doors: tuple[str, ...] = ("+x",)
    axles: tuple[Axle, ...] = ()
    tractor: Tractor | None = None
    cog: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    overhang: Overhang = (0, 0, 0, 0)

    def __post_init__(self) -> None:
        where = f"bins[{self.id}]"
        put = object.__setattr__
        put(self, "size", _size(f"{where}.size", self.size))
        if self.copies is not None:
            put(self, "copies", whole(f"{where}.copies", self.copies, 0, MAX_COPIES))
        put(self, "cost", whole(f"{where}.cost", self.cost, 0, 1 << 40))
        if self.max_weight is not None:
            put(self, "max_weight", whole(f"{where}.max_weight", self.max_weight, 0, MAX_WEIGHT))
        put(self, "doors", all_of(f"{where}.doors", self.doors, str) or ("+x",))
        for door in self.doors:
            if door not in DOORS:
                raise InvalidInput(f"{where}.doors", door, "any of " + ", ".join(DOORS))
        put(self, "axles", tuple(self.axles))
        if len(self.axles) not in (0, 2):
            raise InvalidInput(f"{where}.axles", len(self.axles), "two axles or none")
        if self.axles and self.axles[0].x == self.axles[1].x:
            raise InvalidInput(f"{where}.axles", self.axles[0].x, "two different positions")
        if self.tractor is not None and not self.axles:
            raise InvalidInput(f"{where}.tractor", "a tractor", "only together with axles")
        limits = {}
        for axis, pair in self.cog.items():
            if axis not in ("x", "y", "z"):
                raise InvalidInput(f"{where}.cog", axis, "axes x, y, z")
            if not is_range(pair):
                raise InvalidInput(f"{where}.cog.{axis}", pair, "two shares, low then high")
            limits[axis] = (float(pair[0]), float(pair[1]))
        put(self, "cog", MappingProxyType(limits))
        put(self, "obstacles", obstacles(f"{where}.obstacles", self.obstacles, self.size))
        put(self, "overhang", overhang(f"{where}.overhang", self.overhang, self.size))
        _size(f"{where}.overhang", room(self.size, self.overhang))

    def __reduce__(self) -> tuple[object, ...]:
        state = (self.id, self.size, self.copies, self.cost, self.max_weight, self.doors)
        more = (self.axles, self.tractor, dict(self.cog), self.obstacles, self.overhang)
        return (Bin, (*state, *more))

    @property
    def volume(self) -> int:
        """Volume, with what may hang over [cubic units]."""
        return math.prod(room(self.size, self.overhang))


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules of the load as a whole; each is off unless given.

    Parameters
    ----------
    min_support : float
        Share of an item's base that must rest on the floor or on tops of items; 0: no rule.
    lifo : bool
        Last in, first out: at its stop an item leaves by a straight way through some door, past
        items of its own and earlier stops only.
    lifo_above : {"column", "contact"}
        Under `lifo`: nothing of a later stop anywhere above an item, or only not touching its top.
    fragility : bool
        A non-fragile item may not rest on a fragile one.
    check_sequence : bool
        The loading order must be feasible: what carries an item is in before it, and its way from
        some door is free.
    axle_every_leg : bool
        Axle and centre-of-gravity limits also hold after each stop.
    apart : sequence of pairs of str
        Groups of items that may not share a bin; at most 64 different groups.
    """

    min_support: float = 0.0
    lifo: bool = False
    lifo_above: Literal["column", "contact"] = "column"
    fragility: bool = False
    check_sequence: bool = False
    axle_every_leg: bool = False
    apart: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "apart", clashes("rules.apart", self.apart))
        if not is_share(self.min_support):
            raise InvalidInput("rules.min_support", self.min_support, "a share of 0 to 1")
        if self.lifo_above not in ("column", "contact"):
            raise InvalidInput("rules.lifo_above", self.lifo_above, "column or contact")

    @property
    def support_parts(self) -> int:
        """The support share in parts of a million, as the kernel takes it."""
        return math.ceil(self.min_support * 1_000_000 - 1e-6)


@dataclass(frozen=True, slots=True)
class Scale:
    """How many whole units here make one unit of the file that was read."""

    length: int = 1
    weight: int = 1
    profit: int = 1


@dataclass(frozen=True, slots=True)
class PackingProblem:
    """A whole instance.

    Parameters
    ----------
    bins : sequence of Bin
    items : sequence of Item
    problem : {"knapsack", "bin_packing"}
        knapsack: pack what is worth most; bin_packing: every item must be packed, at least cost
        of bins.
    rules : Rules
    name : str
    scale : Scale
        Units of the file that it was read from.
    dimensions : {1, 2, 3}
        How many numbers positions have in files; at most this many sizes differ from 1.

    Raises
    ------
    InvalidInput
        An id is repeated, nothing to pack into, or a combination of values is not allowed.

    Examples
    --------
    >>> problem = PackingProblem([Bin("box", (10, 10, 10))], [Item("a", (5, 5, 5), copies=9)])
    >>> problem.problem, problem.volume
    ('knapsack', 1125)
    """

    bins: tuple[Bin, ...]
    items: tuple[Item, ...]
    problem: Literal["knapsack", "bin_packing"] = "knapsack"
    rules: Rules = field(default_factory=Rules)
    name: str = ""
    scale: Scale = field(default_factory=Scale)
    dimensions: Literal[1, 2, 3] = 3

    def __post_init__(self) -> None:
        object.__setattr__(self, "bins", all_of("bins", self.bins, Bin))
        object.__setattr__(self, "items", all_of("items", self.items, Item))
        if not self.bins:
            raise InvalidInput("bins", "", "at least one bin")
        for kind, things in (("bins", self.bins), ("items", self.items)):
            seen: set[str] = set()
            for thing in things:
                if thing.id in seen:
                    raise InvalidInput(f"{kind}[{thing.id}].id", thing.id, "each id once")
                seen.add(thing.id)
        if self.problem not in ("knapsack", "bin_packing"):
            raise InvalidInput("problem", self.problem, "knapsack or bin_packing")
        if sum(item.weight * item.copies for item in self.items) > MAX_WEIGHT:
            raise InvalidInput("items", "total weight", f"at most {MAX_WEIGHT} units of weight")
        if sum(item.copies for item in self.items) > MAX_COPIES:
            raise InvalidInput("items", "total copies", f"at most {MAX_COPIES} items")
        if max(self.volume, self.worth) > _MAX_VOLUME:
            raise InvalidInput("items", "total volume or profit", "at most 2^62")

    @property
    def volume(self) -> int:
        """Volume of all copies of all items [cubic units]."""
        return sum(item.volume * item.copies for item in self.items)

    @property
    def copies(self) -> int:
        """How many items there are, copies counted."""
        return sum(item.copies for item in self.items)

    @property
    def worth(self) -> int:
        """Worth of all copies of all items."""
        return sum(item.worth * item.copies for item in self.items)

    @property
    def has_loading_rules(self) -> bool:
        """Whether stops, doors or axles matter, so that the loading kernel must answer."""
        rules = self.rules
        on_the_way = rules.axle_every_leg and any(b.cog for b in self.bins)
        on_bins = any(b.axles for b in self.bins)
        return rules.lifo or rules.check_sequence or on_bins or on_the_way

    @property
    def has_company_rules(self) -> bool:
        """Whether groups, families, obstacles or overhang matter: only this kernel answers."""
        return (
            bool(self.rules.apart)
            or any(b.obstacles or any(b.overhang) for b in self.bins)
            or any(i.family is not None or i.must_load or i.priority for i in self.items)
        )


@dataclass(frozen=True, slots=True)
class Placement:
    """One copy of an item, put somewhere.

    Parameters
    ----------
    item : int
        Index into the problem's items.
    orientation : str
        Out of `ORIENTATIONS`.
    pos : tuple of 3 int
        Corner nearest the origin [units of length].
    seq : int
        When it is loaded into its bin; 0 first.
    """

    item: int
    orientation: str
    pos: tuple[int, int, int]
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class PackedBin:
    """One opened bin: which type, and what lies where in it."""

    bin: int
    placements: tuple[Placement, ...]
