"""Pick faces and the reserve above and around them: what stands where, and the way between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import Infeasible, InvalidInput
from backhaul.engine.slotting._arrays import Floats, Ints, floats, frozen, whole, wholes
from backhaul.engine.slotting.checker import check_reserve
from backhaul.engine.slotting.layout import Layout
from backhaul.engine.slotting.linear import linear_assignment
from backhaul.engine.slotting.rules import SlotRule
from backhaul.engine.solution import CheckReport

__all__ = ["ReservePlan", "faces_below", "place_reserve", "walk_between_mm"]


def faces_below(layout: Layout, levels: int, products: int) -> tuple[SlotRule, Ints]:
    """Keep the lowest levels for pick faces; the slots above them are reserve.

    Parameters
    ----------
    layout : Layout
        With aisles and levels.
    levels : int
        Levels that pickers reach.
    products : int
        Products that need a pick face.

    Returns
    -------
    SlotRule
        For `SlottingProblem(rules=...)`: products stand in pick faces only.
    array of int64
        Slots of the reserve.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> rule, reserve = faces_below(Layout.build([Zone("a", 1)], bays=2), 1, 3)
    >>> len(rule.slots), len(reserve)
    (4, 12)
    """
    layout.grid()
    low = layout.slot_level < whole("levels", levels, 1)
    every = np.arange(whole("products", products, 0))
    rule = SlotRule("pick faces", every, np.flatnonzero(low))
    return rule, frozen(np.flatnonzero(~low).astype(np.int64))


def walk_between_mm(layout: Layout, first: Ints, second: Ints) -> Ints:
    """Return the walk from each of some slots to each of others, over the best cross aisle.

    Returns
    -------
    array of int64, shape (first, second)
        Millimetres, levels not included.
    """
    layout.grid()
    x, y, aisle = layout.aisle_x_mm[layout.slot_aisle], layout.slot_y_mm, layout.slot_aisle
    a, b = y[first][:, None], y[second][None, :]
    along = np.full((len(first), len(second)), np.iinfo(np.int64).max)
    for cross in layout.cross_y_mm.tolist():
        np.minimum(along, np.abs(a - cross) + np.abs(b - cross), out=along)
    same = aisle[first][:, None] == aisle[second][None, :]
    along = np.where(same, np.abs(a - b), along)
    return np.asarray(along + np.abs(x[first][:, None] - x[second][None, :]), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class ReservePlan:
    """Where the reserve stands, and what replenishing the pick faces costs.

    Parameters
    ----------
    layout : Layout
        The warehouse.
    face : array of int64, shape (products,)
        Pick face of each product.
    product : array of int64, shape (pallets,)
        Product of each pallet.
    slot : array of int64, shape (pallets,)
        Reserve slot of each pallet.
    moves_per_day : array of float64, shape (pallets,)
        How often a pallet goes from there to the face.
    metres_per_day : float
        Ways from reserve to face, there and back, access to the reserve's level included.
    """

    layout: Layout
    face: Ints
    product: Ints
    slot: Ints
    moves_per_day: Floats
    metres_per_day: float

    def check(self) -> CheckReport:
        """Walk all ways again: codes ``taken``, ``face``, ``zone``, ``cost``."""
        return check_reserve(self)


def place_reserve(
    layout: Layout,
    face: Sequence[int] | npt.ArrayLike,
    pallets: Sequence[int] | npt.ArrayLike,
    turns_per_day: Sequence[float] | npt.ArrayLike,
    reserve: Sequence[int] | npt.ArrayLike,
    *,
    threads: int = 1,
) -> ReservePlan:
    """Put pallets into reserve slots so that pick faces are replenished over short ways.

    Exact: a linear assignment of pallets to slots (Burkard, Dell'Amico and Martello 2009), by ways
    there and back, weighted with how often each is gone. Pallets stay in the zone of their face.

    Parameters
    ----------
    layout : Layout
        With aisles.
    face : array of int, shape (products,)
        Pick face of each product, as a slotting has it.
    pallets : array of int, shape (products,)
        Pallets of each product in reserve.
    turns_per_day : array of float, shape (products,)
        Pallets that each product's face takes in a day; they come from its pallets by turns.
    reserve : array of int
        Slots of the reserve, each once, none of them a face.

    Raises
    ------
    InvalidInput
        A slot twice, a face in the reserve, a product with pallets and no face.
    Infeasible
        More pallets than reserve slots in a zone.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("a", 2)], bays=3)
    >>> rule, reserve = faces_below(layout, 1, 2)
    >>> plan = place_reserve(layout, rule.slots[:2], [1, 2], [1.0, 0.5], reserve)
    >>> plan.metres_per_day, plan.check().ok
    (0.625, True)
    """
    slots = wholes("reserve", reserve, None, 0, len(layout) - 1)
    faces = wholes("face", face, None, -1, len(layout) - 1)
    n = len(faces)
    counts = wholes("pallets", pallets, n)
    turns = floats("turns_per_day", turns_per_day, n)
    once, times = np.unique(slots, return_counts=True)
    if (times > 1).any():
        raise InvalidInput("reserve", int(once[times > 1][0]), "each slot once")
    both = np.isin(faces, slots)
    if both.any():
        at = int(np.flatnonzero(both)[0])
        raise InvalidInput(f"face[{at}]", int(faces[at]), "a slot that is not in the reserve")
    lost = (faces < 0) & (counts > 0)
    if lost.any():
        at = int(np.flatnonzero(lost)[0])
        raise InvalidInput(f"face[{at}]", -1, "a pick face: the product has pallets in reserve")
    product = np.repeat(np.arange(n), counts)
    moves = turns[product] / counts[product]
    slot = np.full(len(product), -1, dtype=np.int64)
    total = 0.0
    for zone, name in enumerate(layout.zone_names):
        mine = np.flatnonzero(layout.slot_zone[faces[product]] == zone)
        free = slots[layout.slot_zone[slots] == zone]
        if len(mine) > len(free):
            rule = f"{len(free)} reserve slots in zone {name}"
            raise Infeasible(f"pallets of zone {name}", rule, f"{len(mine)} or more reserve slots")
        if len(mine) == 0:
            continue
        way = walk_between_mm(layout, faces[product[mine]], free)
        level = _access_mm(layout)[free]
        cost = moves[mine, None] * (2 * way + level[None, :]) / 1000
        found = linear_assignment(cost, threads=threads)
        slot[mine] = free[found.column]
        total += found.cost
    return ReservePlan(layout, faces, frozen(product), frozen(slot), frozen(moves), float(total))


def _access_mm(layout: Layout) -> Ints:
    """Return the access to each slot's level, as the walk that would take as long."""
    home = layout.aisle_x_mm[layout.depot_aisle], layout.cross_y_mm[layout.depot_cross]
    across = np.abs(layout.aisle_x_mm[layout.slot_aisle] - home[0])
    way = across + np.abs(layout.slot_y_mm - home[1])
    return np.asarray(np.maximum(layout.slot_distance_mm - way, 0), dtype=np.int64)
