"""Load ordering: last in first out by stop, axle loads, stability, dock and door schedules."""

from backhaul.engine.loading.checker import check_plan
from backhaul.engine.loading.dock import (
    DockProblem,
    DockSchedule,
    Door,
    Transfer,
    Truck,
    Visit,
    schedule_docks,
)
from backhaul.engine.loading.dock_checker import check_schedule
from backhaul.engine.loading.oracle import Loadable, LoadOracle
from backhaul.engine.loading.pallets import SEMI_TRAILER, TRAILER, Pallet, load_order
from backhaul.engine.loading.plan import LeftOut, LoadPlan
from backhaul.engine.loading.problem import ROAD_RULES, LoadingProblem
from backhaul.engine.loading.solve import solve, solve_packing_rules
from backhaul.engine.loading.stages import Stage

__all__ = [
    "ROAD_RULES",
    "SEMI_TRAILER",
    "TRAILER",
    "DockProblem",
    "DockSchedule",
    "Door",
    "LeftOut",
    "LoadOracle",
    "LoadPlan",
    "Loadable",
    "LoadingProblem",
    "Pallet",
    "Stage",
    "Transfer",
    "Truck",
    "Visit",
    "check_plan",
    "check_schedule",
    "load_order",
    "schedule_docks",
    "solve",
    "solve_packing_rules",
]
