"""How much volume and how many slots of which kind a plan of flows needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Ints, floats, whole, wholes
from backhaul.engine.slotting.layout import Level

__all__ = ["Equipment", "SlotKind", "SlotNeed", "StorageNeed", "size_storage"]


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a picker reaches a level with.

    Parameters
    ----------
    name : str
        Feet, order picker, reach truck.
    reach_mm : int
        Highest level that it serves.
    lift_mm_s, walk_mm_s : int
        Speed upwards and along the aisle.
    handling_s : float
        Seconds to position it, above the floor.

    Examples
    --------
    >>> truck = Equipment("reach truck", 9_000, lift_mm_s=400, walk_mm_s=2_000, handling_s=10)
    >>> [level.access_mm for level in truck.levels([0, 2_000])]
    [0, 40000]
    """

    name: str
    reach_mm: int
    lift_mm_s: int = 400
    walk_mm_s: int = 1_200
    handling_s: float = 0.0

    def __post_init__(self) -> None:
        whole("equipment.reach_mm", self.reach_mm, 0)
        whole("equipment.lift_mm_s", self.lift_mm_s, 1)
        whole("equipment.walk_mm_s", self.walk_mm_s, 1)
        floats("equipment.handling_s", [self.handling_s])

    def access_mm(self, height_mm: int) -> int:
        """Return the walk that takes as long as going up to a height and down again."""
        whole("height_mm", height_mm, 0)
        if height_mm > self.reach_mm:
            allowed = f"at most {self.reach_mm}, which {self.name} reaches"
            raise InvalidInput("height_mm", height_mm, allowed)
        if height_mm == 0:
            return 0
        seconds = 2 * height_mm / self.lift_mm_s + self.handling_s
        return round(seconds * self.walk_mm_s)

    def levels(
        self, heights_mm: Sequence[int], *, volume_cm3: int = 1_152_000, weight_g: int = 1_000_000
    ) -> tuple[Level, ...]:
        """Return levels at these heights for `Layout.build`."""
        return tuple(Level(volume_cm3, weight_g, self.access_mm(h)) for h in heights_mm)


@dataclass(frozen=True, slots=True)
class SlotKind:
    """A kind of slot: its zone, what it holds, and whether pickers pick from it."""

    name: str
    zone: str
    volume_cm3: int = 1_152_000
    weight_g: int = 1_000_000
    pick_face: bool = False

    def __post_init__(self) -> None:
        whole(f"kind[{self.name}].volume_cm3", self.volume_cm3, 1, 10**12)
        whole(f"kind[{self.name}].weight_g", self.weight_g, 1, 10**12)


@dataclass(frozen=True, slots=True)
class SlotNeed:
    """Slots of one kind.

    Parameters
    ----------
    kind : SlotKind
        Which.
    slots, mean_slots : int, float
        At the quantile asked for, and on the mean day.
    volume_cm3 : int
        Goods in them at the quantile.
    fill : float
        Share of their volume that is filled then.
    """

    kind: SlotKind
    slots: int
    mean_slots: float
    volume_cm3: int
    fill: float


@dataclass(frozen=True, slots=True)
class StorageNeed:
    """What a plan of flows needs.

    Parameters
    ----------
    needs : tuple of SlotNeed
        By kind.
    volume_cm3 : int
        All goods together at the quantile, which is less than the sum over kinds: not all peak on
        the same day.
    unplaced : tuple of (int, str)
        Products that no kind of slot takes, and the rule.
    """

    needs: tuple[SlotNeed, ...]
    volume_cm3: int
    unplaced: tuple[tuple[int, str], ...]


