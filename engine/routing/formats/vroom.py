"""VROOM's requests and answers (its documented JSON), so that a caller need not change.

A set-up time counts at every stop, also where the vehicle is there already: plans stay on time. A
break is due where the vehicle is under way at the end of its last window.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.drivers import Break
from backhaul.engine.routing.matrices import great_circle
from backhaul.engine.routing.model import Client, Depot, RoutingProblem, VehicleType, Window

if TYPE_CHECKING:
    from backhaul.engine.routing.solution import RoutingSolution
    from backhaul.engine.routing.timetable import Route

__all__ = ["read_vroom", "to_vroom"]

Json = Mapping[str, Any]
Place = tuple[float, float] | int
Matrix = npt.NDArray[np.int64]

SECONDS_PER_HOUR = 3600
TOP = {"jobs", "shipments", "vehicles", "matrices"}
STOP = {
    "id", "description", "location", "location_index", "setup", "service", "time_windows",
    "setup_per_type", "service_per_type",
}  # fmt: skip
JOB = STOP | {"delivery", "pickup", "skills", "priority"}
SHIPMENT = {"pickup", "delivery", "amount", "skills", "priority"}
VEHICLE = {
    "id", "description", "profile", "start", "start_index", "end", "end_index", "capacity",
    "skills", "time_window", "costs", "max_tasks", "max_travel_time", "breaks", "speed_factor",
    "type",
}  # fmt: skip

BREAK = {"id", "description", "time_windows", "service"}


def read_vroom(request: str | Json) -> RoutingProblem:
    """Read a VROOM request: jobs, shipments, vehicles with breaks and skills, priorities, matrices.

    Parameters
    ----------
    request : str or mapping
        JSON text, or what `json.loads` makes of it. Without matrices, distances are estimated
        by `great_circle`.

    Returns
    -------
    RoutingProblem
        The cost is VROOM's: travel time, unless the vehicles' costs say otherwise.

    Raises
    ------
    InvalidInput
        Something is missing, wrong, or not known here (such as several profiles); the message
        names it.

    Examples
    --------
    >>> problem = read_vroom({
    ...     "vehicles": [{"id": 7, "start_index": 0, "end_index": 0}],
    ...     "jobs": [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 2}],
    ...     "matrices": {"car": {"durations": [[0, 3, 4], [3, 0, 5], [4, 5, 0]]}},
    ... })
    >>> problem.locations, problem.between(1, 2)
    (3, 5)
    """
    if isinstance(request, str):
        try:
            request = json.loads(request)
        except json.JSONDecodeError as error:
            raise InvalidInput("request", f"{error}", "JSON") from None
    return _Reader(_object("request", request, TOP)).problem()


def _object(path: str, value: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput(path, value, "an object")
    for key in value:
        if key not in known:
            raise InvalidInput(f"{path}.{key}", value[key], f"nothing: known are {sorted(known)}")
    return dict(value)


def _list(path: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInput(path, value, "a list")
    return value


def _whole(path: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**62:
        raise InvalidInput(path, value, "a whole number of at least 0")
    return value


class _Reader:
    """One request on its way to a problem."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.places: list[Place] = []
        self.clients: list[Client] = []
        self.skills: list[frozenset[int]] = []
        self.priorities: list[int] = []
        self.pairs: list[tuple[int, int]] = []
        self.dims = 0
        #: Service time by VROOM's type of vehicle, where it differs.
        self.by_type: list[dict[str, int]] = []
        self.break_ids: dict[tuple[Any, ...], tuple[int, ...]] = {}

    def problem(self) -> RoutingProblem:
        vehicles = _list("vehicles", self.request.get("vehicles"))
        if not vehicles:
            raise InvalidInput("vehicles", vehicles, "at least one vehicle")
        rows = [_object(f"vehicles[{k}]", v, VEHICLE) for k, v in enumerate(vehicles)]
        self.dims = len(rows[0].get("capacity", [])) or 1
        depots: list[Place] = []
        for k, row in enumerate(rows):
            for end in ("start", "end"):
                place = self._place(f"vehicles[{k}]", row, end)
                if place is not None and place not in depots:
                    depots.append(place)
        if not depots:
            raise InvalidInput("vehicles[0].start", None, "a start or an end")
        self._stops(len(depots))
        durations, distances, costs = self._matrices([*depots, *self.places])
        kinds = [self._vehicle(k, row, depots) for k, row in enumerate(rows)]
        legs, rates, divisor = _costs(rows, durations, distances, costs)
        speeds = [kind["speed_percent"] for kind in kinds]
        if any(speed != 100 for speed in speeds) and costs is None:
            if legs is not durations:
                raise InvalidInput("vehicles[].speed_factor", speeds, "1, with costs per km")
            # What is paid by the hour is the faster vehicle's own time.
            rates = [round(rate * 10**6 / v) for rate, v in zip(rates, speeds, strict=True)]
            divisor *= 10**4
        reach = int(legs.max(initial=0)) + 1
        fixed = [
            _whole(f"vehicles[{k}].costs.fixed", _cost(r, "fixed", 0)) for k, r in enumerate(rows)
        ]
        # Serving one more stop is always worth more than any detour for it.
        worth = 10 * reach * max(rates) + max(fixed) * divisor + 1
        clients = [
            _with_prize(c, worth * (1 + self.priorities[i])) for i, c in enumerate(self.clients)
        ]
        types: dict[tuple[Any, ...], list[int]] = {}
        for k, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
            has = frozenset(_list(f"vehicles[{k}].skills", row.get("skills", [])))
            allowed = None
            if any(self.skills):
                allowed = frozenset(
                    len(depots) + i for i, needs in enumerate(self.skills) if needs <= has
                )
            key = (*kind.items(), ("fixed_cost", fixed[k] * divisor), ("distance_cost", rates[k]),
                   ("allowed", allowed), ("name", str(row.get("type", ""))))  # fmt: skip
            types.setdefault(key, []).append(_whole(f"vehicles[{k}].id", row.get("id")))
        if any(self.by_type):
            names = [dict(key)["name"] for key in types]
            clients = [
                replace(c, services=tuple(by.get(name, c.service) for name in names)) if by else c
                for c, by in zip(clients, self.by_type, strict=True)
            ]
        limits = [row.get("max_travel_time") for row in rows]
        if any(limit is not None for limit in limits) and legs is not durations:
            raise InvalidInput("vehicles[].max_travel_time", max(filter(None, limits)),
                               "nothing, where costs are not travel time alone")  # fmt: skip
        return RoutingProblem(
            depots=[Depot(*_xy(place), name=f"depot {k}") for k, place in enumerate(depots)],
            clients=clients,
            vehicle_types=[
                VehicleType(count=len(ids), vehicles=tuple(ids), **dict(key))
                for key, ids in types.items()
            ],
            distance=legs,
            duration=durations,
            pairs=self.pairs,
            cost_divisor=divisor,
            family="vroom",
        )

    def _place(self, path: str, row: Json, name: str) -> Place | None:
        """Return what VROOM calls location: an index into the matrices, or coordinates."""
        if f"{name}_index" in row:
            return _whole(f"{path}.{name}_index", row[f"{name}_index"])
        value = row.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise InvalidInput(f"{path}.{name}", value, "[longitude, latitude]")
        return float(value[0]), float(value[1])

    def _stops(self, first: int) -> None:
        for k, job in enumerate(_list("jobs", self.request.get("jobs", []))):
            path = f"jobs[{k}]"
            row = _object(path, job, JOB)
            self._stop(path, "job", row, row, row.get("delivery"), row.get("pickup"))
        for k, shipment in enumerate(_list("shipments", self.request.get("shipments", []))):
            path = f"shipments[{k}]"
            row = _object(path, shipment, SHIPMENT)
            at = first + len(self.clients)
            for part in ("pickup", "delivery"):
                stop = _object(f"{path}.{part}", row.get(part), STOP)
                amounts = {part: row.get("amount")}
                self._stop(f"{path}.{part}", part, stop, row,
                           amounts.get("delivery"), amounts.get("pickup"))  # fmt: skip
            self.pairs.append((at, at + 1))

    def _stop(
        self, path: str, kind: str, row: Json, owner: Json, delivery: object, pickup: object
    ) -> None:
        place = self._place(path, row, "location")
        if place is None:
            raise InvalidInput(f"{path}.location", None, "a location or location_index")
        number = _whole(f"{path}.id", row.get("id"))
        needs = frozenset(_list(f"{path}.skills", owner.get("skills", [])))
        service = _whole(f"{path}.setup", row.get("setup", 0))
        service += _whole(f"{path}.service", row.get("service", 0))
        per_type: dict[str, int] = {}
        for part in ("setup", "service"):
            table = row.get(f"{part}_per_type", {})
            if not isinstance(table, Mapping):
                raise InvalidInput(f"{path}.{part}_per_type", table, "times by type of vehicle")
            other = "service" if part == "setup" else "setup"
            for name, time in table.items():
                rest = row.get(f"{other}_per_type", {}).get(name, row.get(other, 0))
                own = _whole(f"{path}.{part}_per_type.{name}", time)
                per_type[name] = own + _whole(f"{path}.{other}", rest)
        windows = _windows(f"{path}.time_windows", row.get("time_windows", []))
        x, y = _xy(place)
        self.clients.append(
            Client(
                x=x,
                y=y,
                delivery=self._goods(f"{path}.delivery", delivery),
                pickup=self._goods(f"{path}.pickup", pickup),
                service=service,
                window=windows[0] if len(windows) == 1 else (0, None),
                windows=tuple(windows) if len(windows) > 1 else (),
                name=f"{kind} {number}",
            )
        )
        self.places.append(place)
        self.skills.append(needs)
        self.by_type.append(per_type)
        self.priorities.append(_whole(f"{path}.priority", owner.get("priority", 0)))

    def _goods(self, path: str, value: object) -> tuple[int, ...]:
        if value is None:
            return (0,) * self.dims
        amounts = _list(path, value)
        if len(amounts) != self.dims:
            raise InvalidInput(path, value, f"{self.dims} numbers, as the capacity has")
        return tuple(_whole(path, v) for v in amounts)

    def _vehicle(self, k: int, row: Json, depots: list[Place]) -> dict[str, Any]:
        path = f"vehicles[{k}]"
        start, end = (self._place(path, row, name) for name in ("start", "end"))
        if start is None:
            raise InvalidInput(f"{path}.start", None, "a start")
        window = row.get("time_window", [0, None])
        if not isinstance(window, list) or len(window) != 2:
            raise InvalidInput(f"{path}.time_window", window, "[start, end]")
        # VROOM knows no capacity where none is given; nothing is heavier than all goods together.
        goods = [load for c in self.clients for load in (c.delivery, c.pickup)]
        total = sum(v for load in goods if isinstance(load, tuple) for v in load)
        capacity = row.get("capacity")
        if capacity is not None and len(capacity) != self.dims:
            raise InvalidInput(f"{path}.capacity", capacity, f"{self.dims} numbers")
        speed = _speed(f"{path}.speed_factor", row.get("speed_factor", 1))
        travel = row.get("max_travel_time")
        if travel is not None:
            travel = _whole(f"{path}.max_travel_time", travel) * speed // 100
        return {
            "capacity": (total,) * self.dims if capacity is None
            else tuple(_whole(f"{path}.capacity", v) for v in capacity),
            "depot": depots.index(start),
            "end_depot": "open" if end is None else depots.index(end),
            "shift": (window[0], window[1]),
            "max_stops": row.get("max_tasks"),
            "max_distance": travel,
            "breaks": tuple(_break(f"{path}.breaks[{j}]", b)
                            for j, b in enumerate(_list(f"{path}.breaks", row.get("breaks", [])))),
            "speed_percent": speed,
        }  # fmt: skip

    def _matrices(self, places: Sequence[Place]) -> tuple[Matrix, Matrix | None, Matrix | None]:
        given = self.request.get("matrices")
        if given is None:
            if any(isinstance(place, int) for place in places):
                raise InvalidInput("matrices", None, "matrices, as there are indices")
            distances, durations = great_circle(places)  # type: ignore[arg-type]
            return durations, distances, None
        profiles = {v.get("profile", "car") for v in self.request["vehicles"]}
        if len(profiles) > 1 or not isinstance(given, Mapping):
            raise InvalidInput("vehicles[].profile", sorted(profiles), "one profile for all")
        profile = profiles.pop()
        path = f"matrices.{profile}"
        tables = _object(path, given.get(profile), {"durations", "distances", "costs"})
        if "durations" not in tables:
            raise InvalidInput(f"{path}.durations", None, "a matrix")
        if any(not isinstance(place, int) for place in places):
            raise InvalidInput("location_index", None, "an index for every place, with matrices")
        at = np.array(places, dtype=int)
        found: dict[str, Matrix] = {}
        for name in ("durations", "distances", "costs"):
            if name not in tables:
                continue
            try:
                table = np.array(tables[name], dtype=np.int64)
            except (ValueError, TypeError, OverflowError):
                raise InvalidInput(f"{path}.{name}", "rows", "a square of whole numbers") from None
            if table.ndim != 2 or table.shape[0] != table.shape[1] or at.max() >= len(table):
                allowed = f"a square with at least {at.max() + 1} rows"
                raise InvalidInput(f"{path}.{name}", table.shape, allowed)
            found[name] = table[np.ix_(at, at)]
        return found["durations"], found.get("distances"), found.get("costs")


