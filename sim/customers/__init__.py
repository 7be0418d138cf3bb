"""Customers: what moves their demand on a day, and how well an offer fits them."""

from backhaul.sim.customers.demand import DayFactors, day_factors, promoted
from backhaul.sim.customers.recommend import relevance

__all__ = ["DayFactors", "day_factors", "promoted", "relevance"]
