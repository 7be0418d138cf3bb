"""Factors on base demand: season, weekday, price, promotion, campaigns, space, shocks, the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.sim.world import DatedEvent, ResolvedScenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


__all__ = ["DayFactors", "day_factors", "promoted"]


@dataclass(frozen=True, slots=True)
class DayFactors:
    """Factors on a day's demand, beside season, weekday, price, promotion, space and chance.

    Parameters
    ----------
    store : array of float32, shape (S,)
        0 where a store is closed.
    lift : array of float32, shape (S, D)
        Campaigns and shocks, by store and department.
    """

    store: npt.NDArray[np.float32]
    lift: npt.NDArray[np.float32]


def day_factors(
    world: ResolvedScenario, campaign_lift: Floats, events: Sequence[DatedEvent]
) -> DayFactors:
    """Return the factors of a day.

    Parameters
    ----------
    world : ResolvedScenario
    campaign_lift : array of float, shape (D,)
    events : sequence of DatedEvent
        Events in force on that day.
    """
    names, departments = world.stores.name, world.departments.name
    store = np.ones(len(names), dtype=np.float32)
    lift = np.repeat(campaign_lift.astype(np.float32)[None, :], len(names), axis=0)
    for event in events:
        hit = np.array([event.where in ("*", name) for name in names])
        if event.kind == "close_store":
            store[hit] = 0.0
        elif event.kind == "demand_shock" and event.where in departments:
            lift[:, departments.index(event.where)] *= np.float32(event.factor)
        elif event.kind == "demand_shock":
            store[hit] *= np.float32(event.factor)
    return DayFactors(store, lift)


def promoted(
    world: ResolvedScenario, week: int, cleared: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return the week's prices, and what is in the mailer and on display once legal has cleared it."""
    week = min(week, world.weeks - 1)
    price = world.promotions.price_cents(world.products, week).astype(np.int32)
    mailer = world.promotions.mailer[week] & cleared
    return price, mailer, world.promotions.display[week] & cleared
