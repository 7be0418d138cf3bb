"""Typed API of the routing kernel: rich vehicle routing and re-planning."""

from backhaul.engine.routing.checker import check
from backhaul.engine.routing.formats import read, read_solution, write_solution
from backhaul.engine.routing.formats.geojson import to_geojson
from backhaul.engine.routing.formats.vroom import read_vroom, to_vroom
from backhaul.engine.routing.matrices import fetch_matrices, great_circle
from backhaul.engine.routing.model import RoutingProblem
from backhaul.engine.routing.parts import Client, Depot, Euclid, Started, VehicleType
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
    "fetch_matrices",
    "great_circle",
    "options",
    "read",
    "read_solution",
    "read_vroom",
    "solve",
    "to_geojson",
    "to_vroom",
    "write_solution",
]