def _windows(path: str, given: object) -> list[Window]:
    """Return windows in ascending order; those that touch are one."""
    found: list[tuple[int, int]] = []
    for j, window in enumerate(_list(path, given)):
        if not isinstance(window, list) or len(window) != 2:
            raise InvalidInput(f"{path}[{j}]", window, "[start, end]")
        early, late = (_whole(f"{path}[{j}]", v) for v in window)
        if late < early:
            raise InvalidInput(f"{path}[{j}]", window, "a window that ends at or after its start")
        found.append((early, late))
    merged: list[Window] = []
    last = -1
    for early, late in sorted(found):
        if merged and early <= last:
            last = max(last, late)
            merged[-1] = (merged[-1][0], last)
        else:
            last = late
            merged.append((early, late))
    return merged


def _break(path: str, given: object) -> Break:
    row = _object(path, given, BREAK)
    windows = _windows(f"{path}.time_windows", row.get("time_windows", []))
    if not windows:
        raise InvalidInput(f"{path}.time_windows", None, "at least one window")
    number = _whole(f"{path}.id", row.get("id"))
    length = _whole(f"{path}.service", row.get("service", 0))
    if length == 0:
        raise InvalidInput(f"{path}.service", length, "a length of at least 1")
    ends = tuple((early, late or 0) for early, late in windows)
    return Break(windows=ends, length=length, name=str(number))


