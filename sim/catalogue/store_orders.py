"""Nightly orders of the stores: order-up-to by service level, or a fixed weekly routine."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from backhaul.sim.catalogue.packs import store_pack
from backhaul.sim.cells import Cells
from backhaul.sim.world import ResolvedScenario

__all__ = ["StoreState", "fixed_weekly", "order_up_to"]

Counts = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoreState:
    """What an ordering policy sees on a night.

    Parameters
    ----------
    day, weekday : int
        The day that has just ended.
    cells : Cells
        Stock, open orders, forecasts.
    lead_d : array of int, shape (S,)
        Days from tonight to the delivery.
    normal : array of float32, shape (S, P)
        Units a day in an average week, as known when the range was set up.
    presentation : array of int32, shape (S, P)
        Units that the shelf should never show less than.
    """

    day: int
    weekday: int
    cells: Cells
    lead_d: npt.NDArray[np.int64]
    normal: Singles
    presentation: Counts


def order_up_to(world: ResolvedScenario, state: StoreState, options: dict[str, float]) -> Counts:
    """Order every night what keeps the service level until the next delivery.

    Expected demand over lead time and review with the safety that the service level asks for, at least
    the presentation stock, in whole cases that fit on the shelf (`Cells.order_to_service`).

    Options: ``service_level`` (share of cycles without a stock-out), ``review_d`` (days between orders).
    """
    z = NormalDist().inv_cdf(min(max(options.get("service_level", 0.97), 0.5), 0.9999))
    review = max(1, round(options.get("review_d", 1)))
    stores = len(state.lead_d)
    due = np.arange(stores) % review == state.day % review
    return state.cells.order_to_service(
        state.day + 1,
        state.lead_d - 1,
        np.full(stores, review),
        np.full(len(world.products), z, dtype=np.float32),
        due=due,
        minimum=state.presentation,
    )


def fixed_weekly(world: ResolvedScenario, state: StoreState, options: dict[str, float]) -> Counts:
    """Order on fixed weekdays up to a par that was set once: the weekly routine.

    Each department has its weekday; goods that keep less than two weeks are ordered every other day. The
    par is `par_weeks` weeks of normal sales, whatever is promoted or in season.
    """
    products = world.products
    life = products.shelf_life_d
    short = (life > 0) & (life < 14)
    today = np.where(short, state.weekday % 2 == 0, (products.department + state.weekday) % 7 == 0)
    days = np.where(short, 4.0, 7 * options.get("par_weeks", 2.0))
    days = np.where(life > 0, np.minimum(days, np.maximum(0.8 * life, 2.0)), days)
    par = np.maximum(np.ceil(state.normal * days), np.where(life > 0, 1, state.presentation))
    position = state.cells.on_hand + state.cells.on_order
    need = np.maximum(par - position, 0) * today
    case = store_pack(world)
    # A routine orders whole cases, and rather one too many.
    return np.asarray(np.ceil(need / case) * case * state.cells.listed, dtype=np.int32)
