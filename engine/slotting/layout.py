"""The warehouse: zones of parallel aisles, bays and levels, crossed by walkways, and a depot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Ints, frozen, whole, wholes

#: Aisles, cross aisles, aisle and cross aisle of the depot; docks where there are some.
Docks = list[tuple[int, int, int]]
Grid = tuple[Ints, Ints, int, int] | tuple[Ints, Ints, int, int, Docks, Docks]

__all__ = ["DEFAULT_LEVELS", "Dock", "Layout", "Level", "Zone"]


@dataclass(frozen=True, slots=True)
class Level:
    """One height of a rack.

    Parameters
    ----------
    volume_cm3 : int
        Cube that a slot holds (the default is a pallet of 1.2 x 0.8 x 1.2 m).
    weight_g : int
        Weight that a slot carries; heavy goods stand low because high levels carry less.
    access_mm : int
        Reaching or lifting to this level, as the walk that would take as long.
    """

    volume_cm3: int = 1_152_000
    weight_g: int = 1_000_000
    access_mm: int = 0

    def __post_init__(self) -> None:
        for name in ("volume_cm3", "weight_g", "access_mm"):
            whole(f"level.{name}", getattr(self, name), 0)


_BAY_WIDTH_MM, _AISLE_PITCH_MM, _CROSS_AISLE_MM = 1_400, 5_000, 3_000

#: Floor, shoulder and two heights above it, which cost reaching or lifting.
DEFAULT_LEVELS = (
    Level(),
    Level(weight_g=800_000),
    Level(weight_g=500_000, access_mm=2_500),
    Level(weight_g=300_000, access_mm=6_000),
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the warehouse with one climate: ``ambient``, ``chill``, ``freeze`` or any name."""

    name: str
    aisles: int
    levels: tuple[Level, ...] = DEFAULT_LEVELS

    def __post_init__(self) -> None:
        whole(f"zone[{self.name}].aisles", self.aisles, 1)
        if not self.levels:
            raise InvalidInput(f"zone[{self.name}].levels", "none", "at least one level")


@dataclass(frozen=True, slots=True)
class Dock:
    """Where tours may begin or end: a door, a packing table, a conveyor.

    Parameters
    ----------
    aisle, cross : int
        The dock is reached from where this aisle meets this cross aisle.
    offset_mm : int
        Walk from there to the dock.
    """

    aisle: int
    cross: int = 0
    offset_mm: int = 0

    def __post_init__(self) -> None:
        for name in ("aisle", "cross", "offset_mm"):
            whole(f"dock.{name}", getattr(self, name), 0)


