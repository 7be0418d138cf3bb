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
from backhaul.engine.loading.joint import (
    Customer,
    JointPlan,
    JointProblem,
    Window,
    read_cvrp3l,
    solve_joint,
)
from backhaul.engine.loading.oracle import Loadable, LoadOracle
from backhaul.engine.loading.pallets import SEMI_TRAILER, TRAILER, Pallet, load_order
from backhaul.engine.loading.plan import LeftOut, LoadPlan
from backhaul.engine.loading.problem import ROAD_RULES, LoadingProblem
from backhaul.engine.loading.several import solve_packing_rules
from backhaul.engine.loading.solve import solve
from backhaul.engine.loading.stages import Stage

__all__ = [
    "ROAD_RULES",
    "SEMI_TRAILER",
    "TRAILER",
    "Customer",
    "DockProblem",
    "DockSchedule",
    "Door",
    "JointPlan",
    "JointProblem",
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
    "Window",
    "check_plan",
    "check_schedule",
    "load_order",
    "read_cvrp3l",
    "schedule_docks",
    "solve",
    "solve_joint",
    "solve_packing_rules",
]
