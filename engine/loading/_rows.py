"""From the typed problem to the rows that the compiled side takes."""

from __future__ import annotations

from collections.abc import Sequence

from backhaul.engine.errors import native_errors
from backhaul.engine.packing.problem import ORIENTATIONS, Bin, Item, Placement, Rules
from backhaul_native import loading as native

__all__ = ["expand", "item_rows", "native_vehicle", "placements"]


def native_vehicle(vehicle: Bin, rules: Rules) -> native.Vehicle:
    """Return the compiled side's vehicle."""
    axles = None
    if vehicle.axles:
        first, second = sorted(vehicle.axles, key=lambda axle: axle.x)
        axles = (
            (first.x, first.max, first.min, first.tare),
            (second.x, second.max, second.min, second.tare),
        )
    tractor = None
    if vehicle.tractor:
        t = vehicle.tractor
        share = t.kingpin_to_rear / t.wheelbase
        tractor = (share, t.front_tare, t.front_max, t.rear_tare, t.rear_max)
    cog: list[tuple[float, float] | None] = [None, None, None]
    for axis, (low, high) in vehicle.cog.items():
        k = "xyz".index(axis)
        cog[k] = (low * vehicle.size[k], high * vehicle.size[k])
    row = (
        rules.support_parts,
        rules.lifo,
        rules.lifo_above == "column",
        rules.fragility,
        rules.axle_every_leg,
    )
    with native_errors():
        return native.Vehicle(
            vehicle.size, vehicle.max_weight, vehicle.doors, axles, tractor, cog, row
        )


def item_row(item: Item) -> native.CargoRow:
    """Return the row of one copy."""
    turns = [ORIENTATIONS.index(word) for word in item.orientations]
    return (
        item.size, turns, item.weight, item.stop,
        item.fragile, item.stackable, item.max_load, item.worth,
    )  # fmt: skip


def expand(items: Sequence[Item]) -> list[int]:
    """Return, for every single copy, the number of its item."""
    return [k for k, item in enumerate(items) for _ in range(item.copies)]


def item_rows(items: Sequence[Item]) -> list[native.CargoRow]:
    """Return one row a copy, in the order of `expand`."""
    return [row for item in items for row in [item_row(item)] * item.copies]


def placements(
    steps: Sequence[tuple[int, int, Sequence[int]]], item_of: Sequence[int]
) -> tuple[Placement, ...]:
    """Return the placements of a loading sequence."""
    return tuple(
        Placement(item_of[cargo], ORIENTATIONS[turn], (pos[0], pos[1], pos[2]), seq)
        for seq, (cargo, turn, pos) in enumerate(steps)
    )
