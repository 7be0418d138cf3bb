"""When a vehicle is where, and with what load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backhaul.engine.routing.model import RoutingProblem, VehicleType

__all__ = ["Route", "TimeOff", "Visit", "timetable"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A vehicle at one location.

    Parameters
    ----------
    location : int
        Where.
    arrival, start, departure : int
        Arrival, start of service, departure.
    load : tuple of int
        On board when leaving.
    slack : int
        How much later it could start here without making anything late.
    """

    location: int
    arrival: int
    start: int
    departure: int
    load: tuple[int, ...]
    slack: int | None

    @property
    def waiting(self) -> int:
        """Time between arrival and start of service."""
        return self.start - self.arrival


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A break or rest on the way, or during a wait.

    Parameters
    ----------
    start, end : int
        From, to.
    number : int, optional
        Which of `VehicleType.breaks` it is; None: what `VehicleType.driver_rules` ask for.
    """

    start: int
    end: int
    number: int | None


@dataclass(frozen=True, slots=True)
class Route:
    """One vehicle's day.

    Parameters
    ----------
    vehicle_type : int
        Which type.
    vehicle : int
        Which vehicle of all, counted from 1 over the types (or as numbered in the file).
    stops : tuple of int
        Locations between start and end; a depot among them is a reload.
    visits : tuple of Visit
        Start, stops and end, with times. The vehicle leaves as late as it can without returning
        later.
    distance, duration : int
        Length, and time from leaving to returning.
    cost : int
        In the problem's integer unit (not divided by `cost_divisor`).
    costs : dict
        The cost by kind: fixed, distance, duration, overtime; where such rules hold also
        soft windows, load, change.
    started : int, optional
        Number of the started vehicle that this is.
    time_off : tuple of TimeOff
        Breaks and rests.
    """

    vehicle_type: int
    vehicle: int
    stops: tuple[int, ...]
    visits: tuple[Visit, ...]
    distance: int
    duration: int
    cost: int
    costs: dict[str, int]
    started: int | None = None
    time_off: tuple[TimeOff, ...] = ()

    @property
    def times(self) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
        """Times of the visits, and times off, as the checker takes them."""
        visits = [(v.arrival, v.start, v.departure) for v in self.visits]
        return visits, [(t.start, t.end) for t in self.time_off]


FAR = 1 << 62


def timetable(
    problem: RoutingProblem,
    vehicle_type: int,
    vehicle: int,
    stops: Sequence[int],
    started: int | None = None,
) -> Route:
    """Return the route of a vehicle of a type along `stops`, with times, loads and cost."""
    kind = problem.vehicle_types[vehicle_type]
    home, end = problem.ends(vehicle_type)
    path = [home, *stops] + ([] if end is None else [end])
    lengths, times = problem.legs(path) if len(path) > 1 else ([], [])
    depots = len(problem.depots)
    if problem.ruled:
        return _scheduled(problem, vehicle_type, vehicle, path, tuple(stops), sum(lengths), started)

    def window(i: int) -> tuple[int, int]:
        place = path[i]
        early, late = (
            problem.depots[place].window if place < depots else problem.client(place).window
        )
        late = FAR if late is None else late
        if i == 0:
            early = max(early, kind.shift[0])
        if i in (0, len(path) - 1) and kind.shift[1] is not None and place < depots:
            late = min(late, kind.shift[1])
        return early, late

    windows = [window(i) for i in range(len(path))]
    service = [0 if p < depots else problem.client(p).service for p in path]
    release = 0
    ready = [early for early, _ in windows]
    for i in range(len(path) - 1, -1, -1):
        if path[i] >= depots:
            release = max(release, problem.client(path[i]).release)
        else:
            ready[i] = max(ready[i], release) if i < len(path) - 1 else ready[i]
            release = 0
    latest = [late for _, late in windows]
    if end is None and kind.shift[1] is not None and len(path) > 1:
        latest[-1] = min(latest[-1], kind.shift[1] - service[-1])
    for i in range(len(path) - 2, -1, -1):
        latest[i] = min(latest[i], latest[i + 1] - times[i] - service[i])
    clock = ready[0]
    for i in range(1, len(path)):
        clock = max(clock + service[i - 1] + times[i - 1], ready[i])
    busy = sum(times) + sum(service)
    clock += service[-1]
    leave = max(ready[0], min(latest[0], clock - busy))

    loads = _loads(problem, path)
    visits = [Visit(home, leave, leave, leave, loads[0], _slack(latest[0], leave))]
    clock = leave
    for i in range(1, len(path)):
        arrival = clock + times[i - 1]
        start = max(arrival, ready[i])
        clock = start + service[i]
        visits.append(Visit(path[i], arrival, start, clock, loads[i], _slack(latest[i], start)))
    distance, duration = sum(lengths), clock - leave
    costs = _costs(kind, distance, duration)
    return Route(
        vehicle_type=vehicle_type,
        vehicle=vehicle,
        stops=tuple(stops),
        visits=tuple(visits),
        distance=distance,
        duration=duration,
        cost=sum(costs.values()),
        costs=costs,
        started=started,
    )


def _costs(kind: VehicleType, distance: int, duration: int) -> dict[str, int]:
    overtime = 0 if kind.overtime_after is None else max(0, duration - kind.overtime_after)
    return {
        "fixed": kind.fixed_cost,
        "distance": kind.distance_cost * distance,
        "duration": kind.duration_cost * duration,
        "overtime": kind.overtime_cost * overtime,
    }


def _scheduled(
    problem: RoutingProblem,
    vehicle_type: int,
    vehicle: int,
    path: Sequence[int],
    stops: tuple[int, ...],
    distance: int,
    started: int | None,
) -> Route:
    """Return the route with the kernel's schedule, where rules make the times a choice."""
    kind, depots = problem.vehicle_types[vehicle_type], len(problem.depots)
    found, rests, prices, _ = problem.compiled.schedule(vehicle_type, started, stops)
    rows = [(arrival, start, departure) for arrival, start, departure in found]
    loads = _loads(problem, path)
    slack = FAR
    slacks: list[int] = []
    for i in range(len(path) - 1, -1, -1):
        arrival, start, _ = rows[i]
        close = FAR
        if path[i] < depots:
            ends = [problem.depots[path[i]].window[1]]
            ends += [kind.shift[1]] if i in (0, len(path) - 1) else []
            close = min((e for e in ends if e is not None), default=FAR)
        else:
            client = problem.client(path[i])
            for early, late in client.windows or (client.window,):
                if early <= start and (late is None or start <= late):
                    close = FAR if late is None else late
        slack = max(0, min(slack, close - start))
        slacks.append(slack)
        slack += start - arrival
    visits = tuple(
        Visit(place, times[0], times[1], times[2], load, None if slack > FAR // 2 else slack)
        for place, times, load, slack in zip(path, rows, loads, slacks[::-1], strict=True)
    )
    duration = rows[-1][2] - rows[0][2]
    named = zip(("soft windows", "load", "change"), prices, strict=True)
    costs = _costs(kind, distance, duration) | dict(named)
    return Route(
        vehicle_type=vehicle_type,
        vehicle=vehicle,
        stops=stops,
        visits=visits,
        distance=distance,
        duration=duration,
        cost=sum(costs.values()),
        costs=costs,
        started=started,
        time_off=tuple(TimeOff(start, end, number) for _, start, end, number in rests),
    )


def _slack(latest: int, start: int) -> int | None:
    return None if latest > FAR // 2 else latest - start


def _loads(problem: RoutingProblem, path: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the load when leaving each location of a path."""
    depots, dims = len(problem.depots), problem.dimensions
    if (
        dims == 1
        and not problem.pairs
        and all(p < depots or problem.client(p).pickup == 0 for p in path)
    ):
        # The common case, without tuples of tuples.
        on_board = 0
        loads: list[tuple[int, ...]] = []
        for p in reversed(path):
            loads.append((on_board,))
            on_board = 0 if p < depots else on_board + problem.load(problem.client(p).delivery)[0]
        return loads[::-1]
    paired = {c for pair in problem.pairs for c in pair}
    to_deliver = [[0] * dims for _ in path]
    left = [0] * dims
    for i in range(len(path) - 1, -1, -1):
        to_deliver[i] = list(left)
        if path[i] < depots:
            left = [0] * dims
        elif path[i] not in paired:
            goods = problem.load(problem.client(path[i]).delivery)
            left = [a + b for a, b in zip(left, goods, strict=True)]
    taken, result = [0] * dims, []
    for i, p in enumerate(path):
        if p < depots:
            taken = [0] * dims
        else:
            client = problem.client(p)
            goods = problem.load(client.pickup)
            taken = [a + b for a, b in zip(taken, goods, strict=True)]
            if p in paired:
                goods = problem.load(client.delivery)
                taken = [a - b for a, b in zip(taken, goods, strict=True)]
        result.append(tuple(a + b for a, b in zip(to_deliver[i], taken, strict=True)))
    return result
