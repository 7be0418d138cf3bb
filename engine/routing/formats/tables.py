"""Solomon, Gehring & Homberger and Li & Lim tables: unrounded distances."""

from __future__ import annotations

import re

import numpy as np

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.formats.numbers import number, scaling, whole
from backhaul.engine.routing.model import Client, Depot, RoutingProblem, VehicleType

__all__ = ["is_table", "read_table"]


def is_table(text: str) -> bool:
    """Whether a text is one of these tables."""
    lines = [line.split() for line in text.splitlines() if line.strip()][:5]
    if any(len(row) == 1 and row[0].upper() == "VEHICLE" for row in lines[:4]):
        return True
    plain = not re.search("[A-Za-z]", " ".join(lines[0] + lines[1])) if len(lines) > 1 else False
    return plain and [len(row) for row in lines[:2]] == [3, 9]


def read_table(text: str, *, vehicles_first: bool) -> RoutingProblem:
    """Read a table: 7 columns (Solomon) or 9 (Li & Lim)."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    name = ""
    if len(lines[0]) == 3 and len(lines[1]) == 9:
        width, head, rows = 9, lines[0], lines[1:]
    else:
        width, name = 7, " ".join(lines[0])
        numeric = [row for row in lines[1:] if not re.match(r"[A-Za-z]", row[0])]
        if not numeric or len(numeric[0]) != 2:
            raise InvalidInput("VEHICLE", "nothing", "a line with number and capacity")
        head, rows = numeric[0], numeric[1:]
    if not rows:
        raise InvalidInput("CUSTOMER", "no rows", "a depot and customers")
    table = []
    for k, row in enumerate(rows):
        if len(row) != width:
            raise InvalidInput(f"row {k}", " ".join(row), f"{width} columns")
        if whole(row[0], f"row {k}") != k:
            raise InvalidInput(f"row {k}", row[0], f"the number {k}")
        table.append([number(word, f"row {k}") for word in row])
    xy = np.array([row[1:3] for row in table])
    units = scaling("double", xy)

    def window(k: int) -> tuple[int, int]:
        early, late = (units.time(v, f"row {k}.window") for v in table[k][4:6])
        return early, late

    clients: list[Client] = []
    pairs: list[tuple[int, int]] = []
    for k in range(1, len(table)):
        values = table[k]
        demand = int(values[3])
        if demand != values[3] or (demand < 0 and width == 7):
            raise InvalidInput(f"row {k}.demand", values[3], "a whole number of at least 0")
        if width == 9:
            pickup, delivery = int(values[7]), int(values[8])
            partner = delivery or pickup
            back = table[partner][7 if delivery else 8] if 0 < partner < len(table) else -1
            if (pickup == 0) == (delivery == 0) or back != k or table[partner][3] != -demand:
                place = f"row {k}.pickup, delivery"
                raise InvalidInput(place, f"{pickup}, {delivery}", "a partner that names it")
            if delivery:
                if demand < 0:
                    raise InvalidInput(f"row {k}.demand", demand, "at least 0 at a pickup")
                pairs.append((k, delivery))
        clients.append(
            Client(
                x=values[1],
                y=values[2],
                delivery=0 if width == 9 and demand > 0 else abs(demand),
                pickup=demand if width == 9 and demand > 0 else 0,
                service=units.time(values[6], f"row {k}.service"),
                window=window(k),
            )
        )
    if table[0][3] or table[0][6]:
        raise InvalidInput("row 0", " ".join(rows[0]), "a depot without demand and service")
    fleet = VehicleType(
        count=whole(head[0], "number of vehicles", 1), capacity=whole(head[1], "capacity")
    )
    return RoutingProblem(
        depots=[Depot(table[0][1], table[0][2], window(0))],
        clients=clients,
        vehicle_types=[fleet],
        metric=units.metric,
        pairs=pairs,
        vehicles_first=vehicles_first,
        cost_divisor=units.scale,
        name=name,
        family="pdptw" if width == 9 else "vrptw",
    )
