"""Rules that few problems have, on their way to the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.drivers import driver_rules
from backhaul.engine.routing.parts import Client, VehicleType, whole, window_of

if TYPE_CHECKING:
    from backhaul.engine.routing.model import RoutingProblem

__all__ = ["Measure", "Traffic", "rules_of", "windows_of"]

Measure = Literal["duration", "distance", "stops", "load"]
MEASURES: tuple[Measure, ...] = ("duration", "distance", "stops", "load")


@dataclass(frozen=True, slots=True)
class Traffic:
    """Travel times by time of leaving, as a percentage of the table's.

    Between two points in time the percentage changes in a straight line; before the first and
    after the last it does not change. Who leaves later must not arrive earlier (FIFO): a
    percentage that falls too fast for the longest leg is refused.

    Parameters
    ----------
    times : tuple of int
        Points in time, ascending.
    percent : tuple of int
        Percentage at each of them, 1 to 10000.

    Examples
    --------
    >>> rush = Traffic(times=(0, 3600, 7200, 10800), percent=(100, 160, 160, 100))
    >>> rush.travel(600, leave=1800)
    780
    """

    times: tuple[int, ...]
    percent: tuple[int, ...]

    def travel(self, base: int, leave: int) -> int:
        """Return the travel time of a leg that takes `base` at 100 %, rounded up."""
        times, percent = self.times, self.percent
        if leave <= times[0]:
            share, whole_ = percent[0], 100
        elif leave >= times[-1]:
            share, whole_ = percent[-1], 100
        else:
            k = next(k for k in range(1, len(times)) if leave < times[k])
            span = times[k] - times[k - 1]
            share = percent[k - 1] * (times[k] - leave) + percent[k] * (leave - times[k - 1])
            whole_ = 100 * span
        return -(-base * share // whole_)


def windows_of(path: str, client: Client) -> list[tuple[int, int]]:
    """Return the windows of a client, -1 where there is no end; checked."""
    if not client.windows:
        return [window_of(f"{path}.window", client.window)]
    if client.window != (0, None):
        raise InvalidInput(f"{path}.window", client.window, "nothing, where `windows` are given")
    found = [window_of(f"{path}.windows[{j}]", w) for j, w in enumerate(client.windows)]
    for j, ((_, end), (start, _)) in enumerate(pairwise(found)):
        if end < 0 or start <= end:
            allowed = "windows in ascending order that do not touch"
            raise InvalidInput(f"{path}.windows[{j + 1}]", client.windows[j + 1], allowed)
    return found


def rules_of(problem: RoutingProblem) -> dict[str, Any] | None:
    """Return the rules for the kernel, None where there are none."""
    clients, depots = problem.clients, len(problem.depots)
    n = problem.locations
    found: dict[str, Any] = {
        "windows": None,
        "soft": _soft(clients, depots),
        "types": _types(problem.vehicle_types),
        "service": _service(problem),
        "max_ride": _rides(problem),
        "traffic": [_traffic(k, t) for k, t in enumerate(problem.traffic)],
        "traffic_of": _traffic_of(problem),
        "lifo": problem.lifo,
        "sequences": [list(sequence) for sequence in problem.sequences],
        "balance": _balance(problem),
        **_locks(problem),
    }
    if any(len(c.windows) > 1 for c in clients):
        rows: list[list[tuple[int, int | None]]] = [[] for _ in range(n)]
        for i, client in enumerate(clients):
            if len(client.windows) > 1:
                rows[depots + i] = [
                    (early, None if late < 0 else late)
                    for early, late in windows_of(f"clients[{i}]", client)
                ]
        found["windows"] = rows
    nothing: tuple[object, ...] = (None, [], False, (0, 0), (0, 0, 0))
    return None if all(value in nothing for value in found.values()) else found


def _soft(clients: Sequence[Client], depots: int) -> list[tuple[int, int | None, int, int]] | None:
    if all(c.soft_window is None for c in clients):
        for i, c in enumerate(clients):
            if c.early_cost or c.late_cost:
                path = f"clients[{i}].soft_window"
                raise InvalidInput(path, None, "a window, as there is a price for missing it")
        return None
    rows: list[tuple[int, int | None, int, int]] = [(0, None, 0, 0)] * depots
    for i, c in enumerate(clients):
        path = f"clients[{i}]"
        early, late = window_of(f"{path}.soft_window", c.soft_window or (0, None))
        prices = whole(f"{path}.early_cost", c.early_cost), whole(f"{path}.late_cost", c.late_cost)
        rows.append((early, None if late < 0 else late, *prices))
    return rows


def _types(kinds: Sequence[VehicleType]) -> list[dict[str, Any]] | None:
    rows = []
    plain = {"speed_percent": 100, "load_cost": 0, "breaks": [], "driver": None}
    for k, kind in enumerate(kinds):
        path = f"vehicle_types[{k}]"
        rules = driver_rules(f"{path}.driver_rules", kind.driver_rules)
        breaks = []
        for j, pause in enumerate(kind.breaks):
            at = f"{path}.breaks[{j}]"
            windows = [window_of(f"{at}.windows[{w}]", x) for w, x in enumerate(pause.windows)]
            if not windows or any(end < 0 for _, end in windows):
                raise InvalidInput(f"{at}.windows", pause.windows, "windows, each with an end")
            breaks.append((windows, whole(f"{at}.length", pause.length, 1)))
        rows.append(
            {
                "speed_percent": whole(f"{path}.speed_percent", kind.speed_percent, 1),
                "load_cost": whole(f"{path}.load_cost", kind.load_cost),
                "breaks": breaks,
                "driver": None if rules is None else rules.native(),
            }
        )
    return None if all(row == plain for row in rows) else rows


def _service(problem: RoutingProblem) -> list[int] | None:
    if all(not c.services for c in problem.clients):
        return None
    kinds, depots = len(problem.vehicle_types), len(problem.depots)
    table = np.zeros((kinds, problem.locations), dtype=np.int64)
    for i, c in enumerate(problem.clients, depots):
        path = f"clients[{i - depots}]"
        if c.services and len(c.services) != kinds:
            allowed = f"{kinds} times, one a vehicle type"
            raise InvalidInput(f"{path}.services", c.services, allowed)
        for k in range(kinds):
            given = c.services[k] if c.services else c.service
            table[k, i] = whole(f"{path}.services[{k}]", given)
    return [int(v) for v in table.ravel()]


def _rides(problem: RoutingProblem) -> list[int | None] | None:
    if all(c.max_ride is None for c in problem.clients):
        return None
    depots, pickups = len(problem.depots), {p for p, _ in problem.pairs}
    rows: list[int | None] = [None] * depots
    for i, c in enumerate(problem.clients):
        path = f"clients[{i}].max_ride"
        if c.max_ride is not None and depots + i not in pickups:
            raise InvalidInput(path, c.max_ride, "nothing: it is not the pickup of a pair")
        rows.append(None if c.max_ride is None else whole(path, c.max_ride))
    return rows


def _traffic(k: int, profile: Traffic) -> tuple[list[int], list[int]]:
    return (
        [whole(f"traffic[{k}].times[{j}]", t) for j, t in enumerate(profile.times)],
        [whole(f"traffic[{k}].percent[{j}]", p) for j, p in enumerate(profile.percent)],
    )


def _traffic_of(problem: RoutingProblem) -> list[int] | None:
    given = problem.traffic_of
    if given is None:
        return None
    n = problem.locations
    table: npt.NDArray[np.int64] = np.asarray(given)
    if table.shape != (n, n) or table.dtype.kind not in "iu":
        raise InvalidInput("traffic_of", table.shape, f"whole numbers of shape ({n}, {n})")
    if table.size and (table.min() < 0 or not table.max() < len(problem.traffic) <= 255):
        allowed = "numbers of the profiles in `traffic`"
        raise InvalidInput("traffic_of", int(table.max()), allowed)
    return [int(v) for v in table.ravel()]


def _locks(problem: RoutingProblem) -> dict[str, Any]:
    n, depots = problem.locations, len(problem.depots)
    keeper: list[int | None] = [None] * n
    planned: list[tuple[int, int] | None] = [None] * n
    for k, vehicle in enumerate(problem.started):
        for name, stops in (("keeps", sorted(vehicle.keeps)), ("planned", vehicle.planned)):
            for place, c in enumerate(stops):
                path = f"started[{k}].{name}"
                if whole(path, c) < depots or c >= n:
                    raise InvalidInput(path, c, f"clients: locations {depots} to {n - 1}")
                taken = keeper[c] if name == "keeps" else planned[c]
                if taken is not None:
                    raise InvalidInput(path, c, "a client of one vehicle, once")
                if name == "keeps":
                    keeper[c] = k
                else:
                    planned[c] = (k, place)
    for c, k in _aboard(problem).items():
        if keeper[c] not in (None, k):
            raise InvalidInput(f"started[{keeper[c]}].keeps", c, "not what another vehicle carries")
        keeper[c] = k
    costs = (
        whole("move_cost", problem.move_cost),
        whole("reorder_cost", problem.reorder_cost),
    )
    known = any(p is not None for p in planned) and any(costs)
    return {
        "keeper": keeper if any(k is not None for k in keeper) else None,
        "planned": planned if known else None,
        "change_costs": costs if known else (0, 0),
    }


def _aboard(problem: RoutingProblem) -> dict[int, int]:
    """Return the deliveries whose goods a started vehicle has on board, and which one that is."""
    place = {c: (k, at) for k, v in enumerate(problem.started) for at, c in enumerate(v.stops)}
    aboard = {}
    for p, d in problem.pairs:
        if d in place and (p not in place or place[p] > place[d] or place[p][0] != place[d][0]):
            path = f"started[{place[d][0]}].stops"
            raise InvalidInput(path, d, f"a delivery after its pickup {p}, by the same vehicle")
        if p in place and d not in place:
            aboard[d] = place[p][0]
    return aboard


def _balance(problem: RoutingProblem) -> tuple[int, int, int]:
    if problem.balance_of not in MEASURES:
        raise InvalidInput("balance_of", problem.balance_of, " or ".join(MEASURES))
    largest = whole("largest_cost", problem.largest_cost)
    spread = whole("spread_cost", problem.spread_cost)
    measure = MEASURES.index(problem.balance_of) if largest or spread else 0
    return measure, largest, spread
