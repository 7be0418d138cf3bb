"""Typed API of the routing kernel: rich vehicle routing and re-planning."""

from backhaul.engine.routing.checker import check
from backhaul.engine.routing.formats import read, read_solution, write_solution
from backhaul.engine.routing.model import (
    Client,
    Depot,
    Euclid,
    RoutingProblem,
    Started,
    VehicleType,
)
from backhaul.engine.routing.solution import RoutingSolution
from backhaul.engine.routing.solver import options, solve
from backhaul.engine.routing.timetable import Route, Visit

__all__ = [
    "Client",
    "Depot",
    "Euclid",
    "Route",
    "RoutingProblem",
    "RoutingSolution",
    "Started",
    "VehicleType",
    "Visit",
    "check",
    "options",
    "read",
    "read_solution",
    "solve",
    "write_solution",
]
