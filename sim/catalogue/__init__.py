"""Catalogue and ordering: what to list, and how many to order, by store and by centre."""

from backhaul.sim.catalogue.dc_orders import DcOrdering, PurchaseOrder
from backhaul.sim.catalogue.store_orders import StoreState

__all__ = ["DcOrdering", "PurchaseOrder", "StoreState"]
