"""Replenishment: what to order, how much and when, for whole arrays of store-products.

>>> from backhaul import replenishment
>>> problem = replenishment.ReplenishmentProblem(mean=[4.0, 0.3], setup=9.0, backorder=9.0)
>>> replenishment.solve(problem, threads=2).status.value
'optimal'
"""

from backhaul.engine.replenishment.nightly import levels, order_quantities
from backhaul.engine.replenishment.problem import ReplenishmentProblem
from backhaul.engine.replenishment.reader import read, write
from backhaul.engine.replenishment.solution import ReplenishmentSolution
from backhaul.engine.replenishment.solver import solve

__all__ = [
    "ReplenishmentProblem",
    "ReplenishmentSolution",
    "levels",
    "order_quantities",
    "read",
    "solve",
    "write",
]
