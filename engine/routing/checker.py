"""Independent checker of routing answers: shares no code with the solver.

It reads the problem's own fields, walks every route stop by stop, and recomputes the cost.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from backhaul.engine.routing.checker_rules import (
    Times,
    balance_price,
    check_orders,
    check_schedule,
    load_price,
)
from backhaul.engine.routing.model import RoutingProblem
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["check", "check_route"]

Plan = Sequence[tuple[int, int | None, Sequence[int]]]


@dataclass
class _Audit:
    """The problem, the plan and what was found."""

    problem: RoutingProblem
    violations: list[Violation] = field(default_factory=list)
    cost: int = 0
    distance: int = 0
    visits: dict[int, tuple[int, int]] = field(default_factory=dict)
    measures: list[int] = field(default_factory=list)

    def add(self, code: str, text: str, **where: int) -> None:
        self.violations.append(Violation(code, text, where))

    def leg(self, a: int, b: int) -> tuple[int, int]:
        """Distance and time, from the fields of the problem."""
        p = self.problem
        if p.distance is not None:
            length = int(p.distance[a, b])
            return length, length if p.duration is None else int(p.duration[a, b])
        depots = len(p.depots)
        one = p.depots[a] if a < depots else p.clients[a - depots]
        two = p.depots[b] if b < depots else p.clients[b - depots]
        dx, dy = float(one.x) - float(two.x), float(one.y) - float(two.y)
        exact = p.metric.scale * math.sqrt(dx * dx + dy * dy)
        if p.metric.rounding == "nearest":
            whole = math.floor(exact + 0.5)
        elif p.metric.rounding == "truncate":
            whole = math.trunc(exact)
        else:
            whole = math.ceil(exact - 1e-7)
        return whole, whole


def check(
    problem: RoutingProblem,
    plan: Plan,
    *,
    claimed_cost: float | None = None,
    schedules: Sequence[Times] | None = None,
) -> CheckReport:
    """List every rule that `plan` breaks.

    Parameters
    ----------
    problem : RoutingProblem
        The instance.
    plan : sequence of (vehicle type, started or None, stops)
        Routes.
    claimed_cost : float, optional
        Compared with the recomputed cost.
    schedules : sequence of (visits, times off), optional
        The times of every route; needed where `problem.ruled`: (arrival, start, departure) at every
        place from start to end, and (from, to) of every break and rest.

    Returns
    -------
    CheckReport
        Codes: ``unknown_location, duplicate_client, missing_client, group, fleet_size,
        vehicle_type, skills, reload, capacity, time_window, release, shift, duration, max_distance,
        max_stops, backhaul_order, backhaul_only, pair_split, pair_order, started, locked, sequence,
        lifo, break, driver_rules, ride_time, travel_time, schedule, cost_mismatch``.

    Examples
    --------
    >>> from backhaul.engine.routing import Client, Depot, RoutingProblem, VehicleType
    >>> problem = RoutingProblem([Depot()], [Client(3, 4, delivery=2)], [VehicleType(capacity=1)])
    >>> check(problem, [(0, None, [1])]).codes()
    ['capacity']
    """
    audit = _Audit(problem)
    used: Counter[int] = Counter()
    depots = len(problem.depots)
    for r, (kind, started, stops) in enumerate(plan):
        if not 0 <= kind < len(problem.vehicle_types):
            audit.add("vehicle_type", f"route {r}: there is no type {kind}", route=r)
            continue
        bad = [c for c in stops if not 0 <= c < problem.locations]
        for c in bad:
            audit.add("unknown_location", f"route {r} visits {c}", route=r, location=c)
        stops = [c for c in stops if c not in bad]
        for i, c in enumerate(stops):
            if c < depots:
                continue
            if c in audit.visits:
                text = f"location {c} is in route {audit.visits[c][0]} and in route {r}"
                audit.add("duplicate_client", text, route=r, location=c)
            audit.visits.setdefault(c, (r, i))
        if stops or started is not None:
            used[kind] += 1
            times = None if schedules is None else schedules[r]
            _check_route(audit, r, kind, stops, started, times)
    for kind, count in used.items():
        limit = problem.vehicle_types[kind].count
        if limit is not None and count > limit:
            audit.add("fleet_size", f"{count} vehicles of type {kind}, there are {limit}")
    _check_clients(audit)
    _check_sequences(audit)
    _check_pairs(audit)
    _check_started(audit, plan)
    audit.cost += balance_price(problem, audit.measures)
    cost = audit.cost / problem.cost_divisor
    if claimed_cost is not None and abs(claimed_cost - cost) > 1e-9 * max(1.0, abs(cost)):
        audit.add("cost_mismatch", f"claimed {claimed_cost}, is {cost}")
    figures = {"cost": cost, "distance": audit.distance, "vehicles": sum(used.values())}
    return CheckReport(tuple(audit.violations), figures)


def check_route(
    problem: RoutingProblem,
    vehicle_type: int,
    stops: Sequence[int],
    started: int | None = None,
    times: Times | None = None,
) -> tuple[list[str], int]:
    """Return the codes that one route breaks on its own, and its cost in whole units."""
    audit = _Audit(problem)
    if stops:
        _check_route(audit, 0, vehicle_type, stops, started, times)
    return sorted({violation.code for violation in audit.violations}), audit.cost


def _check_route(
    audit: _Audit,
    r: int,
    kind: int,
    stops: Sequence[int],
    started: int | None,
    schedule: Times | None,
) -> None:
    problem = audit.problem
    vehicle = problem.vehicle_types[kind]
    depots = len(problem.depots)
    home = vehicle.depot
    last = None if vehicle.end_depot == "open" else vehicle.end_depot
    path = [home, *stops]
    if vehicle.end_depot != "open":
        path.append(home if last is None else last)
    legs = [audit.leg(a, b) for a, b in pairwise(path)]
    length = sum(leg[0] for leg in legs)
    clients = [c for c in stops if c >= depots]
    for c in clients:
        if vehicle.allowed is not None and c not in vehicle.allowed:
            audit.add("vehicle_type", f"type {kind} may not serve {c}", route=r, location=c)
        missing = sorted(s for s in problem.client(c).skills if s not in vehicle.skills)
        if missing:
            text = f"type {kind} lacks {', '.join(missing)} for {c}"
            audit.add("skills", text, route=r, location=c)
    reloads = [c for c in stops if c < depots]
    for c in reloads:
        if c not in vehicle.reload_depots:
            audit.add("reload", f"route {r} may not reload at {c}", route=r, location=c)
    if vehicle.max_reloads is not None and len(reloads) > vehicle.max_reloads:
        text = f"route {r} reloads {len(reloads)} times, at most {vehicle.max_reloads}"
        audit.add("reload", text, route=r)
    if vehicle.max_distance is not None and length > vehicle.max_distance:
        text = f"route {r} is {length} long, at most {vehicle.max_distance}"
        audit.add("max_distance", text, route=r)
    if vehicle.max_stops is not None and len(clients) > vehicle.max_stops:
        text = f"route {r} has {len(clients)} stops, at most {vehicle.max_stops}"
        audit.add("max_stops", text, route=r)
    trips: list[list[int]] = [[]]
    for c in stops:
        if c < depots:
            trips.append([])
        else:
            trips[-1].append(c)
    for trip in trips:
        _check_trip(audit, r, trip, vehicle.capacity)
    extra = 0
    if not problem.ruled:
        shortest = _check_times(audit, r, kind, path, [leg[1] for leg in legs], trips)
    else:

        def add(code: str, text: str, place: int) -> None:
            where = {"location": place} if place >= 0 else {}
            audit.add(code, f"route {r}: {text}", route=r, **where)

        shortest, extra = 0, check_orders(problem, started, stops, add)
        extra += load_price(problem, kind, path, [leg[0] for leg in legs])
        if schedule is None:
            add("schedule", "its times are not given", -1)
        else:
            shortest, soft = check_schedule(
                problem, kind, path, [leg[1] for leg in legs], schedule, add
            )
            extra += soft
    measure = {"duration": shortest, "distance": length, "stops": len(clients)}
    goods = [(problem.client(c).delivery, problem.client(c).pickup) for c in clients]
    load = sum(problem.load(d)[0] + problem.load(p)[0] for d, p in goods)
    audit.measures.append(measure.get(problem.balance_of, load))
    if vehicle.max_duration is not None and shortest > vehicle.max_duration:
        text = f"route {r} takes {shortest}, at most {vehicle.max_duration}"
        audit.add("duration", text, route=r)
    over = 0 if vehicle.overtime_after is None else max(0, shortest - vehicle.overtime_after)
    audit.distance += length
    audit.cost += (
        vehicle.fixed_cost
        + vehicle.distance_cost * length
        + vehicle.duration_cost * shortest
        + vehicle.overtime_cost * over
        + extra
    )


def _check_trip(
    audit: _Audit, r: int, trip: Sequence[int], capacity: int | tuple[int, ...]
) -> None:
    problem = audit.problem
    limits = capacity if isinstance(capacity, tuple) else (capacity,)
    paired = {c for pair in problem.pairs for c in pair}

    def goods(load: int | tuple[int, ...], k: int) -> int:
        values = load if isinstance(load, tuple) else (load,)
        return values[k] if k < len(values) else 0

    for k, limit in enumerate(limits):
        load = sum(goods(problem.client(c).delivery, k) for c in trip if c not in paired)
        peak = load
        for c in trip:
            client = problem.client(c)
            load += goods(client.pickup, k) - goods(client.delivery, k)
            peak = max(peak, load)
        if peak > limit:
            audit.add("capacity", f"route {r} carries {peak}, at most {limit}", route=r)
    if problem.linehaul_first:
        has = [(_any(problem.client(c).delivery), _any(problem.client(c).pickup)) for c in trip]
        # Only a client with nothing but a pickup is a backhaul.
        kinds = ["back" if back and not line else "line" for line, back in has]
        if kinds and "line" not in kinds:
            audit.add("backhaul_only", f"route {r} has a trip with pickups alone", route=r)
        first = kinds.index("back") if "back" in kinds else len(kinds)
        if "line" in kinds[first:]:
            audit.add("backhaul_order", f"route {r}: a delivery after a pickup", route=r)


def _any(load: int | tuple[int, ...]) -> bool:
    return any(load) if isinstance(load, tuple) else load > 0


def _check_times(
    audit: _Audit,
    r: int,
    kind: int,
    path: Sequence[int],
    times: Sequence[int],
    trips: Sequence[Sequence[int]],
) -> int:
    """Return the shortest time from leaving to returning."""
    problem = audit.problem
    vehicle = problem.vehicle_types[kind]
    depots = len(problem.depots)
    releases = [max((problem.client(c).release for c in trip), default=0) for trip in trips]
    trip, clock, late = 0, 0, False
    service = []
    closing: list[float] = []
    for i, place in enumerate(path):
        at_depot = place < depots
        if at_depot:
            early, due = problem.depots[place].window
            spent = 0
        else:
            client = problem.client(place)
            (early, due), spent = client.window, client.service
        service.append(spent)
        clock = max(vehicle.shift[0], early) if i == 0 else max(clock + times[i - 1], early)
        ends_here = i == len(path) - 1
        close = math.inf if due is None else due
        if vehicle.shift[1] is not None and at_depot and (i == 0 or ends_here):
            close = min(close, vehicle.shift[1])
        if clock > close:
            late = True
            text = f"route {r} is at {place} at {clock}, which closes at {close}"
            code = "shift" if at_depot and due is None else "time_window"
            audit.add(code, text, route=r, location=place)
            clock = int(close)
        if at_depot and not (ends_here and vehicle.end_depot != "open"):
            clock = max(clock, releases[trip])
            trip += 1
            if clock > close:
                late = True
                text = f"route {r} waits at depot {place} until {clock} for its goods"
                audit.add("release", text, route=r, location=place)
                clock = int(close)
        closing.append(close)
        clock += spent
    if vehicle.end_depot == "open" and vehicle.shift[1] is not None and clock > vehicle.shift[1]:
        late = True
        text = f"route {r} ends at {clock}, the shift at {vehicle.shift[1]}"
        audit.add("shift", text, route=r)
    busy = sum(times) + sum(service)
    if late:
        return busy
    latest = closing[-1]
    if vehicle.end_depot == "open" and vehicle.shift[1] is not None:
        latest = min(latest, vehicle.shift[1] - service[-1])
    for i in range(len(path) - 2, -1, -1):
        latest = min(closing[i], latest - times[i] - service[i])
    # Leaving at any time up to `latest` ends the route at max(clock, start + busy).
    return busy if latest == math.inf else max(busy, clock - int(latest))


def _check_clients(audit: _Audit) -> None:
    problem = audit.problem
    depots = len(problem.depots)
    grouped = {c for group in problem.groups for c in group}
    for g, group in enumerate(problem.groups):
        served = [c for c in group if c in audit.visits]
        if len(served) != 1:
            audit.add("group", f"group {g}: {len(served)} of its clients served", group=g)
    for i, client in enumerate(problem.clients):
        c = depots + i
        if c in audit.visits or c in grouped:
            continue
        if client.prize is None:
            audit.add("missing_client", f"location {c} is not visited", location=c)
        else:
            audit.cost += client.prize


def _check_sequences(audit: _Audit) -> None:
    for sequence in audit.problem.sequences:
        served = [c for c in sequence if c in audit.visits]
        if served and len(served) < len(sequence):
            text = f"only {served} of {list(sequence)} are served"
            audit.add("sequence", text, location=sequence[0])


def _check_pairs(audit: _Audit) -> None:
    for pickup, delivery in audit.problem.pairs:
        one, two = audit.visits.get(pickup), audit.visits.get(delivery)
        if one is None and two is None:
            continue
        if one is None or two is None or one[0] != two[0]:
            text = f"pickup {pickup} and delivery {delivery} are not in one route"
            audit.add("pair_split", text, location=pickup)
        elif one[1] > two[1]:
            text = f"delivery {delivery} comes before pickup {pickup}"
            audit.add("pair_order", text, location=pickup)


def _check_started(audit: _Audit, plan: Plan) -> None:
    for k, started in enumerate(audit.problem.started):
        routes = [(kind, tuple(stops)) for kind, number, stops in plan if number == k]
        begin = tuple(started.stops)
        good = (
            len(routes) == 1
            and routes[0][0] == started.vehicle_type
            and routes[0][1][: len(begin)] == begin
        )
        if not good:
            audit.add("started", f"started vehicle {k} does not keep its stops", started=k)