def _speed(path: str, given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not 0 < given <= 5:
        raise InvalidInput(path, given, "a number above 0 and up to 5")
    return max(1, round(100 * given))


def _xy(place: Place) -> tuple[float, float]:
    return (0.0, 0.0) if isinstance(place, int) else place


def _with_prize(client: Client, prize: int) -> Client:
    return replace(client, prize=prize)


def _cost(row: Json, name: str, default: int) -> object:
    known = {"fixed", "per_hour", "per_km"}
    return _object("vehicles[].costs", row.get("costs", {}), known).get(name, default)


def _costs(
    rows: Sequence[Json], durations: Matrix, distances: Matrix | None, costs: Matrix | None
) -> tuple[Matrix, list[int], int]:
    """Return the cost of every leg, each vehicle's rate for it, and the divisor of the sum."""
    hours = [_whole("vehicles[].costs.per_hour", _cost(r, "per_hour", 3600)) for r in rows]
    km = [_whole("vehicles[].costs.per_km", _cost(r, "per_km", 0)) for r in rows]
    if costs is not None:
        return costs, [1] * len(rows), 1
    if not any(km):
        if len(set(hours)) == 1 and hours[0] == SECONDS_PER_HOUR:
            return durations, [1] * len(rows), 1
        return durations, hours, SECONDS_PER_HOUR
    if distances is None:
        raise InvalidInput("matrices.distances", None, "a matrix, as vehicles cost per km")
    if len(set(hours)) > 1 or len(set(km)) > 1:
        raise InvalidInput("vehicles[].costs", sorted(set(km)), "the same for all, with per_km")
    cents = durations * (100 * hours[0]) // SECONDS_PER_HOUR + distances * km[0] // 10
    return cents, [1] * len(rows), 100


def to_vroom(solution: RoutingSolution) -> dict[str, Any]:
    """Return VROOM's answer to the request that `read_vroom` read.

    Examples
    --------
    >>> from backhaul.engine import Stop
    >>> from backhaul.engine.routing import solve
    >>> problem = read_vroom({
    ...     "vehicles": [{"id": 7, "start_index": 0, "end_index": 0}],
    ...     "jobs": [{"id": 1, "location_index": 1, "service": 5}],
    ...     "matrices": {"car": {"durations": [[0, 3], [3, 0]]}},
    ... })
    >>> answer = to_vroom(solve(problem, stop=Stop(iterations=10)))
    >>> answer["summary"]["cost"], [step["type"] for step in answer["routes"][0]["steps"]]
    (6, ['start', 'job', 'end'])
    """
    problem = solution.problem
    depots = len(problem.depots)
    routes = []
    for route in solution.routes:
        if not route.stops:
            continue
        steps: list[dict[str, Any]] = []
        travelled = 0
        for k, visit in enumerate(route.visits):
            if k:
                left = route.visits[k - 1].departure
                travelled += visit.arrival - left - _off(route, left, visit.arrival)
            if visit.location < depots:
                step: dict[str, Any] = {"type": "start" if k == 0 else "end"}
            else:
                step = _named(problem, visit.location)
            step |= {
                "arrival": visit.arrival,
                "service": visit.departure - visit.start,
                "setup": 0,
                "waiting_time": visit.waiting - _off(route, visit.arrival, visit.start),
                "duration": travelled,
                "load": list(visit.load),
                "violations": [],
            }
            steps.extend(_breaks(problem, route, k, visit.arrival, steps))
            steps.append(step)
        routes.append(
            {
                "vehicle": route.vehicle,
                "cost": _exact(route.cost, problem.cost_divisor),
                "setup": 0,
                "service": sum(step["service"] for step in steps),
                "duration": travelled,
                "waiting_time": sum(step["waiting_time"] for step in steps),
                "violations": [],
                "steps": steps,
            }
        )
    totals = {
        name: sum(route[name] for route in routes)
        for name in ("cost", "setup", "service", "duration", "waiting_time")
    }
    unassigned = [_named(problem, c) for c in solution.unserved]
    summary = {**totals, "routes": len(routes), "unassigned": len(unassigned), "violations": []}
    return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}


