"""A new plan for a trip that broke down: the order of its remaining stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from backhaul.engine import routing
from backhaul.engine.routing import Client, Depot, RoutingProblem
from backhaul.engine.stop import Stop
from backhaul.sim.transport.trips import Delivery
from backhaul.sim.world import ResolvedScenario

__all__ = ["keep", "lateness_s", "reoptimise"]

#: A late second costs as much as so many metres.
LATE_METRES = 20


def keep(
    _world: ResolvedScenario, _place: int, _now_s: int, remaining: Sequence[Delivery]
) -> list[Delivery]:
    """Go on as planned once the vehicle runs again."""
    return list(remaining)


def lateness_s(
    world: ResolvedScenario, place: int, now_s: int, order: Sequence[Delivery]
) -> tuple[int, int]:
    """Return the seconds of lateness over the stops in this order, and the metres driven."""
    clock, late, metres, here = now_s, 0, 0, place
    fleet = world.fleet
    for delivery in order:
        there = len(world.dcs) + delivery.store
        clock += int(world.roads.time_s[here, there])
        metres += int(world.roads.distance_m[here, there])
        clock = max(clock, delivery.due_from_s)
        late += max(0, clock - delivery.due_to_s)
        clock += fleet.dwell_s + delivery.pallets * fleet.unload_s_per_pallet
        here = there
    return late, metres


def reoptimise(
    world: ResolvedScenario, place: int, now_s: int, remaining: Sequence[Delivery]
) -> list[Delivery]:
    """Order the remaining stops anew with the routing kernel; keep the old order if it is as good.

    The new plan is never worse than the old one under the same breakdown: both are priced alike.
    """
    if len(remaining) < 2:
        return list(remaining)
    places = [place, *(len(world.dcs) + d.store for d in remaining)]
    index = np.ix_(places, places)
    fleet = world.fleet
    horizon = now_s + 10**7
    clients = [
        Client(
            service=fleet.dwell_s + d.pallets * fleet.unload_s_per_pallet,
            window=(max(0, d.due_from_s - now_s), max(0, d.due_to_s - now_s)),
            prize=LATE_METRES * 86_400,
        )
        for d in remaining
    ]
    problem = RoutingProblem(
        depots=[Depot(window=(0, horizon))],
        clients=clients,
        vehicle_types=[routing.VehicleType(count=1, capacity=0, end_depot="open")],
        distance=world.roads.distance_m[index],
        duration=world.roads.time_s[index],
    )
    solution = routing.solve(problem, stop=Stop(iterations=200))
    first = [stop - 1 for route in solution.routes for stop in route.stops]
    rest = [i for i in range(len(remaining)) if i not in first]
    candidate = [remaining[i] for i in (*first, *rest)]
    price: Callable[[Sequence[Delivery]], int] = lambda order: (
        LATE_METRES * lateness_s(world, place, now_s, order)[0]
        + lateness_s(world, place, now_s, order)[1]
    )
    return candidate if price(candidate) < price(remaining) else list(remaining)