def size_storage(
    inbound: npt.ArrayLike,
    outbound: npt.ArrayLike,
    opening: npt.ArrayLike,
    *,
    unit_volume_cm3: npt.ArrayLike,
    unit_weight_g: npt.ArrayLike,
    zone: Sequence[str],
    kinds: Sequence[SlotKind],
    quantile: float = 0.98,
) -> StorageNeed:
    """Size a store for a plan of flows.

    Every product has one pick face (the smallest kind of its zone that takes a unit) where its zone
    has pick faces; what does not fit there stands in reserve slots, one product a slot. Slots are
    counted day by day, with goods at their highest, before the day's outbound leaves; the need is
    the quantile over days.

    Parameters
    ----------
    inbound, outbound : array of int, shape (days, products)
        Units that come and go.
    opening : array of int, shape (products,)
        Units at the beginning. Where more would leave than is there, the stock is 0.
    unit_volume_cm3, unit_weight_g : array of int, shape (products,)
        Of one unit.
    zone : sequence of str, shape (products,)
        Zone that a product needs.
    kinds : sequence of SlotKind
        What could be built.
    quantile : float
        Share of days on which there must be enough; 1 is the worst day.

    Raises
    ------
    InvalidInput
        Arrays of different shapes, a NaN, a quantile outside 0 to 1.

    Examples
    --------
    >>> need = size_storage(
    ...     [[0], [50]], [[10], [10]], [40], unit_volume_cm3=[1_000], unit_weight_g=[500],
    ...     zone=["chill"], quantile=1.0,
    ...     kinds=[SlotKind("face", "chill", 20_000, pick_face=True), SlotKind("rack", "chill", 30_000)])
    >>> [(n.kind.name, n.slots) for n in need.needs], need.volume_cm3
    ([('face', 1), ('rack', 2)], 80000)
    """
    come, go = (np.asarray(v, dtype=object) for v in (inbound, outbound))
    if come.ndim != 2 or come.shape != go.shape:
        raise InvalidInput("outbound", f"shape {go.shape}", f"shape {come.shape}, days x products")
    days, n = come.shape
    if days == 0:
        raise InvalidInput("inbound", "no days", "at least one day")
    moves = [
        wholes(name, v.ravel()).reshape(days, n)
        for name, v in (("inbound", come), ("outbound", go))
    ]
    stock = wholes("opening", opening, n).copy()
    volume = wholes("unit_volume_cm3", unit_volume_cm3, n, 1)
    weight = wholes("unit_weight_g", unit_weight_g, n, 0)
    if len(zone) != n:
        raise InvalidInput("zone", f"{len(zone)} entries", f"{n} entries")
    if not 0 <= quantile <= 1:
        raise InvalidInput("quantile", quantile, "a share from 0 to 1")
    held = np.zeros((days, n), dtype=np.int64)
    for day in range(days):
        held[day] = stock + moves[0][day]
        stock = np.maximum(held[day] - moves[1][day], 0)
    face, reserve, unplaced = _kinds(kinds, zone, volume, weight)
    rows = []
    for k, kind in enumerate(kinds):
        mine = face == k if kind.pick_face else reserve == k
        units = held[:, mine]
        room = np.minimum(
            kind.volume_cm3 // volume[mine], kind.weight_g // np.maximum(weight[mine], 1)
        )
        if kind.pick_face:
            slots = np.full(days, int(mine.sum()))
            inside = np.minimum(units, room)
        else:
            inside = np.maximum(units - _face_room(kinds, face, volume, weight)[mine], 0)
            slots = (-(-inside // np.maximum(room, 1))).sum(axis=1)
        cm3 = (inside * volume[mine]).sum(axis=1)
        many = int(np.quantile(slots, quantile, method="higher"))
        full = int(np.quantile(cm3, quantile, method="higher"))
        fill = full / (many * kind.volume_cm3) if many else 0.0
        rows.append(SlotNeed(kind, many, float(slots.mean()), full, min(fill, 1.0)))
    stands = np.array([i not in dict(unplaced) for i in range(n)], dtype=bool)
    total = (held[:, stands] * volume[stands]).sum(axis=1)
    whole_volume = int(np.quantile(total, quantile, method="higher"))
    return StorageNeed(tuple(rows), whole_volume, tuple(unplaced))


def _face_room(kinds: Sequence[SlotKind], face: Ints, volume: Ints, weight: Ints) -> Ints:
    """Units that the pick face of each product holds; 0 where it has none."""
    room = np.zeros(len(volume), dtype=np.int64)
    for k, kind in enumerate(kinds):
        mine = face == k
        light = kind.weight_g // np.maximum(weight[mine], 1)
        room[mine] = np.minimum(kind.volume_cm3 // volume[mine], light)
    return room


def _kinds(
    kinds: Sequence[SlotKind], zone: Sequence[str], volume: Ints, weight: Ints
) -> tuple[Ints, Ints, list[tuple[int, str]]]:
    """Pick face and reserve of each product: the smallest kind of its zone that takes a unit."""
    n = len(volume)
    face = np.full(n, -1, dtype=np.int64)
    reserve = np.full(n, -1, dtype=np.int64)
    unplaced = []
    order = sorted(range(len(kinds)), key=lambda k: (kinds[k].volume_cm3, k))
    # Reserve is what is largest: fewer slots, and pallets come whole.
    for i in range(n):
        for k in order:
            kind = kinds[k]
            if kind.zone == zone[i] and kind.volume_cm3 >= volume[i] and kind.weight_g >= weight[i]:
                if not kind.pick_face:
                    reserve[i] = k
                elif face[i] < 0:
                    face[i] = k
        if reserve[i] < 0 and face[i] >= 0:
            unplaced.append((i, f"zone {zone[i]} has no reserve slot that takes it"))
            face[i] = -1
        elif reserve[i] < 0:
            unplaced.append((i, f"zone {zone[i]} has no slot that takes it"))
    return face, reserve, unplaced
