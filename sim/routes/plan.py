"""The day's route plan of one centre: full loads straight, the rest on routes of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from backhaul.engine import routing
from backhaul.engine.routing import Client, Depot, RoutingProblem
from backhaul.engine.stop import Stop
from backhaul.sim.transport.trips import Delivery, drive_legs
from backhaul.sim.world import ResolvedScenario, VehicleType

__all__ = ["Planned", "RoutePlanner", "cheapest_type", "largest_type"]

#: Whole cost rates: with this divisor cents per km and per hour are whole numbers (see RoutingProblem).
DIVISOR = 18_000


Choose = Callable[[Sequence[VehicleType], int, int], VehicleType]


@dataclass(slots=True, eq=False)
class Planned:
    """One trip of the plan: a type of vehicle, the deliveries in order, the departure."""

    kind: VehicleType
    deliveries: list[Delivery]
    depart_s: int

    @property
    def pallets(self) -> int:
        """Pallets on board."""
        return sum(d.pallets for d in self.deliveries)


def cheapest_type(kinds: Sequence[VehicleType], pallets: int, weight_g: int) -> VehicleType:
    """Return the type that costs least a kilometre among those that hold the load."""
    fits = [k for k in kinds if k.pallets >= pallets and k.payload_g >= weight_g]
    return min(fits or kinds, key=lambda k: (k.cost_cents_per_km, -k.pallets, k.name))


def largest_type(kinds: Sequence[VehicleType], _pallets: int, _weight_g: int) -> VehicleType:
    """Return the largest type, whatever the load."""
    return max(kinds, key=lambda k: (k.pallets, k.name))


class RoutePlanner:
    """Plans trips for one centre.

    Parameters
    ----------
    world : ResolvedScenario
    dc : int
    choose : callable
        The policy for the type of vehicle of a trip.
    iterations : int
        Work of the routing kernel for each plan.
    """

    def __init__(
        self, world: ResolvedScenario, dc: int, choose: Choose, *, iterations: int = 400
    ) -> None:
        self.world, self.dc, self.choose, self._iterations = world, dc, choose, iterations
        # Multi-temperature vehicles only: a delivery holds goods of every zone.
        self.kinds = [k for k in world.fleet.types if set(k.zones) >= {0, 1, 2}] or list(
            world.fleet.types
        )
        self._routes: list[list[int]] | None = None

    def drive_s(self, store: int, kind: VehicleType) -> int:
        """Return the time from the centre to a store with the breaks and rests it needs."""
        seconds = self.world.roads.time_s[self.dc, len(self.world.dcs) + store] / kind.speed_factor
        stretches, _ = drive_legs(round(seconds), 0, self.world.law.hours)
        return sum(drive + pause for drive, pause in stretches)

    def far(self, store: int) -> bool:
        """Whether a driver cannot get there and back between two rests: it gets trips of its own."""
        hours = self.world.law.hours
        there = self.world.roads.time_s[self.dc, len(self.world.dcs) + store]
        return bool(2 * there > hours.drive_s - 1_800)

    def plan_daily(self, deliveries: list[Delivery], ready_s: int, seed: int) -> list[Planned]:
        """Plan today's deliveries afresh with the routing kernel."""
        direct, rest = self._split(deliveries)
        trips = [self._straight(d, ready_s) for d in direct]
        if rest:
            trips += self._routed(rest, ready_s, seed)
        return sorted(trips, key=lambda t: (t.depart_s, t.deliveries[0].store))

    def plan_fixed(self, deliveries: list[Delivery], ready_s: int, seed: int) -> list[Planned]:
        """Drive the routes that were laid out on the first day, whatever the volumes are today."""
        direct, rest = self._split(deliveries)
        trips = [self._straight(d, ready_s) for d in direct]
        if self._routes is None:
            planned = self._routed(rest, ready_s, seed) if rest else []
            laid_out = [[d.store for d in trip.deliveries] for trip in planned]
            # A store that two trips served on that day stays on the first of them.
            seen: set[int] = set()
            self._routes = []
            for route in laid_out:
                self._routes.append([s for s in dict.fromkeys(route) if s not in seen])
                seen.update(route)
        known = {store for route in self._routes for store in route}
        self._routes += [
            [store] for store in dict.fromkeys(d.store for d in rest) if store not in known
        ]
        largest = largest_type(self.kinds, 0, 0)
        for route in self._routes:
            load: list[Delivery] = []
            for delivery in (d for store in route for d in rest if d.store == store):
                if load and (
                    sum(d.pallets for d in load) + delivery.pallets > largest.pallets
                    or sum(d.weight_g for d in load) + delivery.weight_g > largest.payload_g
                ):
                    trips.append(self._loaded(load, ready_s))
                    load = []
                load.append(delivery)
            if load:
                trips.append(self._loaded(load, ready_s))
        return sorted(trips, key=lambda t: (t.depart_s, t.deliveries[0].store))

    def _split(self, deliveries: list[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
        """Return what goes straight (far stores, full loads) and what goes on routes."""
        full = max(k.pallets for k in self.kinds)
        direct: list[Delivery] = []
        rest: list[Delivery] = []
        for delivery in deliveries:
            alone = self.far(delivery.store) or delivery.pallets >= 0.95 * full
            (direct if alone else rest).append(delivery)
        return direct, rest

    def _straight(self, delivery: Delivery, ready_s: int) -> Planned:
        kind = self.choose(self.kinds, delivery.pallets, delivery.weight_g)
        return self._trip(kind, [delivery], ready_s)

    def _loaded(self, load: list[Delivery], ready_s: int) -> Planned:
        pallets = sum(d.pallets for d in load)
        kind = self.choose(self.kinds, pallets, sum(d.weight_g for d in load))
        return self._trip(kind, load, ready_s)

    def _trip(self, kind: VehicleType, load: list[Delivery], ready_s: int) -> Planned:
        """Leave so as to be at the first store when its window opens, and not before the goods."""
        first = load[0]
        depart = max(ready_s, first.due_from_s - self.drive_s(first.store, kind))
        return Planned(kind, list(load), depart)

    def _routed(self, rest: list[Delivery], ready_s: int, seed: int) -> list[Planned]:
        problem, kind_of = self.problem(rest, ready_s)
        solution = routing.solve(problem, stop=Stop(iterations=self._iterations), seed=seed)
        trips: list[Planned] = []
        served: set[int] = set()
        for route in solution.routes:
            if not route.stops:
                continue
            kind = self.kinds[kind_of[route.vehicle_type]]
            load = [rest[stop - 1] for stop in route.stops]
            served.update(stop - 1 for stop in route.stops)
            depart = ready_s + int(route.visits[0].departure)
            trips.append(Planned(kind, load, depart))
        # What no route could take in its window goes alone, late if need be.
        for index, delivery in enumerate(rest):
            if index not in served:
                trips.append(self._straight(delivery, ready_s))
        return trips

    def problem(self, rest: list[Delivery], ready_s: int) -> tuple[RoutingProblem, list[int]]:
        """Return today's routing problem, and which of `kinds` each of its vehicle types is.

        Time 0 is when the goods are ready; hired vehicles are types of their own.
        """
        world, fleet = self.world, self.world.fleet
        places = [self.dc, *(len(world.dcs) + d.store for d in rest)]
        index = np.ix_(places, places)
        clients = [
            Client(
                delivery=(d.pallets, d.weight_g // 1000 + 1),
                service=fleet.dwell_s + d.pallets * fleet.unload_s_per_pallet,
                window=(max(0, d.due_from_s - ready_s), max(0, d.due_to_s - ready_s)),
                name=f"{world.stores.name[d.store]}, delivery {i}",
            )
            for i, d in enumerate(rest)
        ]
        types, kind_of = [], []
        for hired in (False, True):
            for position, kind in enumerate(self.kinds):
                own = int(fleet.count[self.dc, list(fleet.types).index(kind)])
                if not hired and own == 0:
                    continue
                fixed = fleet.hire_cents_per_day if hired else kind.fixed_cents_per_day
                kind_of.append(position)
                types.append(
                    routing.VehicleType(
                        count=None if hired else own,
                        capacity=(kind.pallets, kind.payload_g // 1000),
                        fixed_cost=fixed * DIVISOR,
                        distance_cost=round(kind.cost_cents_per_km * 18),
                        duration_cost=kind.cost_cents_per_h * 5,
                        max_duration=world.law.hours.window_s - 1_800,
                        name=f"{'hired ' if hired else ''}{kind.name} {position}",
                    )
                )
        problem = RoutingProblem(
            depots=[Depot(name=world.dcs.name[self.dc])],
            clients=clients,
            vehicle_types=types,
            distance=world.roads.distance_m[index],
            duration=world.roads.time_s[index],
            cost_divisor=DIVISOR,
        )
        return problem, kind_of
