"""A generated map of up to a million clustered stops, against plain savings (Clarke and Wright 1964).

`python -m benchmarks routing large --stops 1000000 --per-route 150 500 --seconds 600 --threads 2`. Seven
stops of ten lie around centres, the others anywhere; the depot is in the middle. Savings are
computed here, over the pairs of each stop's nearest neighbours. What no solver can save is said too:
every unit of demand has to be carried out from the depot in full vehicles (Haimovich and Rinnooy
Kan 1985). The longer the routes, the more of the cost is between the stops.
"""

from __future__ import annotations

import resource
from time import perf_counter

import numpy as np
import numpy.typing as npt

from backhaul.engine.routing import Client, Depot, RoutingProblem, VehicleType, solve
from backhaul.engine.stop import Stop

#: Width of the map; places are whole numbers on it.
SIDE = 1_000_000
#: Stops around one centre, and how far they spread.
AROUND, SPREAD = 2_000, 15_000
#: Neighbours whose pairs savings looks at.
NEAR = 60

Map = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]


def clustered(stops: int, per_route: int, seed: int) -> Map:
    """Places (the depot first), demands (0 for the depot), and the capacity of a vehicle."""
    draw = np.random.default_rng(seed)
    centres = draw.integers(0, SIDE, (max(1, stops // AROUND), 2))
    places = centres[draw.integers(0, len(centres), stops)] + draw.normal(0, SPREAD, (stops, 2))
    anywhere = draw.random(stops) < 0.3
    places[anywhere] = draw.integers(0, SIDE, (int(anywhere.sum()), 2))
    places = np.vstack([[SIDE // 2, SIDE // 2], np.clip(places, 0, SIDE)]).astype(np.int64)
    demand = np.concatenate([[0], draw.integers(1, 20, stops)])
    return places, demand, 10 * per_route


def savings(places: npt.NDArray[np.int64], demand: npt.NDArray[np.int64], capacity: int) -> float:
    """Cost of plain savings, with distances rounded as in the problem."""
    from scipy.spatial import cKDTree

    n = len(places) - 1
    near = cKDTree(places[1:]).query(places[1:], k=min(n, NEAR + 1))[1][:, 1:] + 1
    one, two = np.repeat(np.arange(1, n + 1), near.shape[1]), near.ravel()
    low, high = np.minimum(one, two), np.maximum(one, two)
    low, high = np.unique(np.stack([low, high]), axis=1)

    def apart(a, b):
        return np.rint(np.hypot(*(places[a] - places[b]).T)).astype(np.int64)

    out = apart(np.zeros(n + 1, dtype=np.int64), np.arange(n + 1))
    saved = out[low] + out[high] - apart(low, high)
    order = np.argsort(-saved, kind="stable")
    order = order[saved[order] > 0]
    root, load, ends = list(range(n + 1)), demand.tolist(), [0] * (n + 1)
    cost = 2 * int(out.sum())
    pairs = zip(low[order].tolist(), high[order].tolist(), saved[order].tolist(), strict=True)
    for a, b, saving in pairs:
        if ends[a] == 2 or ends[b] == 2:
            continue
        x, y = a, b
        while root[x] != x:
            root[x] = x = root[root[x]]
        while root[y] != y:
            root[y] = y = root[root[y]]
        if x != y and load[x] + load[y] <= capacity:
            root[y] = x
            load[x] += load[y]
            ends[a] += 1
            ends[b] += 1
            cost -= saving
    return float(cost)


def row(stops: int, per_route: int, seconds: float, threads: int, seed: int) -> dict[str, object]:
    """One row: savings, ours, the least that any plan costs, seconds and memory."""
    places, demand, capacity = clustered(stops, per_route, 1)
    (x, y), *clients = places.tolist()
    problem = RoutingProblem(
        depots=[Depot(x, y)],
        clients=[
            Client(a, b, delivery=d) for (a, b), d in zip(clients, demand[1:].tolist(), strict=True)
        ],
        vehicle_types=[VehicleType(count=stops, capacity=capacity)],
    )
    begin = perf_counter()
    solution = solve(problem, stop=Stop(seconds=seconds), seed=seed, threads=threads)
    wall = perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    plain = savings(places, demand, capacity)
    out = np.hypot(*(places - places[0]).T)
    radial = 2 * float(out @ demand) / capacity
    return {
        "family": "large",
        "instance": f"{stops} stops, {per_route} a route",
        "solver": "backhaul",
        "seconds": seconds,
        "threads": threads,
        "savings": plain,
        "cost": solution.cost,
        "less_than_savings_pct": round(100 * (1 - solution.cost / plain), 2),
        "radial_bound_below_savings_pct": round(100 * (1 - radial / plain), 2),
        "vehicles": solution.vehicles,
        "valid": solution.check().ok,
        "memory_gib": round(memory, 2),
        "wall": round(wall, 1),
    }
