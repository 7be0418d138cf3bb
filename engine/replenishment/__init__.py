"""Replenishment: what to order, how much and when, for whole arrays of store-products.

>>> from backhaul import replenishment
>>> problem = replenishment.ReplenishmentProblem(mean=[4.0, 0.3], setup=9.0, backorder=9.0)
>>> replenishment.solve(problem, threads=2).status.value
'optimal'
"""

from backhaul.engine.replenishment.allocation import allocate
from backhaul.engine.replenishment.calendar import (
    CalendarLevels,
    ReorderPoints,
    calendar_levels,
    reorder_points,
)
from backhaul.engine.replenishment.capacitated import (
    LotSizingProblem,
    LotSizingSolution,
    lot_sizes,
)
from backhaul.engine.replenishment.demand import fit_demand, forecast_demand
from backhaul.engine.replenishment.demand_effects import DemandEffects, fit_effects
from backhaul.engine.replenishment.demand_tables import (
    compound_demand,
    empirical_demand,
    gamma_demand,
    normal_demand,
)
from backhaul.engine.replenishment.explain import OrderLine, explain
from backhaul.engine.replenishment.fresh import Fresh
from backhaul.engine.replenishment.joint import JointPlan, joint_cost, joint_replenishment
from backhaul.engine.replenishment.lost_sales import LostSales
from backhaul.engine.replenishment.lot_sizing import LotSizes, wagner_whitin
from backhaul.engine.replenishment.markdown import Markdowns, ShortDated
from backhaul.engine.replenishment.network import (
    Echelons,
    Promises,
    clark_scarf,
    guaranteed_service,
)
from backhaul.engine.replenishment.nightly import levels, order_quantities
from backhaul.engine.replenishment.policy import OrderPolicy, policy
from backhaul.engine.replenishment.problem import ReplenishmentProblem
from backhaul.engine.replenishment.reader import read, write
from backhaul.engine.replenishment.simulation import Simulated, simulate
from backhaul.engine.replenishment.solution import ReplenishmentSolution
from backhaul.engine.replenishment.solver import solve
from backhaul.engine.replenishment.transshipment import Moves, transship
from backhaul.engine.replenishment.warehouse import WarehouseLevels, warehouse_levels

__all__ = [
    "CalendarLevels",
    "DemandEffects",
    "Echelons",
    "Fresh",
    "JointPlan",
    "LostSales",
    "LotSizes",
    "LotSizingProblem",
    "LotSizingSolution",
    "Markdowns",
    "Moves",
    "OrderLine",
    "OrderPolicy",
    "Promises",
    "ReorderPoints",
    "ReplenishmentProblem",
    "ReplenishmentSolution",
    "ShortDated",
    "Simulated",
    "WarehouseLevels",
    "allocate",
    "calendar_levels",
    "clark_scarf",
    "compound_demand",
    "empirical_demand",
    "explain",
    "fit_demand",
    "fit_effects",
    "forecast_demand",
    "gamma_demand",
    "guaranteed_service",
    "joint_cost",
    "joint_replenishment",
    "levels",
    "lot_sizes",
    "normal_demand",
    "order_quantities",
    "policy",
    "read",
    "reorder_points",
    "simulate",
    "solve",
    "transship",
    "wagner_whitin",
    "warehouse_levels",
    "write",
]
