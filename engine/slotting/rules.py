"""Rules beyond zone, cube and weight: hazard, family, weight low, and whatever else says where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Ints, floats, frozen, whole, wholes
from backhaul.engine.slotting.layout import Layout

__all__ = ["SlotRule", "families_apart", "hazard", "temperature", "weight_low"]


@dataclass(frozen=True, eq=False)
class SlotRule:
    """These products stand only in these slots.

    Parameters
    ----------
    name : str
        What people call it; named in errors and explanations.
    products, slots : array of int64
        Product and slot numbers, each once.
    exclusive : bool
        Whether no other product may stand in these slots.

    Raises
    ------
    InvalidInput
        A negative number, or one that is given twice.

    Examples
    --------
    >>> rule = SlotRule("cage", products=[3, 4], slots=[0, 1, 2], exclusive=True)
    >>> rule.slots.tolist()
    [0, 1, 2]
    """

    name: str
    products: Ints
    slots: Ints
    exclusive: bool = False

    def __post_init__(self) -> None:
        for field in ("products", "slots"):
            path = f"rules[{self.name}].{field}"
            values = wholes(path, getattr(self, field), None, 0, 2**31)
            once, counts = np.unique(values, return_counts=True)
            if (counts > 1).any():
                raise InvalidInput(path, int(once[counts > 1][0]), "each number once")
            object.__setattr__(self, field, frozen(once))


def weight_low(
    layout: Layout, weight_g: Sequence[int] | npt.ArrayLike, *, above_g: int, levels: int = 1
) -> SlotRule:
    """Keep products heavier than `above_g` on the lowest levels.

    Raises
    ------
    InvalidInput
        A weight that is not whole, or a layout without levels.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 1)], bays=2)
    >>> rule = weight_low(layout, [25_000, 900], above_g=15_000)
    >>> rule.products.tolist(), set(layout.slot_level[rule.slots].tolist())
    ([0], {0})
    """
    layout.grid()
    weight = wholes("weight_g", weight_g)
    limit = whole("above_g", above_g, 0, 10**12)
    low = np.flatnonzero(layout.slot_level < whole("levels", levels, 1))
    return SlotRule(f"weight low (above {limit} g)", np.flatnonzero(weight > limit), low)


def hazard(
    hazardous: Sequence[bool] | npt.ArrayLike, slots: Sequence[int] | npt.ArrayLike
) -> SlotRule:
    """Keep hazardous products in the slots that are fit for them, and all others out of there.

    Examples
    --------
    >>> hazard([False, True], [5, 6]).products.tolist()
    [1]
    """
    return SlotRule("hazard", np.flatnonzero(np.asarray(hazardous)), slots, exclusive=True)  # type: ignore[arg-type]


def temperature(
    coldest_c: Sequence[float] | npt.ArrayLike,
    warmest_c: Sequence[float] | npt.ArrayLike,
    slot_c: Sequence[float] | npt.ArrayLike,
) -> tuple[SlotRule, ...]:
    """Keep products where it is neither too cold nor too warm for them.

    Zones divide a warehouse by temperature already; this is for what differs within a zone: wine in
    the cool corner, chocolate away from the roof. One rule for each span that occurs.

    Parameters
    ----------
    coldest_c, warmest_c : array of float, shape (products,)
        Span that each product stands, in degrees Celsius.
    slot_c : array of float, shape (slots,)
        Temperature of each slot.

    Raises
    ------
    InvalidInput
        A NaN, a span upside down, a product for which every slot is too cold or too warm.

    Examples
    --------
    >>> wine, tea = temperature([8, -5], [16, 40], [12.0, 21.0])
    >>> wine.products.tolist(), wine.slots.tolist(), wine.name
    ([0], [0], 'temperature (8 to 16 C)')
    """
    low = floats("coldest_c", coldest_c, None, -273.15, 1000.0)
    high = floats("warmest_c", warmest_c, len(low), -273.15, 1000.0)
    here = floats("slot_c", slot_c, None, -273.15, 1000.0)
    if (low > high).any():
        at = int(np.flatnonzero(low > high)[0])
        raise InvalidInput(f"warmest_c[{at}]", float(high[at]), f"at least {low[at]:g}")
    spans = sorted(set(zip(low.tolist(), high.tolist(), strict=True)), key=lambda s: (-s[0], s[1]))
    rules = []
    for cold, warm in spans:
        mine = np.flatnonzero((low == cold) & (high == warm))
        slots = np.flatnonzero((here >= cold) & (here <= warm))
        if len(slots) == 0:
            allowed = f"a span that holds a slot, {here.min():g} to {here.max():g} C"
            raise InvalidInput(f"coldest_c[{mine[0]}]", (cold, warm), allowed)
        rules.append(SlotRule(f"temperature ({cold:g} to {warm:g} C)", mine, slots))
    return tuple(rules)


def families_apart(
    layout: Layout, family: Sequence[str], groups: Sequence[Sequence[str]]
) -> tuple[SlotRule, ...]:
    """Give groups of families aisles of their own, so that they never face each other.

    The aisles of each zone are dealt to the groups by turns of their size, so that every group has
    near and far ones; families in no group stand anywhere.

    Parameters
    ----------
    layout : Layout
        With aisles.
    family : sequence of str, shape (products,)
        Family of each product.
    groups : sequence of sequences of str
        Families that may stand together, group by group.

    Raises
    ------
    InvalidInput
        A family in two groups, or fewer aisles in a zone than groups.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 3)], bays=2)
    >>> food, soap = families_apart(layout, ["food", "soap", "food"], [["food"], ["soap"]])
    >>> set(layout.slot_aisle[food.slots].tolist()), set(layout.slot_aisle[soap.slots].tolist())
    ({0, 1}, {2})
    """
    layout.grid()
    seen: dict[str, int] = {}
    for g, names in enumerate(groups):
        for name in names:
            if seen.setdefault(name, g) != g:
                raise InvalidInput(
                    f"groups[{g}]", name, f"a family that groups[{seen[name]}] lacks"
                )
    group = np.array([seen.get(name, -1) for name in family], dtype=np.int64)
    sizes = np.bincount(group[group >= 0], minlength=len(groups)).astype(float)
    given = np.full(len(layout.aisle_x_mm), -1)
    for zone in np.unique(layout.slot_zone):
        aisles = np.unique(layout.slot_aisle[layout.slot_zone == zone])
        if len(aisles) < len(groups):
            path = f"layout.zones[{layout.zone_names[zone]}].aisles"
            raise InvalidInput(path, len(aisles), f"at least {len(groups)}, one for each group")
        # Each turn goes to the group with the most products for each aisle that it would have
        # (D'Hondt 1878); every group gets one while there are just enough.
        share = np.zeros(len(groups))
        for turn, aisle in enumerate(aisles.tolist()):
            left = len(aisles) - turn
            empty = np.flatnonzero(share == 0)
            among = empty if left <= len(empty) else np.arange(len(groups))
            best = int(among[np.argmax(sizes[among] / (share[among] + 1))])
            share[best] += 1
            given[aisle] = best
    return tuple(
        SlotRule(
            f"families apart ({', '.join(names)})",
            np.flatnonzero(group == g),
            np.flatnonzero(given[layout.slot_aisle] == g),
        )
        for g, names in enumerate(groups)
    )


def allowed_slots(rules: Sequence[SlotRule], product: int, slots: int) -> npt.NDArray[np.bool_]:
    """Return for each slot whether the rules let the product stand there."""
    ok = np.ones(slots, dtype=bool)
    for rule in rules:
        inside = np.zeros(slots, dtype=bool)
        inside[rule.slots] = True
        if np.isin(product, rule.products):
            ok &= inside
        elif rule.exclusive:
            ok &= ~inside
    return ok


def kinds(
    rules: Sequence[SlotRule], products: int, slots: int
) -> tuple[Ints, Ints, int, npt.NDArray[np.bool_]]:
    """Return the rules as the compiled side takes them: kinds, and which go together."""
    mine = np.zeros((products, len(rules)), dtype=bool)
    theirs = np.zeros((slots, len(rules)), dtype=bool)
    for r, rule in enumerate(rules):
        mine[rule.products, r] = True
        theirs[rule.slots, r] = True
    product_kinds, product = np.unique(mine, axis=0, return_inverse=True)
    slot_kinds, slot = np.unique(theirs, axis=0, return_inverse=True)
    exclusive = np.array([rule.exclusive for rule in rules], dtype=bool)
    missing = product_kinds[:, None, :] & ~slot_kinds[None, :, :]
    intruding = exclusive & slot_kinds[None, :, :] & ~product_kinds[:, None, :]
    allowed = ~(missing | intruding).any(axis=2)
    return (
        product.reshape(-1).astype(np.int64),
        slot.reshape(-1).astype(np.int64),
        len(slot_kinds),
        np.ascontiguousarray(allowed.ravel()),
    )


def check_rules(rules: Sequence[SlotRule], names: Sequence[str], slots: int) -> None:
    """Refuse unknown products and slots, and rules that leave a product no slot at all."""
    for rule in rules:
        for field, values, count in (
            ("products", rule.products, len(names)),
            ("slots", rule.slots, slots),
        ):
            if len(values) and values[-1] >= count:
                path = f"rules[{rule.name}].{field}"
                raise InvalidInput(path, int(values[-1]), f"a number below {count}")
    if not rules or not len(names):
        return
    product, slot, count, allowed = kinds(rules, len(names), slots)
    some = np.bincount(slot, minlength=count) > 0
    able = np.asarray((allowed.reshape(-1, count) & some).any(axis=1))
    nowhere = np.flatnonzero(~able[product])
    if len(nowhere):
        at = int(nowhere[0])
        own = [rule.name for rule in rules if np.isin(at, rule.products)]
        others = [rule.name for rule in rules if rule.exclusive and rule.name not in own]
        raise InvalidInput(
            f"rules[{', '.join(own) or ', '.join(others)}]",
            names[at],
            "rules that together leave every product at least one slot",
        )
