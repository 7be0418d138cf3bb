"""What goes on board first, and which trip gets a door first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backhaul.engine.loading import Pallet, load_order
from backhaul.engine.packing import Bin
from backhaul.engine.stop import Stop
from backhaul.sim.world import VehicleType

__all__ = ["LoadCheck", "door_by_departure", "door_first_come", "last_in_first_out"]

#: Base of a pallet (48 x 40 in) and its loaded height.
PALLET_MM = (1_016, 1_219, 1_500)


@dataclass(frozen=True, slots=True)
class LoadCheck:
    """What loading control found.

    Parameters
    ----------
    placed, wanted : int
        Pallets with a place on the floor, and pallets of the trip.
    blocked : int
        Pallets without a place that can leave at its stop: they must be moved by hand there.
    """

    placed: int
    wanted: int

    @property
    def blocked(self) -> int:
        """Pallets that stand in the way of an earlier stop."""
        return self.wanted - self.placed


def last_in_first_out(
    kind: VehicleType, pallets: Sequence[int], weights_g: Sequence[int], seed: int
) -> LoadCheck:
    """Place the pallets of each stop so that every stop can be unloaded without moving another's.

    Parameters
    ----------
    kind : VehicleType
    pallets : sequence of int
        Pallets by stop, in the order of the stops.
    weights_g : sequence of int
        Weight of each stop's goods.
    seed : int
    """
    hold = Bin(
        id=kind.name,
        size=(kind.inner_length_mm, kind.inner_width_mm, kind.inner_height_mm),
        max_weight=kind.payload_g // 1000,
    )
    cargo = [
        Pallet(f"{stop}.{k}", stop, weights_g[stop] // 1000 // max(count, 1), PALLET_MM)
        for stop, count in enumerate(pallets)
        for k in range(count)
    ]
    plan = load_order(cargo, vehicle=hold, stop=Stop(iterations=50), seed=seed)
    return LoadCheck(len(plan.placements), len(cargo))


def door_by_departure(depart_s: int, _asked_s: int) -> int:
    """Give the next free door to the trip that must leave first."""
    return depart_s


def door_first_come(_depart_s: int, asked_s: int) -> int:
    """Give the next free door to whoever asked first."""
    return asked_s
