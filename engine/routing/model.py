"""The routing problem: frozen, validated when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
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

#: Goods in one dimension, or one number a dimension.
Load = int | tuple[int, ...]
#: (earliest, latest) start of service; None: no end.
Window = tuple[int, int | None]

MATRIX_LIMIT = 5_000
"""Largest number of locations for which a full matrix is kept."""


@dataclass(frozen=True, slots=True)
class Euclid:
    """Straight-line distances between coordinates, as integers.

    Parameters
    ----------
    rounding : {"nearest", "truncate", "up"}
        How ``scale * distance`` becomes a whole number. With ``"up"`` a plan that is on time is
        on time with unrounded distances too.
    scale : float
        Units of distance (and of time) in one unit of the coordinates.

    Examples
    --------
    >>> Euclid("truncate", 10).between((0, 0), (1, 1))
    14
    """

    rounding: Literal["nearest", "truncate", "up"] = "nearest"
    scale: float = 1.0

    def __post_init__(self) -> None:
        if self.rounding not in ("nearest", "truncate", "up"):
            raise InvalidInput("metric.rounding", self.rounding, "nearest, truncate or up")
        if not 0 < self.scale <= 1e9:
            raise InvalidInput("metric.scale", self.scale, "a number above 0 and up to 1e9")

    def between(self, a: tuple[float, float], b: tuple[float, float]) -> int:
        """Return the distance between two points."""
        return int(self.legs(np.array([a, b], dtype=float))[0])

    def legs(self, path: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Return the length of every leg of a path of shape (points, 2)."""
        step = np.diff(path, axis=0)
        d = self.scale * np.sqrt((step * step).sum(axis=1))
        if self.rounding == "nearest":
            d = np.floor(d + 0.5)
        elif self.rounding == "up":
            d = np.ceil(d - 1e-7)
        return np.asarray(d, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Depot:
    """Where vehicles start, end and reload.

    Parameters
    ----------
    x, y : float
        Coordinates; not used where matrices are given.
    window : (int, int or None)
        Opening hours.
    name : str
        For people.
    """

    x: float = 0.0
    y: float = 0.0
    window: Window = (0, None)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A stop.

    Parameters
    ----------
    x, y : float
        Coordinates; not used where matrices are given.
    delivery, pickup : int or tuple of int
        Goods brought from the depot, and goods taken to it; one number for each dimension of the
        capacity. In a pair: taken at its first client (`pickup`), brought to its second
        (`delivery`).
    service : int
        Time at the stop.
    window : (int, int or None)
        Earliest and latest start of service; a vehicle that is early waits.
    release : int
        When the goods are at the depot: no trip with them leaves earlier.
    prize : int, optional
        Makes the stop optional: what leaving it out costs, in the unit of the costs.
    name : str
        For people.
    """

    x: float = 0.0
    y: float = 0.0
    delivery: Load = 0
    pickup: Load = 0
    service: int = 0
    window: Window = (0, None)
    release: int = 0
    prize: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Vehicles of one kind.

    Parameters
    ----------
    count : int, optional
        How many there are; None: as many as wanted.
    capacity : int or tuple of int
        In every dimension.
    depot : int
        Where it starts.
    end_depot : int or "open" or None
        Where it ends: None is where it started, ``"open"`` is at its last stop.
    fixed_cost, distance_cost, duration_cost : int
        Cost of using one, per unit of distance, and per unit of time from leaving to returning.
    overtime_cost, overtime_after : int
        Additional cost per unit of time beyond a duration.
    shift : (int, int or None)
        Earliest departure and latest return.
    max_duration, max_distance, max_stops : int, optional
        Limits of a route.
    reload_depots : tuple of int
        Where it may reload on the way.
    max_reloads : int, optional
        How often.
    allowed : frozenset of int, optional
        Locations of the clients that it may serve; None: all.
    vehicles : tuple of int
        Numbers of the vehicles in the file that they come from; empty: counted on.
    name : str
        For people.
    """

    count: int | None = None
    capacity: Load = 0
    depot: int = 0
    end_depot: int | Literal["open"] | None = None
    fixed_cost: int = 0
    distance_cost: int = 1
    duration_cost: int = 0
    overtime_cost: int = 0
    overtime_after: int | None = None
    shift: Window = (0, None)
    max_duration: int | None = None
    max_distance: int | None = None
    max_stops: int | None = None
    reload_depots: tuple[int, ...] = ()
    max_reloads: int | None = None
    allowed: frozenset[int] | None = None
    vehicles: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A vehicle that is under way: its route begins with `stops`, in this order.

    Parameters
    ----------
    vehicle_type : int
        Its type.
    stops : tuple of int
        Locations already visited or promised; further stops may follow them.
    """

    vehicle_type: int
    stops: tuple[int, ...] = ()


def _whole(path: str, value: object, least: int = 0) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise InvalidInput(path, value, "a whole number")
    if not least <= value < 2**62:
        raise InvalidInput(path, value, f"a whole number of at least {least} and below 2^62")
    return int(value)


def _window(path: str, window: Window) -> tuple[int, int]:
    """Return (earliest, latest), latest -1 where there is none."""
    if not isinstance(window, tuple) or len(window) != 2:
        raise InvalidInput(path, window, "(earliest, latest)")
    early = _whole(f"{path}[0]", window[0])
    if window[1] is None:
        return early, -1
    late = _whole(f"{path}[1]", window[1])
    if late < early:
        raise InvalidInput(path, window, "a window that ends at or after its start")
    return early, late


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

    def __post_init__(self) -> None:
        freeze = object.__setattr__
        freeze(self, "depots", tuple(self.depots))
        freeze(self, "clients", tuple(self.clients))
        freeze(self, "vehicle_types", tuple(self.vehicle_types))
        freeze(self, "groups", tuple(tuple(int(c) for c in group) for group in self.groups))
        freeze(self, "pairs", tuple((int(p), int(d)) for p, d in self.pairs))
        freeze(self, "started", tuple(self.started))
        _whole("cost_divisor", self.cost_divisor, 1)
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
        return tuple(_whole(path, value) for value in values)

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
            ready[i], due[i] = _window(f"depots[{i}].window", depot.window)
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
            if client.window != (0, None):
                ready[i], due[i] = _window(f"clients[{at}].window", client.window)
            if client.service != 0:
                service[i] = _whole(f"clients[{at}].service", client.service)
            if client.release != 0:
                release[i] = _whole(f"clients[{at}].release", client.release)
            if client.prize is not None:
                prize[i] = _whole(f"clients[{at}].prize", client.prize)
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
        allowed = None
        if any(kind.allowed is not None for kind in self.vehicle_types):
            allowed = np.ones((len(types), n), dtype=np.bool_)
            for k, kind in enumerate(self.vehicle_types):
                if kind.allowed is not None:
                    allowed[k, first:] = False
                    for c in kind.allowed:
                        if not first <= c < n:
                            raise InvalidInput(
                                f"vehicle_types[{k}].allowed",
                                c,
                                f"clients: locations {first} to {n - 1}",
                            )
                        allowed[k, c] = True
        started = []
        for k, route in enumerate(self.started):
            stops = [_whole(f"started[{k}].stops", c) for c in route.stops]
            started.append((_whole(f"started[{k}].vehicle_type", route.vehicle_type), stops))
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
            )

    def _type(self, k: int, kind: VehicleType) -> dict[str, Any]:
        path = f"vehicle_types[{k}]"
        first = len(self.depots)

        def depot(name: str, value: object) -> int:
            number = _whole(f"{path}.{name}", value)
            if number >= first:
                raise InvalidInput(f"{path}.{name}", value, f"a depot: 0 to {first - 1}")
            return number

        def optional(name: str) -> int | None:
            value = getattr(kind, name)
            return None if value is None else _whole(f"{path}.{name}", value)

        costs = ("fixed_cost", "distance_cost", "duration_cost", "overtime_cost")
        shift = _window(f"{path}.shift", kind.shift)
        depot("depot", kind.depot)
        if kind.end_depot not in (None, "open"):
            depot("end_depot", kind.end_depot)
        return {
            "count": self.locations if kind.count is None else optional("count"),
            "capacity": list(self.load(kind.capacity, f"{path}.capacity")),
            "start": kind.depot,
            "end": self.ends(k)[1],
            "costs": tuple(_whole(f"{path}.{name}", getattr(kind, name)) for name in costs),
            "overtime_after": optional("overtime_after"),
            "shift": (shift[0], None if shift[1] < 0 else shift[1]),
            "max_duration": optional("max_duration"),
            "max_distance": optional("max_distance"),
            "max_stops": optional("max_stops"),
            "reload_depots": [depot("reload_depots", d) for d in kind.reload_depots],
            "max_reloads": optional("max_reloads"),
        }
