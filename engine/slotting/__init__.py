"""Storage assignment, picker routes, and the quadratic assignment problem below them."""

from backhaul.engine.slotting.formats import (
    problem_from_dict,
    problem_to_dict,
    read,
    read_json,
    read_qaplib,
)
from backhaul.engine.slotting.layout import DEFAULT_LEVELS, Layout, Level, Zone
from backhaul.engine.slotting.problem import Affinity, SlottingProblem
from backhaul.engine.slotting.qap import QapProblem, QapSolution
from backhaul.engine.slotting.routes import PickTour, route_lengths, shortest_route
from backhaul.engine.slotting.solution import SlottingSolution
from backhaul.engine.slotting.solve import assign, assign_in_order, solve

__all__ = [
    "DEFAULT_LEVELS",
    "Affinity",
    "Layout",
    "Level",
    "PickTour",
    "QapProblem",
    "QapSolution",
    "SlottingProblem",
    "SlottingSolution",
    "Zone",
    "assign",
    "assign_in_order",
    "problem_from_dict",
    "problem_to_dict",
    "read",
    "read_json",
    "read_qaplib",
    "route_lengths",
    "shortest_route",
    "solve",
]
