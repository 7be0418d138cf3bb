"""Places, and ways between them."""

from __future__ import annotations

import math

import numpy as np

from backhaul.engine import random
from backhaul.scenarios.facts import cities
from backhaul.scenarios.schema.network import Dc, Network, StoreGroup
from backhaul.sim.world.arrays import Floats, Ints

__all__ = ["great_circle_m", "place", "road_m", "road_matrix", "store_places", "travel_s"]

EARTH_M = 6_371_009.0
"""Mean radius of the earth (IUGG)."""
NEAREST_M = 500.0
"""No store stands nearer to its city's centre: a DC may."""


def place(site: Dc | StoreGroup) -> tuple[float, float] | None:
    """Return latitude and longitude of a site: as stated, else of its city."""
    if site.lat is not None and site.lon is not None:
        return site.lat, site.lon
    city = cities().get(site.city)
    return (city.lat, city.lon) if city else None


def great_circle_m(lat: Floats, lon: Floats) -> Floats:
    """Return the great-circle distances between all places (haversine formula).

    Parameters
    ----------
    lat, lon : (n,) float64
        Degrees.

    Returns
    -------
    (n, n) float64
        Metres.

    Examples
    --------
    >>> import numpy as np
    >>> atlanta, dallas = (33.749, -84.388), (32.7831, -96.8067)
    >>> lat, lon = np.array([atlanta, dallas]).T
    >>> int(great_circle_m(lat, lon)[0, 1] / 1000)
    1158
    """
    phi, lam = np.radians(lat), np.radians(lon)
    a = np.sin((phi[:, None] - phi[None, :]) / 2) ** 2
    b = np.cos(phi)[:, None] * np.cos(phi)[None, :]
    root = np.sqrt(a + b * np.sin((lam[:, None] - lam[None, :]) / 2) ** 2)
    distance: Floats = 2 * EARTH_M * np.arcsin(np.minimum(root, 1.0))
    return distance


def road_m(here: tuple[float, float], there: tuple[float, float], circuity: float) -> int:
    """Return the road distance between two places in metres."""
    lat, lon = np.array([here, there]).T
    return int(great_circle_m(lat, lon)[0, 1] * circuity)


def store_places(network: Network, seed: int) -> tuple[Floats, Floats]:
    """Return the places of all stores: around the centre of their city, by a seeded draw.

    Stores are spread evenly over a disc; the place of the third store of a city depends on nothing
    but the seed, the city and the three.
    """
    lats, lons = [], []
    spread = max(network.store_format.spread_m - NEAREST_M, 0.0)
    for group in network.stores:
        centre = place(group)
        assert centre is not None
        for number in range(group.count):
            name = f"scenario.place.{group.city}"
            radius, turn = random.uniforms(seed, name, number, n=2)
            away = NEAREST_M + spread * math.sqrt(radius)
            angle = 2 * math.pi * turn
            lats.append(centre[0] + math.degrees(away * math.cos(angle) / EARTH_M))
            shrink = math.cos(math.radians(centre[0]))
            lons.append(centre[1] + math.degrees(away * math.sin(angle) / (EARTH_M * shrink)))
    return np.array(lats), np.array(lons)


def road_matrix(network: Network, lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
    """Return road distances (metres) and travel times (seconds) between places."""
    metres = np.rint(great_circle_m(lat, lon) * network.roads.circuity).astype(np.int64)
    np.fill_diagonal(metres, 0)
    metres = np.maximum(metres, metres.T)
    return metres, travel_s(network, metres)


def travel_s(network: Network, metres: Ints) -> Ints:
    """Return travel times: the first and last kilometres in town, the rest outside."""
    roads = network.roads
    near = np.minimum(metres, roads.near_m)
    seconds = near / roads.near_speed_m_per_s + (metres - near) / roads.far_speed_m_per_s
    whole: Ints = np.ceil(seconds).astype(np.int64)
    return whole
