"""What trips share: the clock, doors, roads, vehicles, and whom they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from backhaul.sim.legal import Register
from backhaul.sim.transport.fleet import Garage
from backhaul.sim.world import HoursOfService, ResolvedScenario, VehicleType

if TYPE_CHECKING:
    from backhaul.sim.transport.trips import Delivery, TripRun

__all__ = ["Yard"]


class Yard:
    """The surroundings of trips.

    Parameters
    ----------
    world : ResolvedScenario
    env, doors, store_doors
        The clock; dock doors by centre (priority resources) and by store (resources).
    garage, legal
        Departments that a trip deals with.
    on_delivered : callable
        Called with (run, delivery, on_time) when a store has unloaded.
    on_finished : callable
        Called with (run, breaches of drivers' hours) when a vehicle is home.
    on_broken : callable
        Called with (run); returns the seconds that the vehicle stands.
    on_replan : callable
        Called with (run, place, remaining deliveries); returns them in the new order.
    """

    def __init__(
        self,
        world: ResolvedScenario,
        env: Any,  # noqa: ANN401 - either engine's environment
        doors: Sequence[Any],
        store_doors: Sequence[Any],
        garage: Garage,
        legal: Register,
        *,
        on_delivered: Callable[[TripRun, Delivery, bool], None],
        on_finished: Callable[[TripRun, list[str]], None],
        on_broken: Callable[[TripRun], int],
        on_replan: Callable[[TripRun, int, list[Delivery]], list[Delivery]],
    ) -> None:
        self.world, self.env = world, env
        self.doors, self.store_doors = doors, store_doors
        self.garage, self.legal = garage, legal
        self.delivered, self.finished = on_delivered, on_finished
        self.broken_down, self.replan = on_broken, on_replan

    @property
    def hours(self) -> HoursOfService:
        """The rules for drivers' hours."""
        return self.world.law.hours

    def place(self, store: int) -> int:
        """Return a store's position in the road tables (centres come first)."""
        return len(self.world.dcs) + store

    def leg(self, here: int, there: int, kind: VehicleType, _now_s: int) -> tuple[int, int]:
        """Return metres and seconds from place to place."""
        roads = self.world.roads
        seconds = float(roads.time_s[here, there]) / kind.speed_factor
        return int(roads.distance_m[here, there]), round(seconds)

    def distance(self, dc: int, *stores: int) -> int:
        """Return the length of the round trip from a centre over stores, in metres."""
        path = [dc, *(self.place(store) for store in stores), dc]
        table = self.world.roads.distance_m
        return int(sum(table[a, b] for a, b in pairwise(path)))
