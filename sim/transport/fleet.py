"""Vehicles: where each is, how far it has gone, when it is due for service."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from backhaul.engine.random import uniforms
from backhaul.sim.spine import DAY_S, Gate
from backhaul.sim.world import Fleet, VehicleType

__all__ = ["Garage", "Vehicle", "due_on_limit", "due_on_quiet_day"]


@dataclass(slots=True, eq=False)
class Vehicle:
    """One vehicle.

    Parameters
    ----------
    number : int
        Unique in the chain.
    kind : VehicleType
    dc : int
        Where it is stationed.
    hired : bool
        Taken for a day, with driver; serviced by its owner.
    """

    number: int
    kind: VehicleType
    dc: int
    hired: bool = False
    odometer_m: int = 0
    serviced_m: int = 0
    serviced_s: int = 0
    free_s: int = 0
    services: int = 0
    breakdowns: int = 0

    @property
    def name(self) -> str:
        """Name for the logs."""
        return f"{'hired ' if self.hired else ''}{self.kind.name} {self.number}"

    def used_share(self, now_s: int) -> float:
        """Return how much of the service interval is used, by distance or time."""
        by_distance = (self.odometer_m - self.serviced_m) / max(self.kind.service_every_m, 1)
        by_time = (now_s - self.serviced_s) / max(self.kind.service_every_d * DAY_S, 1)
        return max(by_distance, by_time)


def due_on_limit(used_share: float, _weekday: int, _busy_share: float) -> bool:
    """Service when the interval is nearly used up, whatever the day."""
    return used_share >= 0.97


def due_on_quiet_day(used_share: float, weekday: int, busy_share: float) -> bool:
    """Service early on a quiet day, and at the latest when the interval is nearly used up.

    Parameters
    ----------
    used_share : float
        Of the service interval.
    weekday : int
        0 is Monday.
    busy_share : float
        Share of the vehicles of its type that the day needs.
    """
    if used_share >= 0.97:
        return True
    return used_share >= 0.85 and busy_share < 0.8 and weekday < 5


class Garage:
    """The vehicles of the chain.

    Parameters
    ----------
    fleet : Fleet
    dcs : int
    gate : Gate
        Must know ``maintenance``.
    seed : int
    """

    def __init__(self, fleet: Fleet, dcs: int, gate: Gate, seed: int) -> None:
        self.fleet, self._gate, self._seed = fleet, gate, seed
        self.vehicles: list[Vehicle] = []
        for dc in range(dcs):
            for index, kind in enumerate(fleet.types):
                for _ in range(int(fleet.count[dc, index])):
                    vehicle = Vehicle(len(self.vehicles), kind, dc)
                    # A fleet is not new on the first day: intervals start anywhere.
                    share = float(uniforms(seed, "vehicle age", vehicle.number)[0])
                    vehicle.odometer_m = round(share * kind.service_every_m * 0.8)
                    vehicle.serviced_s = -round(share * kind.service_every_d * DAY_S * 0.8)
                    self.vehicles.append(vehicle)
        self._owned = len(self.vehicles)
        self._hired = 0

    @property
    def owned(self) -> list[Vehicle]:
        """The chain's own vehicles."""
        return self.vehicles[: self._owned]

    def free(self, dc: int, kind: VehicleType, at_s: int) -> Iterable[Vehicle]:
        """Return own vehicles of a type that are at the centre from `at_s` on, least used first."""
        ready = (
            v for v in self.owned if v.dc == dc and v.kind.name == kind.name and v.free_s <= at_s
        )
        return sorted(ready, key=lambda v: (v.odometer_m - v.serviced_m, v.number))

    def take(self, dc: int, kind: VehicleType, from_s: int, until_s: int) -> Vehicle:
        """Book a vehicle for a trip; hire one when none of that type is free."""
        for vehicle in self.free(dc, kind, from_s):
            vehicle.free_s = until_s
            return vehicle
        self._hired += 1
        return Vehicle(self._owned + self._hired, kind, dc, hired=True, free_s=until_s)

    def maintain(self, now_s: int, weekday: int, busy_share: float) -> list[tuple[Vehicle, int]]:
        """Decide which vehicles are serviced now; return each with the cost in cents."""
        done = []
        for vehicle in self.owned:
            used = vehicle.used_share(now_s)
            if vehicle.free_s > now_s or used < 0.8:
                continue
            service = self._gate.decide(
                "maintenance",
                used,
                weekday,
                busy_share,
                entity=vehicle.name,
                value_cents=vehicle.kind.service_cents,
                describe=lambda yes: "service" if yes else "wait",
            )
            if service:
                vehicle.free_s = now_s + vehicle.kind.service_s
                vehicle.serviced_m, vehicle.serviced_s = vehicle.odometer_m, now_s
                vehicle.services += 1
                done.append((vehicle, vehicle.kind.service_cents))
        return done

    def failure_after_m(self, vehicle: Vehicle, trip_number: int, distance_m: int) -> int | None:
        """Return how far into a trip the vehicle breaks down, or None.

        A vehicle past its service limit fails twice as often. The draw is named by vehicle and trip.
        """
        hazard = vehicle.kind.failure_per_million_km / 1e9
        if vehicle.odometer_m - vehicle.serviced_m > vehicle.kind.service_every_m:
            hazard *= 2
        if hazard <= 0:
            return None
        draw = float(uniforms(self._seed, "breakdown", vehicle.number, trip_number)[0])
        # Inversion of the exponential: coupled between strategies.
        after = -math.log(1 - draw) / hazard
        return round(after) if after < distance_m else None
