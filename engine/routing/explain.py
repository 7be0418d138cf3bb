"""What a plan costs, what binds in it, and why a stop was left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from backhaul.engine.routing.checker import check_route
from backhaul.engine.routing.timetable import timetable
from backhaul.engine.solution import Explanation

if TYPE_CHECKING:
    from backhaul.engine.routing.model import RoutingProblem
    from backhaul.engine.routing.solution import RoutingSolution

__all__ = ["explain"]

MOST_EXPLAINED = 25

#: What would have to give for a rule that the checker names.
RELAXATION = {
    "capacity": "more capacity",
    "time_window": "a later end of a time window",
    "release": "an earlier release",
    "shift": "a longer shift",
    "duration": "a longer maximum duration",
    "max_distance": "a longer maximum distance",
    "max_stops": "more stops a route",
    "vehicle_type": "leave for this vehicle to serve it",
    "skills": "a vehicle with its skills",
    "backhaul_order": "leave to deliver after a pickup",
    "backhaul_only": "leave for a route of pickups alone",
    "fleet_size": "one more vehicle",
    "locked": "leave for another vehicle to serve it",
    "sequence": "leave to part it from its sequence",
    "lifo": "a way to goods behind others",
    "break": "a break at another time",
    "driver_rules": "a second driver or another day",
    "ride_time": "a longer ride",
}

#: Most places for a pair that are tried in one route; beyond, delivery follows pickup at once or last.
MOST_PLACES = 300


def explain(solution: RoutingSolution) -> Explanation:
    """Return cost by kind, what binds in each route, and the cheapest way to serve each absent."""
    problem = solution.problem
    kinds: dict[str, int] = {}
    for route in solution.routes:
        for kind, amount in route.costs.items():
            kinds[kind] = kinds.get(kind, 0) + amount
    kinds["balance"] = solution.balance
    kinds["prizes left"] = solution.total - sum(kinds.values())
    shares = {k: v / problem.cost_divisor for k, v in kinds.items() if v}
    parts = ", ".join(f"{name} {amount:,.2f}" for name, amount in shares.items())
    lines = [
        f"Cost {solution.cost:,} with {solution.vehicles} vehicles"
        + (f": {parts}" if parts else "")
    ]
    binding = [_binding(problem, solution, k) for k in range(len(solution.routes))]
    for k, facts in enumerate(binding):
        if facts["binds"]:
            lines.append(f"Route {k}: {'; '.join(facts['binds'])}.")
    # Every place is tried for each: with very many left out, the first ones must do.
    absent = {c: _why(solution, c) for c in solution.unserved[:MOST_EXPLAINED]}
    if len(absent) < len(solution.unserved):
        lines.append(f"{len(solution.unserved)} are not served; the first {len(absent)}:")
    for c, facts in absent.items():
        lines.append(f"Location {problem.label(c)} is not served: {facts['text']}.")
    return Explanation(tuple(lines), {"cost": shares, "routes": binding, "unserved": absent})


def _binding(problem: RoutingProblem, solution: RoutingSolution, k: int) -> dict[str, Any]:
    route = solution.routes[k]
    kind = problem.vehicle_types[route.vehicle_type]
    capacity = problem.load(kind.capacity)
    peak = [max(visit.load[d] for visit in route.visits) for d in range(len(capacity))]
    binds = [
        f"load {load} of {limit}"
        for load, limit in zip(peak, capacity, strict=True)
        if load == limit
    ]
    tight = [v for v in route.visits if v.slack == 0]
    if tight:
        binds.append("no slack at " + ", ".join(problem.label(v.location) for v in tight[:5]))
    for name, used in (("max_duration", route.duration), ("max_distance", route.distance)):
        limit = getattr(kind, name)
        if limit is not None and used >= 0.98 * limit:
            binds.append(f"{name} {used} of {limit}")
    return {
        "vehicle": route.vehicle,
        "cost": route.cost / problem.cost_divisor,
        "costs": {name: c / problem.cost_divisor for name, c in route.costs.items()},
        "peak_load": peak,
        "waiting": sum(visit.waiting for visit in route.visits),
        "time_off": sum(off.end - off.start for off in route.time_off),
        "slack": min((v.slack for v in route.visits if v.slack is not None), default=None),
        "binds": binds,
    }


def _why(solution: RoutingSolution, location: int) -> dict[str, Any]:
    """Try the stop in every place; report the one that breaks least at the least cost."""
    problem = solution.problem
    blocks = _blocks(problem, location)
    found: list[tuple[int, int, list[str]]] = []
    for kind, started, stops in solution.plan:
        known, cost = _judge(problem, kind, started, stops)
        begin = 0 if started is None else len(problem.started[started].stops)
        for trial in _places(stops, begin, blocks):
            codes, more = _judge(problem, kind, started, trial)
            found.append(_score(set(codes) - set(known), more - cost))
    alone = tuple(c for block in blocks for c in block)
    for k, vehicle in enumerate(problem.vehicle_types):
        codes, cost = _judge(problem, k, None, alone)
        in_use = sum(1 for route in solution.plan if route[0] == k)
        if vehicle.count is not None and in_use >= vehicle.count:
            codes.append("fleet_size")
        found.append(_score(set(codes), cost))
    _, cheapest, codes = min(found)
    extra = cheapest / problem.cost_divisor
    if codes:
        needs = " and ".join(RELAXATION[code] for code in codes)
        text = f"its best place costs {extra:,.2f} more and needs {needs}"
    else:
        prize = problem.client(location).prize
        worth = "a longer search" if prize is None else f"a prize above that, not {prize}"
        text = f"its best place costs {extra:,.2f} more and needs {worth}"
    return {"text": text, "cost": extra, "codes": codes}


def _blocks(problem: RoutingProblem, location: int) -> list[tuple[int, ...]]:
    """Return what is served together with a location: one block, or pickup and delivery apart."""
    for pair in problem.pairs:
        if location in pair:
            return [(pair[0],), (pair[1],)]
    for sequence in problem.sequences:
        if location in sequence:
            return [tuple(sequence)]
    return [(location,)]


def _places(
    stops: tuple[int, ...], begin: int, blocks: list[tuple[int, ...]]
) -> Iterator[tuple[int, ...]]:
    places = range(begin, len(stops) + 1)
    first = blocks[0]
    if len(blocks) == 1:
        for at in places:
            yield (*stops[:at], *first, *stops[at:])
        return
    few = len(places) * (len(places) + 1) // 2 <= MOST_PLACES
    for at in places:
        for to in range(at, len(stops) + 1) if few else sorted({at, len(stops)}):
            yield (*stops[:at], *first, *stops[at:to], *blocks[1], *stops[to:])


def _judge(
    problem: RoutingProblem, kind: int, started: int | None, stops: tuple[int, ...]
) -> tuple[list[str], int]:
    """Return what a route breaks and what it costs."""
    if not problem.ruled or not stops:
        return check_route(problem, kind, stops)
    route = timetable(problem, kind, 0, stops, started)
    return check_route(problem, kind, stops, started, route.times)


def _score(codes: set[str], cost: int) -> tuple[int, int, list[str]]:
    named = sorted(codes & set(RELAXATION))
    return len(named), cost, named
