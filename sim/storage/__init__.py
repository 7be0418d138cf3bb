"""Storage: stock by remaining life, places for products, put-away and picking."""

from backhaul.sim.storage.lots import Lots
from backhaul.sim.storage.warehouse import Picked, Warehouse

__all__ = ["Lots", "Picked", "Warehouse"]