def _off(route: Route, start: int, end: int) -> int:
    return sum(off.end - off.start for off in route.time_off if start <= off.start < end)


def _breaks(
    problem: RoutingProblem, route: Route, k: int, arrival: int, steps: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return VROOM's steps for the breaks between a visit and the one before."""
    if k == 0:
        return []
    start, until = route.visits[k - 1].departure, route.visits[k].start
    kind = problem.vehicle_types[route.vehicle_type]
    found: list[dict[str, Any]] = []
    passed = 0
    for off in route.time_off:
        if off.number is None or not start <= off.start < max(until, start + 1):
            continue
        passed += 0 if off.start >= arrival else off.end - off.start
        driven = min(off.start, arrival) - start - (passed - (off.end - off.start))
        found.append(
            {
                "type": "break",
                "id": int(kind.breaks[off.number].name or off.number),
                "arrival": off.start,
                "service": off.end - off.start,
                "setup": 0,
                "waiting_time": 0,
                "duration": steps[-1]["duration"] + max(0, driven),
                "load": steps[-1]["load"],
                "violations": [],
            }
        )
    return found


def _exact(cost: int, divisor: int) -> float:
    return cost // divisor if cost % divisor == 0 else cost / divisor


def _named(problem: RoutingProblem, location: int) -> dict[str, Any]:
    kind, number, *_ = problem.label(location).split()
    client = problem.client(location)
    named: dict[str, Any] = {"type": kind, "id": int(number)}
    return named | ({"location": [client.x, client.y]} if (client.x, client.y) != (0, 0) else {})
