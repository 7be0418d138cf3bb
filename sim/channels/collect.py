"""Click and collect: a day's orders of every store, picked from its shelves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.random import generator
from backhaul.sim.world import ResolvedScenario

__all__ = ["ITEMS_PER_ORDER", "CollectDay", "collect_orders"]

Ints = npt.NDArray[np.int64]

#: Items in an online grocery basket (localexpress.io, in the parameters' table `online.basket_items`).
ITEMS_PER_ORDER = 30


@dataclass(frozen=True, slots=True)
class CollectDay:
    """A day's collect orders by store: orders, items, items missing or substituted, perfect orders."""

    orders: Ints
    items: Ints
    substituted: Ints
    missing: Ints
    perfect: Ints


def collect_orders(
    world: ResolvedScenario,
    seed: int,
    day: int,
    sales_cents: Ints,
    units: Ints,
    in_stock_share: npt.NDArray[np.float64],
    *,
    substitute: bool,
    picked_share: npt.NDArray[np.float64],
) -> CollectDay:
    """Return what became of a day's collect orders.

    The orders are part of the store's sales of the day: their items come off the same shelves. An item
    is there with the store's weighted availability; one that is not is replaced when the policy
    substitutes and the customer accepts, else it is missing. An order is perfect when every item is
    there and it was picked in time.

    Parameters
    ----------
    world : ResolvedScenario
    seed, day : int
    sales_cents, units : array of int, shape (S,)
        The store's day.
    in_stock_share : array of float, shape (S,)
        Share of demand that met stock.
    substitute : bool
        Whether the policy offers a substitute.
    picked_share : array of float, shape (S,)
        Share of the pickers' work that was staffed.
    """
    rng = generator(seed, "collect", 0, day)
    online = np.where(world.stores.collect, world.demand.online_share, 0.0)
    price = sales_cents / np.maximum(units, 1)
    value = np.maximum(price * ITEMS_PER_ORDER, 1)
    orders = rng.poisson(online * sales_cents / value).astype(np.int64)
    items = orders * ITEMS_PER_ORDER
    gone = rng.binomial(items, np.clip(1 - in_stock_share, 0, 1)).astype(np.int64)
    accept = world.demand.substitute_share if substitute else 0.0
    replaced = rng.binomial(gone, accept).astype(np.int64)
    whole = in_stock_share**ITEMS_PER_ORDER * np.clip(picked_share, 0, 1)
    perfect = rng.binomial(orders, np.clip(whole, 0, 1)).astype(np.int64)
    return CollectDay(orders, items, replaced, gone - replaced, perfect)
