"""Packing in one, two and three dimensions: cartons, pallets, containers, stock lengths."""

from backhaul.engine.packing.batch import Cartonized, Delivery, build_pallets, cartonize
from backhaul.engine.packing.benchmark_formats import read_any, read_instances
from backhaul.engine.packing.carriers import euro_pallet, roll_cage
from backhaul.engine.packing.checker import check_layout, layout_cost
from backhaul.engine.packing.io import (
    layout_from_dict,
    layout_to_dict,
    problem_from_dict,
    problem_to_dict,
    read_problem,
    write_problem,
)
from backhaul.engine.packing.problem import (
    DOORS,
    ORIENTATIONS,
    Axle,
    Bin,
    Item,
    PackedBin,
    PackingProblem,
    Placement,
    Rules,
    Scale,
    Tractor,
)
from backhaul.engine.packing.solution import LeftOut, PackingSolution
from backhaul.engine.packing.solve import PackingParams, solve

__all__ = [
    "DOORS",
    "ORIENTATIONS",
    "Axle",
    "Bin",
    "Cartonized",
    "Delivery",
    "Item",
    "LeftOut",
    "PackedBin",
    "PackingParams",
    "PackingProblem",
    "PackingSolution",
    "Placement",
    "Rules",
    "Scale",
    "Tractor",
    "build_pallets",
    "cartonize",
    "check_layout",
    "euro_pallet",
    "layout_cost",
    "layout_from_dict",
    "layout_to_dict",
    "problem_from_dict",
    "problem_to_dict",
    "read_any",
    "read_instances",
    "read_problem",
    "roll_cage",
    "solve",
    "write_problem",
]
