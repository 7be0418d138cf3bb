"""Storage assignment, picker routes, and the quadratic assignment problem below them."""

from backhaul.engine.slotting.baskets import BasketAffinity, affinity_from_baskets
from backhaul.engine.slotting.batching import (
    BatchingProblem,
    BatchingSolution,
    PickTimes,
    Wave,
    solve_batching,
)
from backhaul.engine.slotting.batching_formats import (
    batching_from_dict,
    batching_to_dict,
    read_batching,
)
from backhaul.engine.slotting.formats import (
    problem_from_dict,
    problem_to_dict,
    read,
    read_json,
    read_qaplib,
)
from backhaul.engine.slotting.formats_orders import SeasonsProblem
from backhaul.engine.slotting.layout import DEFAULT_LEVELS, Dock, Layout, Level, Zone
from backhaul.engine.slotting.linear import LinearAssignment, linear_assignment
from backhaul.engine.slotting.moves import Move, MovePlan, plan_moves
from backhaul.engine.slotting.one_way import OneWayTour, one_way_distances, one_way_route
from backhaul.engine.slotting.pick_faces import (
    FaceMove,
    FacePlan,
    PickFaces,
    replenish_pick_faces,
)
from backhaul.engine.slotting.problem import Affinity, Congestion, Orders, SlottingProblem
from backhaul.engine.slotting.qap import QapProblem, QapSolution
from backhaul.engine.slotting.reserve import (
    ReservePlan,
    faces_below,
    place_reserve,
    walk_between_mm,
)
from backhaul.engine.slotting.routes import PickTour, route_lengths, shortest_route
from backhaul.engine.slotting.rules import (
    SlotRule,
    families_apart,
    hazard,
    temperature,
    weight_low,
)
from backhaul.engine.slotting.seasons import SeasonalSlotting, solve_seasons
from backhaul.engine.slotting.sizing import (
    Equipment,
    SlotKind,
    SlotNeed,
    StorageNeed,
    size_storage,
)
from backhaul.engine.slotting.solution import SlottingSolution
from backhaul.engine.slotting.solve import assign, assign_in_order, solve

__all__ = [
    "DEFAULT_LEVELS",
    "Affinity",
    "BasketAffinity",
    "BatchingProblem",
    "BatchingSolution",
    "Congestion",
    "Dock",
    "Equipment",
    "FaceMove",
    "FacePlan",
    "Layout",
    "Level",
    "LinearAssignment",
    "Move",
    "MovePlan",
    "OneWayTour",
    "Orders",
    "PickFaces",
    "PickTimes",
    "PickTour",
    "QapProblem",
    "QapSolution",
    "ReservePlan",
    "SeasonalSlotting",
    "SeasonsProblem",
    "SlotKind",
    "SlotNeed",
    "SlotRule",
    "SlottingProblem",
    "SlottingSolution",
    "StorageNeed",
    "Wave",
    "Zone",
    "affinity_from_baskets",
    "assign",
    "assign_in_order",
    "batching_from_dict",
    "batching_to_dict",
    "faces_below",
    "families_apart",
    "hazard",
    "linear_assignment",
    "one_way_distances",
    "one_way_route",
    "place_reserve",
    "plan_moves",
    "problem_from_dict",
    "problem_to_dict",
    "read",
    "read_batching",
    "read_json",
    "read_qaplib",
    "replenish_pick_faces",
    "route_lengths",
    "shortest_route",
    "size_storage",
    "solve",
    "solve_batching",
    "solve_seasons",
    "temperature",
    "walk_between_mm",
    "weight_low",
]
