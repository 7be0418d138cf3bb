"""VRPLIB text (and TSPLIB), with the sections of the usual dialects."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.formats.matrix import read_matrix
from backhaul.engine.routing.formats.numbers import Scaling, number, scaling, whole
from backhaul.engine.routing.model import Client, Depot, Euclid, RoutingProblem, VehicleType

__all__ = ["read_vrplib"]

#: Family: distance convention, divisor of the cost by convention's scale (or None: stays).
CONVENTION = {
    "cvrp": "round",
    "tsp": "round",
    "vrptw": "dimacs",
    "pcvrptw": "dimacs",
    "hfvrp": "double",
    "mdvrptw": "exact",
    "sdvrptw": "exact",
    "vrpb": "round",
    "gvrp": "round",
    "mtvrptwr": "dimacs",
}
#: Families whose published costs stay in tenths or thousandths.
SCALED_COST = {"pcvrptw", "mdvrptw", "sdvrptw", "mtvrptwr"}
#: Sections that tell the family of a file without TYPE.
TELLING = {
    "PRIZE": "pcvrptw",
    "RELEASE_TIME": "mtvrptwr",
    "VEHICLES_RELOAD_DEPOT": "mtvrptwr",
    "BACKHAUL": "vrpb",
    "MUTUALLY_EXCLUSIVE_GROUP": "gvrp",
    "VEHICLES_ALLOWED_CLIENTS": "sdvrptw",
    "VEHICLES_DEPOT": "mdvrptw",
    "VEHICLES_FIXED_COST": "hfvrp",
    "VEHICLES_UNIT_DISTANCE_COST": "hfvrp",
}
VEHICLE_NUMBERS = (
    "CAPACITY",
    "VEHICLES_MAX_DURATION",
    "VEHICLES_MAX_DISTANCE",
    "VEHICLES_MAX_RELOADS",
    "VEHICLES_FIXED_COST",
    "VEHICLES_UNIT_DISTANCE_COST",
)
VEHICLE_LISTS = ("VEHICLES_DEPOT", "VEHICLES_RELOAD_DEPOT", "VEHICLES_ALLOWED_CLIENTS")
NODE_FIELDS = (
    "NODE_COORD",
    "DEMAND",
    "BACKHAUL",
    "TIME_WINDOW",
    "SERVICE_TIME",
    "RELEASE_TIME",
    "PRIZE",
)
SECTIONS = {
    *NODE_FIELDS,
    *VEHICLE_NUMBERS,
    *VEHICLE_LISTS,
    "DEPOT",
    "MUTUALLY_EXCLUSIVE_GROUP",
    "EDGE_WEIGHT",
    "DISPLAY_DATA",
}
HEADERS = {
    *VEHICLE_NUMBERS,
    "SERVICE_TIME",
    "RELEASE_TIME",
    "PRIZE",
    "NAME",
    "COMMENT",
    "TYPE",
    "DIMENSION",
    "VEHICLES",
    "EDGE_WEIGHT_TYPE",
    "EDGE_WEIGHT_FORMAT",
    "NODE_COORD_TYPE",
    "DISPLAY_DATA_TYPE",
}


@dataclass
class _File:
    """Headers and sections, as words."""

    headers: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[list[str]]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return name in self.headers or name in self.sections

    def rows(self, name: str, count: int, width: int | None) -> list[list[str]]:
        """Rows of a section numbered from 1, in order, without their numbers."""
        rows = self.sections[name]
        if len(rows) != count:
            raise InvalidInput(f"{name}_SECTION", f"{len(rows)} rows", f"{count} rows")
        table: list[list[str] | None] = [None] * count
        for row in rows:
            k = whole(row[0], f"{name}_SECTION", 1) - 1
            if k >= count or table[k] is not None:
                raise InvalidInput(f"{name}_SECTION", row[0], f"each of 1 to {count} once")
            if width is not None and len(row) != width + 1:
                raise InvalidInput(f"{name}_SECTION[{row[0]}]", " ".join(row), f"{width} values")
            table[k] = row[1:]
        return [row for row in table if row is not None]

    def column(self, name: str, n: int, depots: int) -> list[float]:
        """One number a node, from a section or one header for all clients."""
        if name in self.sections:
            rows = self.rows(name, n, 1)
            return [number(row[0], f"{name}_SECTION[{k}]") for k, row in enumerate(rows, 1)]
        value = number(self.headers[name], name) if name in self.headers else 0.0
        return [0.0] * depots + [value] * (n - depots)


def _split(text: str) -> _File:
    file = _File()
    rows: list[list[str]] | None = None
    for line_number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        if line.split()[0] == "EOF":
            break
        section = re.fullmatch(r"([A-Z][A-Z_0-9]*)_SECTION\s*:?", line)
        header = re.fullmatch(r"([A-Z][A-Z_0-9]*)\s*[:=]\s*(.*)", line)
        if section:
            name = section[1]
            if name not in SECTIONS or name in file.sections:
                raise InvalidInput(f"line {line_number}", line[:60], "a known section, once")
            rows = file.sections[name] = []
        elif header:
            name = header[1]
            if name not in HEADERS or (name in file.headers and name != "COMMENT"):
                raise InvalidInput(f"line {line_number}", line[:60], "a known header, once")
            file.headers[name] = header[2]
            rows = None
        elif rows is None:
            raise InvalidInput(f"line {line_number}", line[:60], "a header or a section")
        else:
            rows.append(line.split())
    return file


def _family(file: _File, given: str | None) -> str:
    if given is None:
        told = file.headers.get("TYPE", "").lower().split()
        if told and told[0] in ("atsp", "acvrp"):
            told[0] = told[0][1:]
        if told:
            given = told[0]
        else:
            names = sorted({family for key, family in TELLING.items() if file.has(key)})
            if len(names) > 1:
                raise InvalidInput("TYPE", "nothing", f"one of {', '.join(names)}")
            given = names[0] if names else "vrptw" if file.has("TIME_WINDOW") else "cvrp"
    if given not in CONVENTION:
        raise InvalidInput("TYPE", given, f"one of {', '.join(CONVENTION)}")
    return given


def read_vrplib(
    text: str, *, family: str | None, convention: str | None, vehicles_first: bool
) -> RoutingProblem:
    """Read a VRPLIB or TSPLIB text."""
    file = _split(text)
    family = _family(file, family)
    convention = convention or CONVENTION[family]
    n = whole(file.headers.get("DIMENSION", "nothing"), "DIMENSION", 1)
    kind = file.headers.get("EDGE_WEIGHT_TYPE", "EUC_2D")
    xy: npt.NDArray[np.float64] = np.zeros((n, 2))
    coordinates = "NODE_COORD" if "NODE_COORD" in file.sections else "DISPLAY_DATA"
    if coordinates in file.sections:
        rows = file.rows(coordinates, n, 2)
        place = f"{coordinates}_SECTION"
        xy = np.array([[number(w, f"{place}[{k}]") for w in r] for k, r in enumerate(rows, 1)])
    elif kind != "EXPLICIT":
        raise InvalidInput("NODE_COORD_SECTION", "nothing", "coordinates")
    timed = file.has("TIME_WINDOW") or file.has("VEHICLES_MAX_DURATION")
    distance = None
    if kind == "EUC_2D":
        units = scaling(convention, xy, timed=timed)
    else:
        units = Scaling(Euclid(), 1)
        distance = read_matrix(kind, file.headers, file.sections, xy)
    depots = [whole(r[0], "DEPOT_SECTION") for r in file.sections.get("DEPOT", []) if r != ["-1"]]
    depots = depots or [1]
    if depots != list(range(1, len(depots) + 1)) or len(depots) > n:
        raise InvalidInput("DEPOT_SECTION", depots, "the first nodes: 1 2 3 ...")
    nodes = _Nodes(file, n, len(depots), units, xy)
    groups, alone = _groups(file, n, len(depots))
    divisor = 1 if family in SCALED_COST else units.scale
    if family == "hfvrp":
        divisor = 100 * units.scale
    return RoutingProblem(
        depots=nodes.depots(),
        clients=nodes.clients(alone),
        vehicle_types=_fleet(file, n, len(depots), units, family),
        metric=units.metric,
        distance=distance,
        groups=groups,
        linehaul_first="BACKHAUL" in file.sections,
        vehicles_first=vehicles_first,
        cost_divisor=divisor,
        name=file.headers.get("NAME", ""),
        family=family,
    )


class _Nodes:
    """Depots and clients of a file."""

    def __init__(
        self, file: _File, n: int, depots: int, units: Scaling, xy: npt.NDArray[np.float64]
    ) -> None:
        self.count, self.xy, self.units = depots, xy, units
        self.demand = self._goods(file, "DEMAND", n)
        self.backhaul = self._goods(file, "BACKHAUL", n)
        names = ("SERVICE_TIME", "RELEASE_TIME", "PRIZE")
        self.service, self.release, self.prize = (self._times(file, name, n) for name in names)
        self.windows: list[tuple[int, int | None]] = [(0, None)] * n
        if "TIME_WINDOW" in file.sections:
            rows = file.rows("TIME_WINDOW", n, 2)
            for k, row in enumerate(rows):
                place = f"TIME_WINDOW_SECTION[{k + 1}]"
                early, late = (units.time(number(w, place), place) for w in row)
                self.windows[k] = (early, late)

    def _goods(self, file: _File, name: str, n: int) -> list[int]:
        values = file.column(name, n, self.count)
        for k, value in enumerate(values, 1):
            if value != int(value) or value < 0 or (value and k <= self.count):
                allowed = "a whole number of at least 0, and 0 for a depot"
                raise InvalidInput(f"{name}_SECTION[{k}]", value, allowed)
        return [int(value) for value in values]

    def _times(self, file: _File, name: str, n: int) -> list[int]:
        values = file.column(name, n, self.count)
        return [self.units.time(v, f"{name}[{k}]") for k, v in enumerate(values, 1)]

    def depots(self) -> list[Depot]:
        return [
            Depot(float(self.xy[i, 0]), float(self.xy[i, 1]), self.windows[i])
            for i in range(self.count)
        ]

    def clients(self, alone: set[int]) -> list[Client]:
        return [
            Client(
                x=float(self.xy[i, 0]),
                y=float(self.xy[i, 1]),
                delivery=self.demand[i],
                pickup=self.backhaul[i],
                service=self.service[i],
                window=self.windows[i],
                release=self.release[i],
                prize=self.prize[i] if self.prize[i] and i not in alone else None,
            )
            for i in range(self.count, len(self.xy))
        ]


def _groups(file: _File, n: int, depots: int) -> tuple[list[list[int]], set[int]]:
    """Return groups of two and more, and the clients that are a group alone: these are required."""
    if "MUTUALLY_EXCLUSIVE_GROUP" not in file.sections:
        return [], set()
    name = "MUTUALLY_EXCLUSIVE_GROUP"
    rows = file.rows(name, len(file.sections[name]), None)
    groups, alone = [], set()
    for k, row in enumerate(rows, 1):
        members = sorted({_node(w, f"{name}_SECTION[{k}]", depots, n) for w in row})
        if not members:
            raise InvalidInput(f"{name}_SECTION[{k}]", "nothing", "at least one client")
        if len(members) == 1:
            alone.add(members[0])
        else:
            groups.append(members)
    return groups, alone


def _node(word: str, place: str, low: int, high: int) -> int:
    """Read a node number of the file as a location."""
    value = whole(word, place, 1) - 1
    if not low <= value < high:
        raise InvalidInput(place, word, f"a node from {low + 1} to {high}")
    return value


def _fleet(file: _File, n: int, depots: int, units: Scaling, family: str) -> list[VehicleType]:
    count = whole(file.headers["VEHICLES"], "VEHICLES", 1) if "VEHICLES" in file.headers else None
    listed = [name for name in (*VEHICLE_NUMBERS, *VEHICLE_LISTS) if name in file.sections]
    if listed and count is None:
        raise InvalidInput("VEHICLES", "nothing", f"a number, as {listed[0]}_SECTION is given")

    convert: dict[str, tuple[str, Callable[[float, str], int]]] = {
        "CAPACITY": ("capacity", lambda v, place: whole(str(v), place)),
        "VEHICLES_MAX_DURATION": ("max_duration", units.time),
        "VEHICLES_MAX_DISTANCE": ("max_distance", units.time),
        "VEHICLES_MAX_RELOADS": ("max_reloads", lambda v, place: whole(str(v), place)),
        "VEHICLES_FIXED_COST": ("fixed_cost", units.time),
        "VEHICLES_UNIT_DISTANCE_COST": ("distance_cost", lambda v, place: whole(str(v), place)),
    }
    # Without demands a route can hold any number of clients.
    common: dict[str, Any] = {"capacity": 0}
    for name, (attribute, read) in convert.items():
        if name in file.headers:
            common[attribute] = read(number(file.headers[name], name), name)
    if family == "tsp":
        common |= {"capacity": 0}
        count = 1
    if not listed:
        return [VehicleType(count=count, **common)]
    if count is None:
        raise InvalidInput("VEHICLES", "nothing", "the number of vehicles")
    fields: list[dict[str, Any]] = [dict(common) for _ in range(count)]
    for name in listed:
        place = f"{name}_SECTION"
        if name in convert:
            attribute, read = convert[name]
            for k, row in enumerate(file.rows(name, count, 1)):
                where = f"{place}[{k + 1}]"
                fields[k][attribute] = read(number(row[0], where), where)
            continue
        width = 1 if name == "VEHICLES_DEPOT" else None
        for k, row in enumerate(file.rows(name, count, width)):
            where = f"{place}[{k + 1}]"
            if name == "VEHICLES_ALLOWED_CLIENTS":
                fields[k]["allowed"] = frozenset(_node(w, where, depots, n) for w in row)
            elif name == "VEHICLES_DEPOT":
                fields[k]["depot"] = _node(row[0], where, 0, depots)
            else:
                fields[k]["reload_depots"] = tuple(
                    sorted({_node(w, where, 0, depots) for w in row})
                )
    types: dict[tuple[Any, ...], list[int]] = {}
    for k, values in enumerate(fields, 1):
        types.setdefault(tuple(sorted(values.items(), key=lambda item: item[0])), []).append(k)
    return [
        VehicleType(count=len(numbers), vehicles=tuple(numbers), **dict(key))
        for key, numbers in types.items()
    ]
