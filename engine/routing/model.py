"""The routing problem: frozen, validated when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.routing.parts import (
    Client,
    Depot,
    Euclid,
    Load,
    Started,
    VehicleType,
    Window,
    whole,
    window_of,
)
from backhaul.engine.routing.rules import Measure, Traffic, rules_of, windows_of
from backhaul_native import routing as native

__all__ = [
    "Client",
    "Depot",
    "Euclid",
    "Load",
    "RoutingProblem",
    "Started",
    "VehicleType",
    "Window",
]

MATRIX_LIMIT = 5_000
"""Largest number of locations for which a full matrix is kept."""


@dataclass(frozen=True, eq=False)
class RoutingProblem:
    """A whole instance. Locations are numbered depots first, then clients, from 0.

    Parameters
    ----------
    depots : sequence of Depot
        At least one.
    clients : sequence of Client
        Location ``len(depots) + i`` is ``clients[i]``.
    vehicle_types : sequence of VehicleType
        At least one vehicle.
    metric : Euclid
        Turns coordinates into distances, where no matrix is given; times equal distances.
    distance, duration : ndarray of int64, shape (locations, locations), optional
        Row: from, column: to; need not be symmetric. Without `duration` times equal distances.
    groups : sequence of sequence of int
        Exactly one location of each group is served.
    pairs : sequence of (int, int)
        Pickup and delivery location, both in one route, in this order.
    linehaul_first : bool
        In each trip deliveries come before pickups, and no trip has pickups alone.
    started : sequence of Started
        Vehicles under way.
    vehicles_first : bool
        Fewest vehicles first, then cost.
    sequences : sequence of sequence of int
        Clients that one vehicle serves one right after the other, in this order.
    lifo : bool
        What was loaded last is unloaded first: a delivery of a pair never lies behind goods picked
        up after it, nor goods from the depot behind goods picked up on the way.
    traffic : sequence of Traffic
        Travel times by time of leaving; empty: the same all day.
    traffic_of : ndarray of int, shape (locations, locations), optional
        Number of the profile that a leg follows; without it all follow the first.
    move_cost, reorder_cost : int
        Cost of each stop of `Started.planned` that another vehicle serves, and of each that its
        vehicle serves right after one (of those planned for it) that was planned behind it.
    largest_cost, spread_cost : int
        Cost of each unit of the largest route, and of the difference between the largest and the
        smallest, over the routes in use. With other rates at 0, `largest_cost` alone is min-max.
    balance_of : {"duration", "distance", "stops", "load"}
        What these two compare; load is the sum of goods delivered and picked up, first dimension.
    cost_divisor : int
        `RoutingSolution.cost` is the sum of the integer costs divided by this. It lets rates be
        whole: with metres, seconds and divisor 18000, a rate of 18 * cents_per_km for distance,
        5 * cents_per_hour for duration and 18000 * cents for anything fixed gives cents.
    name, family : str
        Where it comes from.

    Raises
    ------
    InvalidInput
        A value is not allowed; the message names its place.

    Examples
    --------
    >>> problem = RoutingProblem(
    ...     depots=[Depot(0, 0)],
    ...     clients=[Client(3, 4, delivery=2), Client(6, 8, delivery=2)],
    ...     vehicle_types=[VehicleType(capacity=4)],
    ... )
    >>> problem.locations, problem.between(0, 2)
    (3, 10)
    """

    depots: Sequence[Depot]
    clients: Sequence[Client]
    vehicle_types: Sequence[VehicleType]
    metric: Euclid = field(default_factory=Euclid)
    distance: npt.NDArray[np.int64] | None = None
    duration: npt.NDArray[np.int64] | None = None
    groups: Sequence[Sequence[int]] = ()
    pairs: Sequence[tuple[int, int]] = ()
    linehaul_first: bool = False
    started: Sequence[Started] = ()
    vehicles_first: bool = False
    cost_divisor: int = 1
    name: str = ""
    family: str = ""
    sequences: Sequence[Sequence[int]] = ()
    lifo: bool = False
    traffic: Sequence[Traffic] = ()
    traffic_of: npt.NDArray[np.int64] | None = None
    move_cost: int = 0
    reorder_cost: int = 0
    largest_cost: int = 0
    spread_cost: int = 0
    balance_of: Measure = "duration"

    def __post_init__(self) -> None:
        freeze = object.__setattr__
        freeze(self, "depots", tuple(self.depots))
        freeze(self, "clients", tuple(self.clients))
        freeze(self, "vehicle_types", tuple(self.vehicle_types))
        freeze(self, "groups", tuple(tuple(int(c) for c in group) for group in self.groups))
        freeze(self, "pairs", tuple((int(p), int(d)) for p, d in self.pairs))
        freeze(self, "started", tuple(self.started))
        freeze(self, "sequences", tuple(tuple(int(c) for c in s) for s in self.sequences))
        freeze(self, "traffic", tuple(self.traffic))
        whole("cost_divisor", self.cost_divisor, 1)
        for name in ("distance", "duration"):
            given = getattr(self, name)
            if given is not None:
                freeze(self, name, self._matrix(name, given))
        if self.duration is not None and self.distance is None:
            raise InvalidInput("distance", None, "a matrix, as `duration` is one")
        freeze(self, "_native", self._build())

    @property
    def locations(self) -> int:
        """Number of depots and clients."""
        return len(self.depots) + len(self.clients)

    @property
    def compiled(self) -> native.Problem:
        """The compiled side's copy."""
        return self._native  # type: ignore[attr-defined, no-any-return]

    @property
    def ruled(self) -> bool:
        """Whether any of the rules holds that make a route's times a matter of its own schedule."""
        return self._ruled  # type: ignore[attr-defined, no-any-return]

    @cached_property
    def xy(self) -> npt.NDArray[np.float64]:
        """Coordinates, shape (locations, 2)."""
        places: list[Depot | Client] = [*self.depots, *self.clients]
        xy = np.array([(p.x, p.y) for p in places], dtype=np.float64).reshape(-1, 2)
        bad = np.flatnonzero(~np.isfinite(xy).all(axis=1))
        if bad.size:
            i = int(bad[0])
            raise InvalidInput(f"{self.path(i)}.x, y", tuple(xy[i]), "finite numbers")
        return xy

    @cached_property
    def dimensions(self) -> int:
        """Number of load dimensions."""
        first = self.vehicle_types[0].capacity if self.vehicle_types else 0
        return len(first) if isinstance(first, tuple) else 1

    def path(self, location: int) -> str:
        """Return the place of a location in the problem, for messages."""
        n = len(self.depots)
        return f"depots[{location}]" if location < n else f"clients[{location - n}]"

    def label(self, location: int) -> str:
        """Return the name of a location, else its number."""
        n = len(self.depots)
        place = self.depots[location] if location < n else self.clients[location - n]
        return place.name or str(location)

    def client(self, location: int) -> Client:
        """Return the client at a location."""
        return self.clients[location - len(self.depots)]

    def load(self, load: Load, path: str = "load") -> tuple[int, ...]:
        """Return goods as one whole number a dimension."""
        values = load if isinstance(load, tuple) else (load,) + (0,) * (self.dimensions - 1)
        if len(values) != self.dimensions:
            raise InvalidInput(path, load, f"{self.dimensions} numbers, as the capacity has")
        return tuple(whole(path, value) for value in values)

    def between(self, a: int, b: int) -> int:
        """Return the distance from location `a` to location `b`."""
        if self.distance is not None:
            return int(self.distance[a, b])
        return int(self.metric.legs(self.xy[[a, b]])[0])

    def legs(self, path: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return distance and travel time of every leg of a path of locations."""
        if self.distance is None:
            legs = self.metric.legs(self.xy[list(path)]).tolist()
            return legs, legs
        a, b = np.array(path[:-1], dtype=int), np.array(path[1:], dtype=int)
        times = self.distance if self.duration is None else self.duration
        return self.distance[a, b].tolist(), times[a, b].tolist()

    def ends(self, vehicle_type: int) -> tuple[int, int | None]:
        """Return start and end depot of a type; the end of an open route is None."""
        kind = self.vehicle_types[vehicle_type]
        if kind.end_depot == "open":
            return kind.depot, None
        return kind.depot, kind.depot if kind.end_depot is None else kind.end_depot

    def _matrix(self, name: str, given: object) -> npt.NDArray[np.int64]:
        values = np.asarray(given)
        n = self.locations
        if values.shape != (n, n):
            raise InvalidInput(name, values.shape, f"shape ({n}, {n})")
        if values.dtype.kind == "f":
            bad = ~np.isfinite(values) | (values != np.rint(values))
            if bad.any():
                i, j = np.argwhere(bad)[0]
                raise InvalidInput(f"{name}[{i}][{j}]", values[i, j], "a whole number")
        elif values.dtype.kind not in "iu":
            raise InvalidInput(name, str(values.dtype), "whole numbers")
        bad = (values < 0) | (values >= 2**31)
        if bad.any():
            i, j = np.argwhere(bad)[0]
            raise InvalidInput(
                f"{name}[{i}][{j}]", values[i, j], "a whole number from 0 to 2^31 - 1"
            )
        frozen = np.array(values, dtype=np.int64)
        frozen.setflags(write=False)
        return frozen

    def _build(self) -> native.Problem:
        if not self.depots:
            raise InvalidInput("depots", 0, "at least one depot")
        if not self.vehicle_types:
            raise InvalidInput("vehicle_types", 0, "at least one vehicle type")
        n, first = self.locations, len(self.depots)
        dims = self.dimensions
        goods = np.zeros((2, n, dims), dtype=np.int64)
        ready, due = np.zeros(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
        service, release, prize = (np.zeros(n, dtype=np.int64) for _ in range(3))
        required = np.ones(n, dtype=np.bool_)
        for i, depot in enumerate(self.depots):
            ready[i], due[i] = window_of(f"depots[{i}].window", depot.window)
        names: set[str] = set()
        for i, client in enumerate(self.clients, first):
            at = i - first
            if client.name:
                if client.name in names:
                    raise InvalidInput(f"clients[{at}].name", client.name, "names that differ")
                names.add(client.name)
            if client.delivery != 0:
                goods[0, i] = self.load(client.delivery, f"clients[{at}].delivery")
            if client.pickup != 0:
                goods[1, i] = self.load(client.pickup, f"clients[{at}].pickup")
            if client.window != (0, None) or client.windows:
                windows = windows_of(f"clients[{at}]", client)
                ready[i], due[i] = windows[0][0], windows[-1][1]
            if client.service != 0:
                service[i] = whole(f"clients[{at}].service", client.service)
            if client.release != 0:
                release[i] = whole(f"clients[{at}].release", client.release)
            if client.prize is not None:
                prize[i] = whole(f"clients[{at}].prize", client.prize)
                required[i] = False
        for group in self.groups:
            for c in group:
                if not first <= c < n:
                    raise InvalidInput("groups", c, f"clients: locations {first} to {n - 1}")
                required[c] = False
                prize[c] = 0
        for pair in self.pairs:
            for c in pair:
                if not first <= c < n:
                    raise InvalidInput("pairs", c, f"clients: locations {first} to {n - 1}")
        types = [self._type(k, kind) for k, kind in enumerate(self.vehicle_types)]
        allowed = self._allowed()
        rules = rules_of(self)
        object.__setattr__(self, "_ruled", rules is not None)
        started = []
        for k, route in enumerate(self.started):
            stops = [whole(f"started[{k}].stops", c) for c in route.stops]
            started.append((whole(f"started[{k}].vehicle_type", route.vehicle_type), stops))
        with native_errors():
            return native.Problem(
                depots=first,
                xy=None if self.distance is not None else self.xy,
                rounding=self.metric.rounding,
                scale=float(self.metric.scale),
                distance=self.distance,
                duration=self.duration,
                delivery=goods[0],
                pickup=goods[1],
                ready=ready,
                due=due,
                service=service,
                release=release,
                prize=prize,
                required=required,
                groups=[list(group) for group in self.groups],
                pairs=list(self.pairs),
                backhaul=self.linehaul_first,
                types=types,
                allowed=allowed,
                started=started,
                vehicles_first=self.vehicles_first,
                rules=rules,
            )

    def _allowed(self) -> npt.NDArray[np.bool_] | None:
        """Return which type may serve which location, None where all may serve all."""
        n, first, kinds = self.locations, len(self.depots), self.vehicle_types
        needs = [(i, c.skills) for i, c in enumerate(self.clients, first) if c.skills]
        if not needs and all(kind.allowed is None for kind in kinds):
            return None
        allowed = np.ones((len(kinds), n), dtype=np.bool_)
        for k, kind in enumerate(kinds):
            if kind.allowed is not None:
                for c in kind.allowed:
                    if not first <= c < n:
                        place = f"vehicle_types[{k}].allowed"
                        raise InvalidInput(place, c, f"clients: locations {first} to {n - 1}")
                allowed[k, first:] = False
                allowed[k, list(kind.allowed)] = True
            for c, skills in needs:
                allowed[k, c] &= skills <= kind.skills
        return allowed

    def _type(self, k: int, kind: VehicleType) -> dict[str, Any]:
        path = f"vehicle_types[{k}]"
        first = len(self.depots)

        def depot(name: str, value: object) -> int:
            number = whole(f"{path}.{name}", value)
            if number >= first:
                raise InvalidInput(f"{path}.{name}", value, f"a depot: 0 to {first - 1}")
            return number

        def optional(name: str) -> int | None:
            value = getattr(kind, name)
            return None if value is None else whole(f"{path}.{name}", value)

        costs = ("fixed_cost", "distance_cost", "duration_cost", "overtime_cost")
        shift = window_of(f"{path}.shift", kind.shift)
        depot("depot", kind.depot)
        if kind.end_depot not in (None, "open"):
            depot("end_depot", kind.end_depot)
        return {
            "count": self.locations if kind.count is None else optional("count"),
            "capacity": list(self.load(kind.capacity, f"{path}.capacity")),
            "start": kind.depot,
            "end": self.ends(k)[1],
            "costs": tuple(whole(f"{path}.{name}", getattr(kind, name)) for name in costs),
            "overtime_after": optional("overtime_after"),
            "shift": (shift[0], None if shift[1] < 0 else shift[1]),
            "max_duration": optional("max_duration"),
            "max_distance": optional("max_distance"),
            "max_stops": optional("max_stops"),
            "reload_depots": [depot("reload_depots", d) for d in kind.reload_depots],
            "max_reloads": optional("max_reloads"),
        }
