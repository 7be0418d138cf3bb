"""The part of the checker that reads schedules: windows, prices, breaks, drivers, orders.

It takes the times of a route as they are claimed and verifies each of them from the problem's own
fields; how they were found is no concern here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backhaul.engine.routing.drivers import Break, DriverRules, driver_rules
from backhaul.engine.routing.model import RoutingProblem

__all__ = ["Times", "balance_price", "check_orders", "check_schedule", "load_price"]

#: Arrival, start and departure at the start, each stop and the end; and time off (from, to).
Times = tuple[Sequence[tuple[int, int, int]], Sequence[tuple[int, int]]]
Add = Callable[[str, str, int], None]

NO_PLACE = -1


@dataclass(frozen=True)
class _Span:
    """A piece of the day: driving, at work, or off duty."""

    kind: str
    start: int
    end: int


def check_schedule(
    problem: RoutingProblem,
    kind: int,
    path: Sequence[int],
    legs: Sequence[int],
    times: Times,
    add: Add,
) -> tuple[int, int]:
    """Verify the times of one route; return its duration and the price of soft windows missed."""
    visits, rests = times
    vehicle = problem.vehicle_types[kind]
    if len(visits) != len(path):
        add("schedule", f"times for {len(visits)} places, the route has {len(path)}", NO_PLACE)
        return 0, 0
    if any(a > b for a, b in rests) or any(a[1] > b[0] for a, b in pairwise(rests)):
        add("schedule", "times off overlap", NO_PLACE)
    soft = sum(
        _check_place(problem, kind, path, i, visits, add)
        for i in range(len(path))
        if _orderly(visits[i], add, path[i])
    )
    day: list[_Span] = []
    for i, place in enumerate(path):
        arrival, start, departure = visits[i]
        if i:
            left = visits[i - 1][2]
            inside = [(a, b) for a, b in rests if left <= a and b <= arrival]
            driven = _driving(day, left, arrival, inside)
            begin = left
            for a, b in inside:
                begin = b if a == begin else begin
            wanted = _travel(problem, kind, path[i - 1], place, legs[i - 1], begin)
            if driven != wanted:
                text = f"{driven} of driving from {path[i - 1]} to {place}, it takes {wanted}"
                add("travel_time", text, place)
        day.append(_Span("off", arrival, start))
        if departure > start:
            day.append(_Span("work", start, departure))
    covered = sum(
        1 for a, b in rests for s in day if s.kind == "off" and s.start <= a and b <= s.end
    )
    if covered < len(rests):
        add("schedule", "time off while driving or serving", NO_PLACE)
    leave, end = visits[0][2], visits[-1][2]
    off = _merged([s for s in day if s.kind == "off" and s.end > s.start])
    for j, pause in enumerate(vehicle.breaks):
        if leave <= pause.windows[-1][1] < end and not _taken(pause, off):
            add("break", f"break {j} is not taken", NO_PLACE)
    rules = driver_rules("driver_rules", vehicle.driver_rules)
    if rules is not None:
        _check_driver(rules, [s for s in day if s.kind != "off"], off, leave, add)
    _check_rides(problem, path, visits, add)
    return end - leave, soft


def _orderly(visit: tuple[int, int, int], add: Add, place: int) -> bool:
    good = visit[0] <= visit[1] <= visit[2]
    if not good:
        add("schedule", f"arrival, start and departure {visit} at {place}", place)
    return good


def _check_place(
    problem: RoutingProblem,
    kind: int,
    path: Sequence[int],
    i: int,
    visits: Sequence[tuple[int, int, int]],
    add: Add,
) -> int:
    """Windows, service, release and shift at one place; return the price of its soft window."""
    vehicle, place, depots = problem.vehicle_types[kind], path[i], len(problem.depots)
    _, start, departure = visits[i]
    first, last, is_open = i == 0, i == len(path) - 1, vehicle.end_depot == "open"
    shift_end = math.inf if vehicle.shift[1] is None else vehicle.shift[1]
    if last and is_open and departure > shift_end:
        add("shift", f"ends at {departure}, the shift at {shift_end}", place)
    if place < depots:
        early, late = problem.depots[place].window
        windows = [(early, math.inf if late is None else late)]
        if departure != start:
            add("schedule", f"service at depot {place}", place)
        if first and start < vehicle.shift[0]:
            add("shift", f"leaves at {start}, the shift begins at {vehicle.shift[0]}", place)
        if (first or (last and not is_open)) and start > shift_end:
            add("shift", f"is at depot {place} at {start}, the shift ends at {shift_end}", place)
        if first or not last or is_open:
            trip: list[int] = []
            for c in path[i + 1 :]:
                if c < depots:
                    break
                trip.append(c)
            release = max((problem.client(c).release for c in trip), default=0)
            if departure < release:
                add("release", f"leaves depot {place} at {departure}, goods at {release}", place)
        price = 0
    else:
        client = problem.client(place)
        given = client.windows or (client.window,)
        windows = [(a, math.inf if b is None else b) for a, b in given]
        service = client.services[kind] if client.services else client.service
        if departure - start != service:
            add("schedule", f"{departure - start} of service at {place}, not {service}", place)
        price = 0
        if client.soft_window is not None:
            early, late = client.soft_window
            price = client.early_cost * max(0, early - start)
            if late is not None:
                price += client.late_cost * max(0, start - late)
    if not any(a <= start <= b for a, b in windows):
        add("time_window", f"starts at {place} at {start}, open {windows}", place)
    return price


def _driving(day: list[_Span], left: int, arrival: int, inside: Sequence[tuple[int, int]]) -> int:
    """Append what happens between two places; return the time spent driving."""
    now, driven = left, 0
    for a, b in inside:
        if a > now:
            day.append(_Span("drive", now, a))
            driven += a - now
        day.append(_Span("off", a, b))
        now = b
    if arrival > now:
        day.append(_Span("drive", now, arrival))
        driven += arrival - now
    return driven


def _travel(problem: RoutingProblem, kind: int, a: int, b: int, base: int, leave: int) -> int:
    speed = problem.vehicle_types[kind].speed_percent
    base = math.ceil(base * 100 / speed) if speed != 100 else base
    if not problem.traffic:
        return base
    k = 0 if problem.traffic_of is None else int(problem.traffic_of[a][b])
    return problem.traffic[k].travel(base, leave)


def _merged(off: Sequence[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for span in sorted(off, key=lambda s: s.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = _Span("off", merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _taken(pause: Break, off: Sequence[_Span]) -> bool:
    for span in off:
        for a, b in pause.windows:
            start = max(a, span.start)
            if start <= b and start + pause.length <= span.end:
                return True
    return False


def _check_driver(
    rules: DriverRules, busy: Sequence[_Span], off: Sequence[_Span], leave: int, add: Add
) -> None:
    driven = driven_today = 0
    rested = stood = leave
    first_part = False
    for span in sorted([*busy, *off], key=lambda s: (s.start, s.end)):
        length = span.end - span.start
        if span.kind == "off":
            if length >= rules.rest_length:
                driven = driven_today = 0
                rested, first_part = span.end, False
            elif length >= rules.break_length or (first_part and length >= rules.split[1]):
                driven, first_part = 0, False
            elif 0 < rules.split[0] <= length:
                first_part = True
            continue
        if span.kind == "work":
            if rules.work_ends and span.end > rested + rules.day:
                add("driver_rules", f"works until {span.end}, rested until {rested}", NO_PLACE)
            continue
        if rules.work_interrupts and span.start - stood >= rules.break_length:
            driven = 0
        driven += length
        driven_today += length
        stood = span.end
        if driven > rules.drive_before_break:
            add("driver_rules", f"drives {driven} without a break by {span.end}", NO_PLACE)
        if driven_today > rules.drive_before_rest:
            add("driver_rules", f"drives {driven_today} without a rest by {span.end}", NO_PLACE)
        if span.end > rested + rules.day:
            add("driver_rules", f"drives until {span.end}, rested until {rested}", NO_PLACE)


def _check_rides(
    problem: RoutingProblem,
    path: Sequence[int],
    visits: Sequence[tuple[int, int, int]],
    add: Add,
) -> None:
    for pickup, delivery in problem.pairs:
        limit = problem.client(pickup).max_ride
        if limit is None or pickup not in path or delivery not in path:
            continue
        ride = visits[path.index(delivery)][1] - visits[path.index(pickup)][2]
        if ride > limit:
            add("ride_time", f"from {pickup} to {delivery} takes {ride}, at most {limit}", pickup)


def check_orders(
    problem: RoutingProblem, started: int | None, stops: Sequence[int], add: Add
) -> int:
    """Verify who serves whom and in what order; return the price of changes to the known plan."""
    depots = len(problem.depots)
    for k, vehicle in enumerate(problem.started):
        for c in stops:
            if c in vehicle.keeps and started != k:
                add("locked", f"{c} must stay with started vehicle {k}", c)
    for sequence in problem.sequences:
        places = [i for i, c in enumerate(stops) if c in sequence]
        if places and tuple(stops[places[0] : places[0] + len(sequence)]) != tuple(sequence):
            add("sequence", f"{list(sequence)} is not served in one piece", sequence[0])
    if problem.lifo:
        _check_lifo(problem, stops, add)
    price = 0
    own = problem.started[started].planned if started is not None else ()
    elsewhere = {c for k, v in enumerate(problem.started) if k != started for c in v.planned}
    price += problem.move_cost * sum(1 for c in stops if c in elsewhere)
    ranks = [own.index(c) for c in stops if c >= depots and c in own]
    return price + problem.reorder_cost * sum(1 for a, b in pairwise(ranks) if b < a)


def _check_lifo(problem: RoutingProblem, stops: Sequence[int], add: Add) -> None:
    partner = dict(problem.pairs)
    deliveries = {d: p for p, d in problem.pairs}
    hold: list[int] = []
    for c in stops:
        if c < len(problem.depots):
            hold = []
            continue
        client = problem.client(c)
        if c in deliveries:
            if not hold or hold[-1] != deliveries[c]:
                add("lifo", f"the goods for {c} are not on top", c)
            hold = [x for x in hold if x != deliveries[c]]
            continue
        if any(problem.load(client.delivery)) and hold:
            add("lifo", f"the goods for {c} lie behind those of {hold[-1]}", c)
        if c in partner or any(problem.load(client.pickup)):
            hold.append(c)


def load_price(
    problem: RoutingProblem, kind: int, path: Sequence[int], lengths: Sequence[int]
) -> int:
    """Return the price of goods carried along a path."""
    rate, depots = problem.vehicle_types[kind].load_cost, len(problem.depots)
    if not rate:
        return 0
    paired = {c for pair in problem.pairs for c in pair}
    total = 0
    for i, length in enumerate(lengths):
        begin = max(k for k in range(i + 1) if path[k] < depots)
        end = next((k for k in range(i + 1, len(path)) if path[k] < depots), len(path))
        done, ahead = path[begin + 1 : i + 1], path[i + 1 : end]
        load = sum(problem.load(problem.client(c).pickup)[0] for c in done)
        load -= sum(problem.load(problem.client(c).delivery)[0] for c in done if c in paired)
        load += sum(problem.load(problem.client(c).delivery)[0] for c in ahead if c not in paired)
        total += load * length
    return rate * total


def balance_price(problem: RoutingProblem, measures: Sequence[int]) -> int:
    """Return the price of long and of unequal routes."""
    if not measures:
        return 0
    spread = max(measures) - min(measures)
    return problem.largest_cost * max(measures) + problem.spread_cost * spread
