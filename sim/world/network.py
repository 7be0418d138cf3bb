"""Stores, distribution centres (DCs) and the roads between them."""

from __future__ import annotations

from dataclasses import dataclass

from backhaul.sim.world.arrays import Bools, Floats, Ints, Names, freeze

__all__ = ["Dcs", "Roads", "Stores"]


@dataclass(frozen=True, slots=True, eq=False)
class Stores:
    """Stores, S rows.

    Parameters
    ----------
    name, city, state : tuple of str
        Name (unique), city, two-letter state.
    lat, lon : (S,) float64
        Degrees.
    dc : (S,) int64
        The DC that serves it, a position in `Dcs`.
    scale : (S,) float64
        Demand against the average store; the mean is 1.
    area_m2 : (S,) int64
        Total floor.
    shelf_m : (S,) int64
        Running metres of shelf.
    open_s, close_s : (S,) int64
        Trading hours, seconds after midnight, every day.
    receive_from_s, receive_to_s : (S,) int64
        Delivery window, seconds after midnight.
    doors : (S,) int64
        Dock doors.
    collect : (S,) bool
        Offers click and collect.
    """

    name: Names
    city: Names
    state: Names
    lat: Floats
    lon: Floats
    dc: Ints
    scale: Floats
    area_m2: Ints
    shelf_m: Ints
    open_s: Ints
    close_s: Ints
    receive_from_s: Ints
    receive_to_s: Ints
    doors: Ints
    collect: Bools

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Dcs:
    """Distribution centres, C rows.

    Parameters
    ----------
    name, city, state : tuple of str
        Name (unique), city, two-letter state.
    lat, lon : (C,) float64
        Degrees.
    area_m2, doors : (C,) int64
        Floor, dock doors.
    open_s, close_s : (C,) int64
        Loading hours, seconds after midnight; `close_s` may pass 86,400.
    slots : (C, 3) int64
        Pallet places by zone (ambient, chill, freeze).
    """

    name: Names
    city: Names
    state: Names
    lat: Floats
    lon: Floats
    area_m2: Ints
    doors: Ints
    open_s: Ints
    close_s: Ints
    slots: Ints

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Road distances and times between places: first the DCs, then the stores.

    Parameters
    ----------
    distance_m, time_s : (C + S, C + S) int64
        Zero on the diagonal; symmetric.
    """

    distance_m: Ints
    time_s: Ints

    def __post_init__(self) -> None:
        freeze(self)
