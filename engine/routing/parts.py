"""What a routing problem is made of: depots, clients, vehicles, and straight-line distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.drivers import Break, DriverRules, RuleName

__all__ = ["Client", "Depot", "Euclid", "Load", "Started", "VehicleType", "Window"]

#: Goods in one dimension, or one number a dimension.
Load = int | tuple[int, ...]
#: (earliest, latest) start of service; None: no end.
Window = tuple[int, int | None]


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
    windows : tuple of (int, int or None)
        Several windows in ascending order, of which one is kept; in place of `window`.
    soft_window : (int, int or None), optional
        A window within these that may be missed at a price.
    early_cost, late_cost : int
        Cost per unit of time of starting before or after `soft_window`.
    services : tuple of int
        Time at the stop by vehicle type; empty: `service` for all.
    max_ride : int, optional
        Of the pickup of a pair: longest time from leaving it to the start at its delivery.
    release : int
        When the goods are at the depot: no trip with them leaves earlier.
    prize : int, optional
        Makes the stop optional: what leaving it out costs, in the unit of the costs.
    skills : frozenset of str
        Only a vehicle that has all of these may serve it.
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
    skills: frozenset[str] = frozenset()
    name: str = ""
    windows: tuple[Window, ...] = ()
    soft_window: Window | None = None
    early_cost: int = 0
    late_cost: int = 0
    services: tuple[int, ...] = ()
    max_ride: int | None = None


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
    skills : frozenset of str
        What it can do; see `Client.skills`.
    speed_percent : int
        Travel times are divided by this percentage and rounded up: 125 is a quarter faster.
    load_cost : int
        Cost per unit of goods (first dimension) and unit of distance.
    breaks : tuple of Break
        Breaks that the driver takes.
    driver_rules : DriverRules or "eu561" or "us_hos", optional
        Limits on driving and working.
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
    skills: frozenset[str] = frozenset()
    vehicles: tuple[int, ...] = ()
    name: str = ""
    speed_percent: int = 100
    load_cost: int = 0
    breaks: tuple[Break, ...] = ()
    driver_rules: DriverRules | RuleName | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """A vehicle that is under way: its route begins with `stops`, in this order.

    Parameters
    ----------
    vehicle_type : int
        Its type.
    stops : tuple of int
        Locations already visited or promised; further stops may follow them. Of a pair whose
        pickup is among them it makes the delivery too.
    keeps : frozenset of int
        Clients that no other vehicle may serve.
    planned : tuple of int
        Clients that people expect it to serve, in this order; see `RoutingProblem.move_cost`.
    """

    vehicle_type: int
    stops: tuple[int, ...] = ()
    keeps: frozenset[int] = frozenset()
    planned: tuple[int, ...] = ()


def whole(path: str, value: object, least: int = 0) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise InvalidInput(path, value, "a whole number")
    if not least <= value < 2**62:
        raise InvalidInput(path, value, f"a whole number of at least {least} and below 2^62")
    return int(value)


def window_of(path: str, window: Window) -> tuple[int, int]:
    """Return (earliest, latest), latest -1 where there is none."""
    if not isinstance(window, tuple) or len(window) != 2:
        raise InvalidInput(path, window, "(earliest, latest)")
    early = whole(f"{path}[0]", window[0])
    if window[1] is None:
        return early, -1
    late = whole(f"{path}[1]", window[1])
    if late < early:
        raise InvalidInput(path, window, "a window that ends at or after its start")
    return early, late
