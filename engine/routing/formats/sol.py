"""Solution files of VRPLIB: `Route #1: 3 5 9` and `Cost 123`."""

from __future__ import annotations

import re
from pathlib import Path

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.model import RoutingProblem
from backhaul.engine.routing.solution import RoutingSolution

__all__ = ["read_solution", "solution_text", "write_solution"]


def solution_text(solution: RoutingSolution) -> str:
    """Return a solution as text.

    Locations are node numbers less one; where vehicles differ, `Route #k` is vehicle k.
    """
    numbered = len(solution.problem.vehicle_types) > 1 or any(
        kind.vehicles for kind in solution.problem.vehicle_types
    )
    lines = []
    routes = [route for route in solution.routes if route.stops]
    if numbered:
        routes.sort(key=lambda route: route.vehicle)
    for k, route in enumerate(routes, 1):
        name = route.vehicle if numbered else k
        lines.append(f"Route #{name}: {' '.join(map(str, route.stops))}")
    cost = solution.cost
    lines.append(f"Cost {cost if cost == int(cost) else repr(round(cost, 6))}")
    return "\n".join(lines) + "\n"


def write_solution(solution: RoutingSolution, path: str | Path) -> None:
    """Write a solution file."""
    Path(path).write_text(solution_text(solution))


def read_solution(problem: RoutingProblem, path: str | Path) -> RoutingSolution:
    """Read a solution file of a problem.

    Raises
    ------
    InvalidInput
        A line is not understood, or names a vehicle or location that there is not.
    """
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InvalidInput("FILE", str(path), f"a readable file ({error.strerror})") from None
    type_of: dict[int, int] = {}
    following = 1
    for k, kind in enumerate(problem.vehicle_types):
        count = problem.locations if kind.count is None else kind.count
        for number in kind.vehicles or range(following, following + count):
            type_of[number] = k
        following += count
    routes: list[list[int]] = []
    types: list[int] = []
    for line_number, raw in enumerate(text.splitlines(), 1):
        match = re.fullmatch(r"Route\s*#?\s*(\d{1,9})\s*:\s*([\d\s]*)", raw.strip(), re.IGNORECASE)
        if match is None:
            if raw.strip().lower().startswith("route"):
                place = f"line {line_number}"
                raise InvalidInput(place, raw.strip()[:60], "Route #1: 3 5 9", file=str(path))
            continue
        stops = [int(word) for word in match[2].split()]
        if not stops:
            continue
        number = int(match[1])
        if number not in type_of and len(problem.vehicle_types) > 1:
            place = f"line {line_number}"
            raise InvalidInput(place, number, "the number of a vehicle", file=str(path))
        routes.append(stops)
        types.append(type_of.get(number, 0))
    return RoutingSolution.of_routes(problem, routes, types)
