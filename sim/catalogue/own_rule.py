"""Nightly store orders by a user's own rule of one cell (`backhaul.policy`), for all cells at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backhaul.engine.replenishment import OrderPolicy
from backhaul.sim.catalogue.packs import store_pack
from backhaul.sim.catalogue.store_orders import Counts, StoreState
from backhaul.sim.world import ResolvedScenario

__all__ = ["store_orders_by"]


def store_orders_by(
    rule: OrderPolicy,
) -> Callable[[ResolvedScenario, StoreState, dict[str, float]], Counts]:
    """Make a store-order policy of the twin of a rule of one cell.

    The rule sees the position (on hand and on order), the expected demand over lead time and review with
    its standard deviation, and the units on hand; what it asks for is rounded up to whole packs. Listed
    products only.

    Options: ``review_d`` (days between orders), ``variance_to_mean`` (of demand).
    """

    def order(world: ResolvedScenario, state: StoreState, options: dict[str, float]) -> Counts:
        cells = state.cells
        review = max(1, round(options.get("review_d", 1)))
        ratio = max(options.get("variance_to_mean", 1.5), 0.0)
        table = np.empty(cells.on_hand.shape)
        for lead in np.unique(state.lead_d).tolist():
            stores = state.lead_d == lead
            table[stores] = cells.forecast(state.day + 1, max(lead - 1, 0) + review)[stores]
        mean = table.ravel()
        on_hand = cells.on_hand.ravel().astype(np.float64)
        position = on_hand + cells.on_order.ravel()
        asked = rule.orders(position, mean, np.sqrt(ratio * mean), on_hand).reshape(
            cells.on_hand.shape
        )
        due = np.arange(len(state.lead_d)) % review == state.day % review
        pack = store_pack(world)
        whole = -(-asked.astype(np.int64) // pack) * pack
        return np.asarray(whole * (cells.listed & due[:, None]), dtype=np.int32)

    return order
