"""Figures of a load at departure and after every stop: weight, axles, centre of gravity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from backhaul.engine.packing.problem import Bin, Item, Placement

__all__ = ["Stage", "stages_of"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is on board on one leg.

    Parameters
    ----------
    after_stop : int or None
        None: at departure, before the first stop.
    items : int
        Copies on board.
    weight : int
        [units of weight]
    utilisation : float
        Share of the hold's volume.
    axles : mapping of name to float
        Load with tare [units of weight]; a semi-trailer also has `tractor_front`, `tractor_rear`.
    cog : mapping of axis to float
        Centre of gravity as shares of the hold's extents; empty when nothing weighs anything.
    """

    after_stop: int | None
    items: int
    weight: int
    utilisation: float
    axles: Mapping[str, float]
    cog: Mapping[str, float]

    @property
    def label(self) -> str:
        """`departure` or `after stop N`."""
        return "departure" if self.after_stop is None else f"after stop {self.after_stop}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "stage": self.label,
            "items": self.items,
            "weight": self.weight,
            "utilisation": round(self.utilisation, 6),
            "axles": {name: round(load, 3) for name, load in self.axles.items()},
            "cog": {axis: round(share, 6) for axis, share in self.cog.items()},
        }


def stages_of(vehicle: Bin, items: Sequence[Item], placed: Sequence[Placement]) -> list[Stage]:
    """Return the stages of a load: departure first, then after each stop but the last."""
    stops = sorted({items[p.item].stop for p in placed})
    legs: list[int | None] = [None, *stops[:-1]]
    return [_stage(vehicle, items, placed, stop) for stop in legs]


def _stage(
    vehicle: Bin, items: Sequence[Item], placed: Sequence[Placement], after: int | None
) -> Stage:
    aboard = [p for p in placed if after is None or items[p.item].stop > after]
    weight = sum(items[p.item].weight for p in aboard)
    moments = [0.0, 0.0, 0.0]
    for p in aboard:
        extent = items[p.item].turned(p.orientation)
        for k in range(3):
            moments[k] += items[p.item].weight * (p.pos[k] + extent[k] / 2)
    cog = {}
    if weight:
        cog = {axis: moments[k] / weight / vehicle.size[k] for k, axis in enumerate("xyz")}
    volume = sum(items[p.item].volume for p in aboard)
    return Stage(
        after_stop=after,
        items=len(aboard),
        weight=weight,
        utilisation=volume / prod(vehicle.size),
        axles=_axles(vehicle, weight, moments[0]),
        cog=cog,
    )


def _axles(vehicle: Bin, weight: int, moment: float) -> dict[str, float]:
    if not vehicle.axles:
        return {}
    first, second = sorted(vehicle.axles, key=lambda axle: axle.x)
    rear = (moment - weight * first.x) / (second.x - first.x)
    loads = {first.name: weight - rear + first.tare, second.name: rear + second.tare}
    if vehicle.tractor:
        t = vehicle.tractor
        share = t.kingpin_to_rear / t.wheelbase
        pin = loads[first.name]
        loads["tractor_front"] = t.front_tare + pin * share
        loads["tractor_rear"] = t.rear_tare + pin * (1 - share)
    return loads
