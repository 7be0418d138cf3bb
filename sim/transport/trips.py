"""A trip on the clock: door, loading, papers, driving with rests, unloading, coming home."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backhaul.sim.legal import TransportPaper, hours_breaches
from backhaul.sim.transport.fleet import Vehicle
from backhaul.sim.world import HoursOfService, VehicleType

if TYPE_CHECKING:
    from backhaul.sim.transport.yard import Yard

__all__ = ["Delivery", "Trip", "TripRecord", "drive_legs"]

Ints = npt.NDArray[np.int64]


@dataclass(slots=True, eq=False)
class Delivery:
    """What one store gets from one trip.

    Parameters
    ----------
    store : int
    products, units, life_d : array of int
        Lines: product, units, days left (0 = does not perish).
    cases, pallets, weight_g : int
        Totals.
    due_from_s, due_to_s : int
        The store's delivery window on the run's clock.
    """

    store: int
    products: Ints
    units: Ints
    life_d: Ints
    cases: int
    pallets: int
    weight_g: int
    due_from_s: int
    due_to_s: int


@dataclass(slots=True, eq=False)
class Trip:
    """A planned trip: one vehicle, its deliveries in the order of the stops."""

    number: int
    dc: int
    kind: VehicleType
    depart_s: int
    deliveries: list[Delivery]
    load_s: int = 0
    unload_factor: float = 1.0

    @property
    def pallets(self) -> int:
        """Pallets on board at departure."""
        return sum(delivery.pallets for delivery in self.deliveries)


@dataclass(slots=True)
class TripRecord:
    """What became of a trip."""

    number: int
    dc: int
    vehicle: str
    hired: bool
    kind: str
    stores: tuple[int, ...]
    depart_s: int
    return_s: int = 0
    distance_m: int = 0
    driving_s: int = 0
    duty_s: int = 0
    rests: int = 0
    pallets: int = 0
    places: int = 0
    cases: int = 0
    on_time: int = 0
    waited_door_s: int = 0
    breakdowns: int = 0
    replanned: bool = False
    arrivals_s: list[int] = field(default_factory=list)


def drive_legs(
    drive_s: int, driven_s: int, rules: HoursOfService
) -> tuple[list[tuple[int, int]], int]:
    """Split a drive into stretches with the breaks and rests that the law asks for.

    Parameters
    ----------
    drive_s : int
        Seconds at the wheel.
    driven_s : int
        Driving since the last long rest.
    rules : HoursOfService

    Returns
    -------
    stretches : list of (int, int)
        Seconds of driving, and the pause after it.
    driven_s : int
        Driving since the last long rest, at the end.

    Examples
    --------
    >>> from backhaul.sim.legal import US_PROPERTY
    >>> drive_legs(12 * 3600, 0, US_PROPERTY)
    ([(28800, 1800), (10800, 36000), (3600, 0)], 3600)
    """
    stretches = []
    while drive_s > 0:
        to_rest = rules.drive_s - driven_s
        to_break = rules.break_after_s - driven_s if driven_s < rules.break_after_s else to_rest
        step = min(drive_s, max(1, min(to_rest, to_break)))
        drive_s -= step
        driven_s += step
        pause = 0
        if driven_s >= rules.drive_s and drive_s > 0:
            pause, driven_s = rules.rest_s, 0
        elif driven_s == rules.break_after_s and drive_s > 0:
            pause = rules.break_s
        stretches.append((step, pause))
    return stretches, driven_s


class TripRun:
    """Runs one trip as a process of the clock.

    Parameters
    ----------
    yard : Yard
        Doors, roads, vehicles, and whom to tell.
    trip : Trip
    vehicle : Vehicle
    """

    def __init__(self, yard: Yard, trip: Trip, vehicle: Vehicle) -> None:
        self._yard, self.trip, self.vehicle = yard, trip, vehicle
        self.record = TripRecord(
            trip.number,
            trip.dc,
            vehicle.name,
            vehicle.hired,
            trip.kind.name,
            tuple(d.store for d in trip.deliveries),
            trip.depart_s,
            pallets=trip.pallets,
            places=trip.kind.pallets,
            cases=sum(d.cases for d in trip.deliveries),
        )
        self._driven = 0
        self._drives: list[int] = []
        self._stops: list[int] = []
        self._failure_m: int | None = None

    def process(self) -> Generator[Any, Any, None]:
        """Load, drive, deliver, return: the generator that the clock runs."""
        yard, trip, env = self._yard, self.trip, self._yard.env
        yield env.timeout(max(0, trip.depart_s - trip.load_s - env.now))
        asked = env.now
        with yard.doors[trip.dc].request(priority=trip.depart_s) as door:
            yield door
            self.record.waited_door_s = int(env.now - asked)
            yield env.timeout(trip.load_s)
        paper = TransportPaper(
            f"trip {trip.number}", self.vehicle.name, len(trip.deliveries), trip.pallets, True
        )
        if not yard.legal.release(paper):
            yard.legal.breach(f"trip {trip.number} left without papers", None)
        on_duty = self.record.depart_s = int(env.now)
        here = trip.dc
        planned = yard.distance(here, *(d.store for d in trip.deliveries))
        self._failure_m = yard.garage.failure_after_m(self.vehicle, trip.number, planned)
        remaining = list(trip.deliveries)
        while remaining:
            delivery = remaining.pop(0)
            broke = yield from self._drive(here, yard.place(delivery.store))
            if broke:
                remaining = yard.replan(self, here, [delivery, *remaining])
                delivery = remaining.pop(0)
            here = yard.place(delivery.store)
            yield from self._deliver(delivery)
        yield from self._drive(here, trip.dc)
        self.record.return_s = int(env.now)
        self.record.duty_s = int(env.now) - on_duty - self.record.rests * yard.hours.rest_s
        breaches = [] if self.record.rests else hours_breaches(
            yard.hours, self._drives, self._stops
        )  # fmt: skip
        yard.finished(self, breaches)

    def _drive(self, here: int, there: int) -> Generator[Any, Any, bool]:
        """Drive one leg with the rests it needs; return whether the vehicle broke down on it."""
        yard, record = self._yard, self.record
        metres, seconds = yard.leg(here, there, self.trip.kind, int(yard.env.now))
        broke = False
        if self._failure_m is not None and record.distance_m + metres >= self._failure_m:
            self._failure_m, broke = None, True
            record.breakdowns += 1
            self.vehicle.breakdowns += 1
            yield yard.env.timeout(yard.broken_down(self))
        stretches, self._driven = drive_legs(seconds, self._driven, yard.hours)
        for driving, pause in stretches:
            yield yard.env.timeout(driving)
            self._drives.append(driving)
            if pause:
                record.rests += pause >= yard.hours.rest_s
                self._stops.append(pause)
                yield yard.env.timeout(pause)
        record.distance_m += metres
        record.driving_s += seconds
        self.vehicle.odometer_m += metres
        return broke

    def _deliver(self, delivery: Delivery) -> Generator[Any, Any, None]:
        """Wait for the window and a door, unload, hand over."""
        yard, env = self._yard, self._yard.env
        arrived = int(env.now)
        self.record.arrivals_s.append(arrived)
        yield env.timeout(max(0, delivery.due_from_s - arrived))
        with yard.store_doors[delivery.store].request() as door:
            yield door
            fleet = yard.garage.fleet
            unload = fleet.dwell_s + round(
                delivery.pallets * fleet.unload_s_per_pallet * self.trip.unload_factor
            )
            on_time = env.now <= delivery.due_to_s
            yield env.timeout(unload)
        self._stops.append(int(env.now) - arrived)
        if int(env.now) - arrived >= yard.hours.rest_s:
            self._driven = 0
        self.record.on_time += on_time
        yard.delivered(self, delivery, on_time)


Finished = Callable[[TripRun, list[str]], None]
