"""Typed API of the routing kernel: rich vehicle routing and re-planning."""

from backhaul.engine.routing.checker import check
from backhaul.engine.routing.drivers import EU561, US_HOS, Break, DriverRules
from backhaul.engine.routing.formats import read, read_solution, write_solution
from backhaul.engine.routing.formats.geojson import to_geojson
from backhaul.engine.routing.formats.vroom import read_vroom, to_vroom
from backhaul.engine.routing.matrices import fetch_matrices, great_circle
from backhaul.engine.routing.model import RoutingProblem
from backhaul.engine.routing.parts import Client, Depot, Euclid, Started, VehicleType
from backhaul.engine.routing.rules import Traffic
from backhaul.engine.routing.solution import RoutingSolution
from backhaul.engine.routing.solver import options, solve
from backhaul.engine.routing.timetable import Route, TimeOff, Visit

__all__ = [
    "EU561",
    "US_HOS",
    "Break",
    "Client",
    "Depot",
    "DriverRules",
    "Euclid",
    "Route",
    "RoutingProblem",
    "RoutingSolution",
    "Started",
    "TimeOff",
    "Traffic",
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
