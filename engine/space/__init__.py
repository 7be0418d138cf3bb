"""Shelf space of a store: what is listed, how many facings it gets, and what stands beside what."""

from backhaul.engine.space.assortment import Assortment, AssortmentProblem, choose_assortment
from backhaul.engine.space.clusters import StoreClusters, cluster_stores
from backhaul.engine.space.planogram import Neighbours, PlanogramProblem, Shelf, ShelfProduct
from backhaul.engine.space.planogram_formats import (
    planogram_from_dict,
    planogram_to_dict,
    read_planogram,
    read_shelf_space,
)
from backhaul.engine.space.planogram_solution import (
    Place,
    PlanogramSolution,
    Standing,
    solve_planogram,
)
from backhaul.engine.space.rules import facings

__all__ = [
    "Assortment",
    "AssortmentProblem",
    "Neighbours",
    "Place",
    "PlanogramProblem",
    "PlanogramSolution",
    "Shelf",
    "ShelfProduct",
    "Standing",
    "StoreClusters",
    "choose_assortment",
    "cluster_stores",
    "facings",
    "planogram_from_dict",
    "planogram_to_dict",
    "read_planogram",
    "read_shelf_space",
    "solve_planogram",
]
