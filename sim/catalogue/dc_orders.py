"""Orders of the distribution centres to suppliers, joined by supplier, with minimum orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from backhaul.engine.replenishment import levels
from backhaul.sim.world import ResolvedScenario

__all__ = ["DcOrdering", "DcState", "PurchaseOrder", "dc_fixed_weekly", "dc_order_up_to"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Expected demand over lead time and review from which the normal distribution is used, units.
LARGE = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseOrder:
    """An order to one supplier from one centre."""

    number: int
    dc: int
    supplier: int
    day: int
    products: Ints
    units: Ints
    cost_cents: int


@dataclass(frozen=True, slots=True)
class DcState:
    """What the policy sees of one centre on a night.

    Parameters
    ----------
    weekday : int
    position : array of int, shape (P,)
        In stock and on order.
    daily, sd : array of float, shape (P,)
        Expected shipments a day over the lead time, and their standard deviation a day.
    normal : array of float, shape (P,)
        Shipments a day in an average week.
    may_order : array of bool, shape (U,)
        Suppliers with a live contract and a running business.
    """

    weekday: int
    position: Ints
    daily: Floats
    sd: Floats
    normal: Floats
    may_order: npt.NDArray[np.bool_]


def _fresh(world: ResolvedScenario) -> npt.NDArray[np.bool_]:
    """Return which products are ordered every night: what keeps a fortnight or less."""
    life = world.products.shelf_life_d
    return np.asarray((life > 0) & (life <= 14))


def _tonight(world: ResolvedScenario, weekday: int) -> npt.NDArray[np.bool_]:
    """Return which products are reviewed tonight: fresh ones daily, others on two nights a week."""
    turn = world.products.supplier % 3
    return np.asarray(_fresh(world) | ((turn == weekday % 3) & (weekday < 6)))


def _cases(world: ResolvedScenario, units: Floats) -> Ints:
    case = world.products.case_pack
    return np.asarray(np.ceil(units / case).astype(np.int64) * case)


def _at_least(world: ResolvedScenario, orders: Ints, daily: Floats) -> Ints:
    """Respect line minimums; drop a supplier's order below its minimum until it is worth a truck."""
    p, u = world.products, world.suppliers
    least = p.min_order_cases * p.case_pack
    orders = np.where(orders > 0, np.maximum(orders, least), 0)
    cases = np.bincount(p.supplier, weights=orders / p.case_pack, minlength=len(u))
    short = (cases > 0) & (cases < u.min_order_cases)
    if short.any():
        # Top up with what sells fastest rather than wait: short shelves cost more than a day's stock.
        rate = np.bincount(p.supplier, weights=daily / p.case_pack, minlength=len(u))
        gap = np.where(short, u.min_order_cases - cases, 0)
        days = np.where(rate > 0, gap / np.maximum(rate, 1e-9), 0)
        extra = np.where(days[p.supplier] <= 3, daily * days[p.supplier], 0)
        worth = (days <= 3)[p.supplier] | ~short[p.supplier]
        orders = np.where(worth, orders + _cases(world, extra) * (extra > 0), 0)
    return np.asarray(orders)


def _reorder_level(
    daily: Floats,
    variance: Floats,
    lead: Ints,
    review: Ints,
    wanted: npt.NDArray[np.bool_],
    service: float,
) -> Floats:
    """Return the position that lasts lead time and review with the probability asked for.

    Exact (`levels`) where the expected demand is small; where it is large, the normal distribution is as
    good and far quicker. Products that are not wanted tonight get 0.
    """
    span = lead + review
    mean = span * daily
    low = np.where(wanted, mean + NormalDist().inv_cdf(service) * np.sqrt(variance), 0.0)
    few = wanted & (mean < LARGE)
    if few.any():
        ratio = np.clip(variance / np.maximum(mean, 1e-9), 1.0, 60.0)
        low[few], _ = levels(
            daily[few], ratio[few], lead_time=lead[few].astype(np.int32),
            review=review[few].astype(np.int32), service_level=service,
        )  # fmt: skip
    return np.asarray(low)


def dc_order_up_to(world: ResolvedScenario, state: DcState, options: dict[str, float]) -> Ints:
    """Order up to a level that lasts lead time and review with the probability asked for."""
    p = world.products
    lead = np.maximum(p.lead_time_d, 1)
    fresh = _fresh(world)
    review = np.where(fresh, 1, 3)
    lead_sd = world.suppliers.lead_time_sd_d[p.supplier]
    span = lead + review
    allowed = _tonight(world, state.weekday) & state.may_order[p.supplier]
    # Variance over lead time and review, the random lead time included (Silver et al. 2017, 6.11).
    variance = span * state.sd**2 + state.daily**2 * lead_sd**2
    low = _reorder_level(
        np.maximum(state.daily, 1e-6), variance, lead, review, allowed,
        options.get("service_level", 0.98),
    )  # fmt: skip
    cover = np.where(fresh, 0.5, options.get("cover_d", 6.0))
    # What lies here should leave within a third of its life, or it is too old to ship.
    keep = np.where(p.shelf_life_d > 0, np.maximum(0.25 * p.shelf_life_d, 1.5), np.inf)
    most = state.daily * (lead + keep)
    high = np.minimum(low + state.daily * cover, most)
    low = np.minimum(low, most)
    need = np.where(state.position <= low, np.maximum(high - state.position, 0), 0)
    return _at_least(world, _cases(world, need * allowed), state.daily)


def dc_fixed_weekly(world: ResolvedScenario, state: DcState, options: dict[str, float]) -> Ints:
    """Order once a week to a par that was set once; fresh goods every day."""
    p = world.products
    fresh = _fresh(world)
    days = np.where(fresh, p.lead_time_d + 2.5, p.lead_time_d + 7 * options.get("par_weeks", 2.0))
    today = fresh | ((p.supplier + state.weekday) % 7 == 0)
    par = state.normal * days
    need = np.maximum(par - state.position, 0) * (today & state.may_order[p.supplier])
    return _at_least(world, _cases(world, need), state.normal)


class DcOrdering:
    """Turns the policy's units into purchase orders.

    Parameters
    ----------
    world : ResolvedScenario
    policy : callable
        (world, state, options) -> units of one centre, shape (P,).
    options : dict of str to float
    """

    def __init__(
        self,
        world: ResolvedScenario,
        policy: Callable[[ResolvedScenario, DcState, dict[str, float]], Ints],
        options: dict[str, float],
    ) -> None:
        self._world, self._policy, self._options = world, policy, options
        self._count = 0

    def orders(self, dc: int, day: int, state: DcState) -> list[PurchaseOrder]:
        """Return tonight's purchase orders of one centre, one for each supplier."""
        units = self._policy(self._world, state, self._options)
        products = np.flatnonzero(units)
        found = []
        for supplier in np.unique(self._world.products.supplier[products]):
            mine = products[self._world.products.supplier[products] == supplier]
            self._count += 1
            cost = int((units[mine] * self._world.products.cost_cents[mine]).sum())
            found.append(
                PurchaseOrder(self._count, dc, int(supplier), day, mine, units[mine], cost)
            )
        return found
