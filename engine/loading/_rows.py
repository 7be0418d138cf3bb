"""From the typed problem to the rows that the compiled side takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backhaul.engine.errors import native_errors
from backhaul.engine.packing.company import CompanyRow, company_rows, native_worth
from backhaul.engine.packing.problem import (
    ORIENTATIONS,
    Bin,
    Item,
    PackingProblem,
    Placement,
    Rules,
)
from backhaul_native import loading as native

__all__ = ["expand", "goods_rows", "item_rows", "native_vehicle", "placements"]


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
    taken = [
        ((x, y, z), (x + length, y + width, z + height))
        for (x, y, z), (length, width, height) in vehicle.obstacles
    ]
    with native_errors():
        return native.Vehicle(
            vehicle.size, vehicle.max_weight, vehicle.doors, axles, tractor, cog, taken, row
        )


def item_row(item: Item, worth: int, company: CompanyRow) -> native.CargoRow:
    """Return the row of one copy, with what counts for it and with whom it may travel."""
    turns = [ORIENTATIONS.index(word) for word in item.orientations]
    return (
        item.size, turns, item.weight, item.stop,
        item.fragile, item.stackable, item.max_load, worth, company,
    )  # fmt: skip


def expand(items: Sequence[Item]) -> list[int]:
    """Return, for every single copy, the number of its item."""
    return [k for k, item in enumerate(items) for _ in range(item.copies)]


def item_rows(problem: PackingProblem) -> list[native.CargoRow]:
    """Return one row a copy, in the order of `expand`."""
    worth = native_worth(problem, problem.items)
    rows = zip(problem.items, worth, company_rows(problem), strict=True)
    return [row for item, w, c in rows for row in [item_row(item, w, c)] * item.copies]


def goods_rows(vehicle: Bin, rules: Rules, items: Sequence[Item]) -> list[native.CargoRow]:
    """Return the rows of what one customer gets."""
    named = tuple(replace(item, id=str(k)) for k, item in enumerate(items))
    return item_rows(PackingProblem((vehicle,), named, rules=rules))


def placements(
    steps: Sequence[tuple[int, int, Sequence[int]]], item_of: Sequence[int]
) -> tuple[Placement, ...]:
    """Return the placements of a loading sequence."""
    return tuple(
        Placement(item_of[cargo], ORIENTATIONS[turn], (pos[0], pos[1], pos[2]), seq)
        for seq, (cargo, turn, pos) in enumerate(steps)
    )