@dataclass(frozen=True, eq=False)
class Layout:
    """Every slot of a warehouse, and the aisles that one walks to it.

    Make one with `build`, `for_products` or `from_slots`. All slot arrays have shape
    ``(slots,)``, int64; the index into them is the slot number that assignments speak of. Slots
    are numbered in address order: zone, aisle, block, bay, side, level.

    Parameters
    ----------
    zone_names : tuple of str
        Zone ``z`` of `slot_zone` is called ``zone_names[z]``.
    slot_distance_mm : array
        Walk from the depot to the slot, access to its level included.
    slot_aisle, slot_y_mm, slot_level, slot_side : array
        Where the slot is; -1 where the layout was given as distances only.
    aisle_x_mm, cross_y_mm : array
        Positions of aisles and cross aisles; empty where the layout was given as distances only.
    depot_aisle, depot_cross : int
        Tours begin and end where this aisle meets this cross aisle, unless there are docks.
    starts, ends : tuple of Dock
        Tours begin at any of the starts and end at any of the ends, whichever is shortest.
    """

    zone_names: tuple[str, ...]
    addresses: tuple[str, ...]
    slot_zone: Ints
    slot_distance_mm: Ints
    slot_volume_cm3: Ints
    slot_weight_g: Ints
    slot_aisle: Ints
    slot_y_mm: Ints
    slot_level: Ints
    slot_side: Ints
    aisle_x_mm: Ints
    cross_y_mm: Ints
    depot_aisle: int = 0
    depot_cross: int = 0
    description: Mapping[str, Any] = field(default_factory=dict)
    starts: tuple[Dock, ...] = ()
    ends: tuple[Dock, ...] = ()

    def __len__(self) -> int:
        return len(self.slot_zone)

    @property
    def walkable(self) -> bool:
        """Whether the layout has aisles, so that tours can be routed."""
        return len(self.aisle_x_mm) > 0

    def grid(self) -> Grid:
        """Return the geometry as the compiled side takes it."""
        if not self.walkable:
            allowed = "a layout with aisles (Layout.build), not one of distances only"
            raise InvalidInput("layout", "no aisles", allowed)
        plain = (self.aisle_x_mm, self.cross_y_mm, self.depot_aisle, self.depot_cross)
        if not self.starts:
            return plain
        starts, ends = (
            [(d.aisle, d.cross, d.offset_mm) for d in docks] for docks in (self.starts, self.ends)
        )
        return (*plain, starts, ends)

    def ways_mm(self, docks: Sequence[Dock], aisle: Ints, y_mm: Ints) -> Ints:
        """Return the walk from the nearest of some docks to each spot."""
        ways = [
            dock.offset_mm
            + _walk_from(
                self.aisle_x_mm,
                self.cross_y_mm,
                dock.aisle,
                int(self.cross_y_mm[dock.cross]),
                aisle,
                y_mm,
            )
            for dock in docks
        ]
        return np.asarray(np.min(ways, axis=0), dtype=np.int64)

    def zone_indices(self, zones: Sequence[str] | npt.ArrayLike) -> Ints:
        """Return zone numbers for zone names (numbers pass through, checked).

        Raises
        ------
        InvalidInput
            A zone that the layout does not have.
        """
        array = np.asarray(zones)
        if array.dtype.kind in "iu":
            return wholes("zone", array, None, 0, len(self.zone_names) - 1)
        numbers = {name: i for i, name in enumerate(self.zone_names)}
        try:
            return frozen(np.array([numbers[str(z)] for z in array], dtype=np.int64))
        except KeyError as error:
            at = next(i for i, z in enumerate(array) if str(z) not in numbers)
            allowed = f"a zone of the layout: {', '.join(self.zone_names)}"
            raise InvalidInput(f"zone[{at}]", str(error.args[0]), allowed) from None

    @classmethod
    def build(
        cls,
        zones: Sequence[Zone],
        *,
        bays: int = 20,
        blocks: int = 1,
        bay_width_mm: int = _BAY_WIDTH_MM,
        aisle_pitch_mm: int = _AISLE_PITCH_MM,
        cross_aisle_mm: int = _CROSS_AISLE_MM,
        depot_aisle: int | None = None,
        depot_cross: int = 0,
    ) -> Layout:
        """Lay out a rectangular warehouse, zones side by side.

        Parameters
        ----------
        zones : sequence of Zone
            From left to right.
        bays : int
            Bays of an aisle side within one block.
        blocks : int
            From 1 to 4; between blocks, in front and behind runs a cross aisle.
        bay_width_mm, aisle_pitch_mm, cross_aisle_mm : int
            Width of a bay, distance between aisles, width of a cross aisle.
        depot_aisle : int, optional
            Aisle at whose end tours begin; the middle one unless told.
        depot_cross : int
            Cross aisle of the depot; 0 is the front.

        Raises
        ------
        InvalidInput
            A size that is not allowed.

        Examples
        --------
        >>> layout = Layout.build([Zone("ambient", 4), Zone("chill", 1)], bays=10)
        >>> len(layout), layout.addresses[0], layout.zone_names
        (400, 'ambient-01-001-L-0', ('ambient', 'chill'))
        """
        names = [zone.name for zone in zones]
        if not zones or len(set(names)) != len(names):
            raise InvalidInput("zones", names, "at least one zone, each name once")
        whole("bays", bays, 1, 10_000)
        whole("blocks", blocks, 1, 4)
        whole("bay_width_mm", bay_width_mm, 1, 10**6)
        whole("aisle_pitch_mm", aisle_pitch_mm, 1, 10**6)
        whole("cross_aisle_mm", cross_aisle_mm, 0, 10**6)
        whole("depot_cross", depot_cross, 0, blocks)
        total = sum(zone.aisles for zone in zones)
        home = total // 2 if depot_aisle is None else depot_aisle
        whole("depot_aisle", home, 0, total - 1)

        aisle_x = np.arange(total, dtype=np.int64) * aisle_pitch_mm
        pitch = bays * bay_width_mm + cross_aisle_mm
        cross_y = np.arange(blocks + 1, dtype=np.int64) * pitch
        parts: list[npt.NDArray[np.int64]] = []
        addresses: list[str] = []
        before = 0
        for number, zone in enumerate(zones):
            shape = (zone.aisles, blocks, bays, 2, len(zone.levels))
            aisle, block, bay, side, level = (a.ravel() for a in np.indices(shape))
            y = block * pitch + cross_aisle_mm // 2 + bay * bay_width_mm + bay_width_mm // 2
            table = np.array([(v.volume_cm3, v.weight_g, v.access_mm) for v in zone.levels])
            parts.append(
                np.stack([np.full_like(y, number), aisle + before, y, level, side, *table[level].T])
            )
            addresses += [
                f"{zone.name}-{a + 1:02d}-{b * bays + c + 1:03d}-{'LR'[s]}-{v}"
                for a, b, c, s, v in zip(
                    *(i.tolist() for i in (aisle, block, bay, side, level)), strict=True
                )
            ]
            before += zone.aisles
        slot_zone, aisle, y, level, side, volume, weight, access = np.hstack(parts).astype(np.int64)
        walk = _walk_from(aisle_x, cross_y, home, int(cross_y[depot_cross]), aisle, y)
        return cls(
            zone_names=tuple(names),
            addresses=tuple(addresses),
            slot_zone=frozen(slot_zone.copy()),
            slot_distance_mm=frozen(walk + access),
            slot_volume_cm3=frozen(volume.copy()),
            slot_weight_g=frozen(weight.copy()),
            slot_aisle=frozen(aisle.copy()),
            slot_y_mm=frozen(y.copy()),
            slot_level=frozen(level.copy()),
            slot_side=frozen(side.copy()),
            aisle_x_mm=frozen(aisle_x),
            cross_y_mm=frozen(cross_y),
            depot_aisle=home,
            depot_cross=depot_cross,
            description={
                "zones": [
                    {
                        "name": zone.name,
                        "aisles": zone.aisles,
                        "levels": [
                            {
                                "volume_cm3": v.volume_cm3,
                                "weight_g": v.weight_g,
                                "access_mm": v.access_mm,
                            }
                            for v in zone.levels
                        ],
                    }
                    for zone in zones
                ],
                "bays": bays,
                "blocks": blocks,
                "bay_width_mm": bay_width_mm,
                "aisle_pitch_mm": aisle_pitch_mm,
                "cross_aisle_mm": cross_aisle_mm,
                "depot_aisle": home,
                "depot_cross": depot_cross,
            },
        )

    @classmethod
    def for_products(
        cls,
        products: Mapping[str, int],
        *,
        spare: float = 0.1,
        levels: Mapping[str, tuple[Level, ...]] | None = None,
        bays: int | None = None,
        blocks: int = 1,
        depot_aisle: int | None = None,
    ) -> Layout:
        """Lay out a warehouse with room for so many products in each zone.

        Parameters
        ----------
        products : mapping of str to int
            Products, each with one pick face, by zone name; the order is the order from left.
        spare : float
            Slots beyond one a product, as a share.
        levels : mapping, optional
            Levels by zone name; `DEFAULT_LEVELS` unless told.
        bays : int, optional
            Bays of an aisle side within one block; unless told, as many as make the warehouse
            about twice as wide as deep, the shape in which a depot in the middle of the front
            has the shortest ways to single picks (Francis 1967).
        blocks, depot_aisle
            As in `build`.

        Examples
        --------
        >>> layout = Layout.for_products({"ambient": 3500, "chill": 1000, "freeze": 500})
        >>> [int((layout.slot_zone == z).sum()) for z in range(3)]
        [3920, 1120, 560]
        """
        if not (math.isfinite(spare) and 0 <= spare <= 10):
            raise InvalidInput("spare", spare, "a share from 0 to 10")
        whole("blocks", blocks, 1, 4)
        for name, count in products.items():
            whole(f"products[{name}]", count, 0, 10**7)

        def zones(bays: int) -> list[Zone]:
            found = []
            for name, count in products.items():
                heights = (levels or {}).get(name, DEFAULT_LEVELS)
                room = 2 * bays * blocks * max(len(heights), 1)
                aisles = max(1, math.ceil(round(count * (1 + spare), 9) / room))
                found.append(Zone(name, aisles, heights))
            return found

        def shape(bays: int) -> float:
            wide = _AISLE_PITCH_MM * sum(zone.aisles for zone in zones(bays))
            deep = blocks * (bays * _BAY_WIDTH_MM + _CROSS_AISLE_MM)
            return abs(math.log(wide / deep) - math.log(2))

        bays = min(range(1, 201), key=shape) if bays is None else whole("bays", bays, 1, 10_000)
        return cls.build(zones(bays), bays=bays, blocks=blocks, depot_aisle=depot_aisle)

    @classmethod
    def from_spots(
        cls,
        aisle_x_mm: npt.ArrayLike,
        cross_y_mm: npt.ArrayLike,
        *,
        aisle: npt.ArrayLike,
        y_mm: npt.ArrayLike,
        starts: Sequence[Dock] = (Dock(0),),
        ends: Sequence[Dock] | None = None,
        addresses: Sequence[str] | None = None,
    ) -> Layout:
        """Take aisles and spots as they are measured, without racks.

        Parameters
        ----------
        aisle_x_mm, cross_y_mm : array of int
            Positions of aisles and of the two to five cross aisles, rising.
        aisle, y_mm : array of int, shape (slots,)
            Aisle of each slot, and its position along it.
        starts, ends : sequence of Dock
            Where tours begin and end; they end where they begin unless told.
        addresses : sequence of str, optional
            Names of the slots.

        Raises
        ------
        InvalidInput
            A slot or a dock outside the aisles.

        Examples
        --------
        >>> layout = Layout.from_spots([0, 5_000], [0, 9_000], aisle=[1], y_mm=[4_000])
        >>> layout.slot_distance_mm.tolist(), layout.walkable
        ([9000], True)
        """
        x, cross = wholes("aisle_x_mm", aisle_x_mm), wholes("cross_y_mm", cross_y_mm)
        for name, line, least in (("aisle_x_mm", x, 1), ("cross_y_mm", cross, 2)):
            if len(line) < least or (np.diff(line) <= 0).any():
                raise InvalidInput(name, line.tolist(), f"{least} or more positions, rising")
        spot_aisle = wholes("aisle", aisle, None, 0, len(x) - 1)
        n = len(spot_aisle)
        y = wholes("y_mm", y_mm, n, int(cross[0]), int(cross[-1]))
        begin, end = tuple(starts), tuple(starts if ends is None else ends)
        for name, docks in (("starts", begin), ("ends", end)):
            if not docks:
                raise InvalidInput(name, "none", "at least one dock")
            for i, dock in enumerate(docks):
                whole(f"{name}[{i}].aisle", dock.aisle, 0, len(x) - 1)
                whole(f"{name}[{i}].cross", dock.cross, 0, len(cross) - 1)
        labels = tuple(str(a) for a in addresses or (f"slot-{i}" for i in range(n)))
        if len(labels) != n or len(set(labels)) != n:
            raise InvalidInput("slots.id", f"{len(set(labels))} different", f"{n} different names")
        zero = frozen(np.zeros(n, dtype=np.int64))
        large = frozen(np.full(n, 10**12, dtype=np.int64))
        lay = cls(
            zone_names=("all",),
            addresses=labels,
            slot_zone=zero,
            slot_distance_mm=zero,
            slot_volume_cm3=large,
            slot_weight_g=large,
            slot_aisle=spot_aisle,
            slot_y_mm=y,
            slot_level=zero,
            slot_side=zero,
            aisle_x_mm=x,
            cross_y_mm=cross,
            depot_aisle=begin[0].aisle,
            depot_cross=begin[0].cross,
            starts=begin,
            ends=end,
        )
        return replace(lay, slot_distance_mm=frozen(lay.ways_mm(begin, spot_aisle, y)))

    @classmethod
    def from_slots(
        cls,
        distance_mm: npt.ArrayLike,
        *,
        volume_cm3: npt.ArrayLike,
        weight_g: npt.ArrayLike,
        zone: Sequence[str],
        addresses: Sequence[str] | None = None,
    ) -> Layout:
        """Take slots as they are listed: a distance, a cube, a weight and a zone for each.

        Examples
        --------
        >>> layout = Layout.from_slots(
        ...     [5_000, 9_000], volume_cm3=[100, 100], weight_g=[50, 50], zone=["a", "a"])
        >>> layout.walkable
        False
        """
        distance = wholes("slots.distance_mm", distance_mm)
        n = len(distance)
        if len(zone) != n:
            raise InvalidInput("slots.zone", f"{len(zone)} entries", f"{n} entries")
        names = tuple(dict.fromkeys(str(z) for z in zone))
        numbers = {name: i for i, name in enumerate(names)}
        known = tuple(str(a) for a in addresses) if addresses is not None else ()
        labels = known or tuple(f"slot-{i}" for i in range(n))
        if len(labels) != n or len(set(labels)) != n:
            raise InvalidInput("slots.id", f"{len(set(labels))} different", f"{n} different names")
        unknown = frozen(np.full(n, -1, dtype=np.int64))
        nothing = frozen(np.zeros(0, dtype=np.int64))
        return cls(
            zone_names=names,
            addresses=labels,
            slot_zone=frozen(np.array([numbers[str(z)] for z in zone], dtype=np.int64)),
            slot_distance_mm=distance,
            slot_volume_cm3=wholes("slots.volume_cm3", volume_cm3, n),
            slot_weight_g=wholes("slots.weight_g", weight_g, n),
            slot_aisle=unknown,
            slot_y_mm=unknown,
            slot_level=unknown,
            slot_side=unknown,
            aisle_x_mm=nothing,
            cross_y_mm=nothing,
        )


def _walk_from(
    aisle_x: Ints, cross_y: Ints, home: int, depot_y: int, aisle: Ints, y: Ints
) -> npt.NDArray[np.int64]:
    """Walk from the depot to each slot: over the depot's own cross aisle unless it is its aisle."""
    along = np.abs(y - depot_y)
    across = np.abs(aisle_x[aisle] - aisle_x[home])
    return np.asarray(along + across, dtype=np.int64)
