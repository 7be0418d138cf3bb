"""The day books of a run: which figures are kept, by day and place."""

from __future__ import annotations

from dataclasses import dataclass

from backhaul.sim.spine.book import Book
from backhaul.sim.world import ResolvedScenario

__all__ = ["Books"]

STORE = (
    "sales_cents", "tax_cents", "discount_cents", "markdown_cents", "cogs_cents", "waste_cents",
    "shrink_cents", "loss_retail_cents", "units", "discounted_lines", "lines", "baskets",
    "demand_units", "lost_units", "switched_units", "waste_units", "shrink_units", "cells",
    "empty_cells", "stock_units", "stock_cents", "ordered_units", "ordered_cents", "cut_units",
    "cases_received", "pallets_received", "deliveries", "deliveries_on_time", "collect_orders",
    "collect_perfect", "collect_items", "collect_substituted", "collect_missing", "required_s",
    "rostered_s", "absent_s", "overtime_s", "worked_s", "covered_s", "wages_cents",
)  # fmt: skip
DC = (
    "cases_picked", "lines_picked", "pick_m", "putaway_m", "picking_s", "cases_received",
    "pallets_received", "receipts", "receipts_late", "purchase_cents", "waste_units", "waste_cents",
    "stock_units", "stock_cents", "trips", "trips_hired", "pallets_sent", "pallet_places",
    "cases_sent", "driven_m", "driving_s", "duty_s", "breakdowns", "replans", "services",
    "wait_door_s", "blocked_pallets", "transport_cents", "maintenance_cents", "driver_wages_cents",
    "driver_charges_cents", "co2_g", "required_s", "worked_s", "wages_cents",
)  # fmt: skip
CHAIN = (
    "bank_cents", "credit_cents", "inventory_cents", "transit_cents", "payable_cents",
    "receivable_cents", "headcount", "hired", "left", "messages", "campaign_cents", "calls",
    "calls_in_time", "breaches", "person_s", "alerts",
)  # fmt: skip


@dataclass(slots=True)
class Books:
    """The books of stores, centres and the chain."""

    store: Book
    dc: Book
    chain: Book

    @classmethod
    def of(cls, world: ResolvedScenario) -> Books:
        """Return empty books for a scenario."""
        days = world.days
        return cls(
            Book("store", world.stores.name, days, STORE),
            Book("dc", world.dcs.name, days, DC),
            Book("chain", [world.name], days, CHAIN),
        )
