"""What customers want, and when."""

from __future__ import annotations

from dataclasses import dataclass

from backhaul.sim.world.arrays import Floats, Ints, freeze

__all__ = ["Affinity", "Demand"]


@dataclass(frozen=True, slots=True, eq=False)
class Affinity:
    """Pairs of categories bought together, strongest first.

    Parameters
    ----------
    first, second : (K,) int64
        Categories (positions in `Products.category_name`), first < second.
    lift : (K,) float64
        P(both in a basket) / (P(first) P(second)).
    baskets_share : (K,) float64
        Share of baskets with both.
    """

    first: Ints
    second: Ints
    lift: Floats
    baskets_share: Floats

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Demand of the chain beside the base rates of `Products`.

    Expected units of product p in store s on a day of week w are ``products.demand_per_day[p] *
    stores.scale[s] * season[w, d] * weekday[day] * promotions.factor(products, w)[p]`` with d the
    product's department and weekday 0 a Monday.

    Parameters
    ----------
    baskets_per_store_week : int
        Of a store of scale 1.
    basket_value_cents : int
        Mean.
    lines_per_basket, units_per_line : float
        Means.
    season : (W, D) float64
        Factor by week of the horizon and department; the mean over a whole year is 1.
    weekday : (7,) float64
        Factor from Monday; the mean is 1.
    hour : (7, 24) float64
        Share of the day's baskets by hour of the day; each row sums to 1.
    day_noise_sd : float
        Standard deviation of the log of a factor common to a store's day.
    substitute_share, delay_share, leave_share : float
        What customers do who find a product out of stock; they sum to 1.
    online_share : float
        Share of sales ordered online and collected.
    call_share : float
        Share of online orders with a call to the call centre.
    self_checkout_share : float
        Share of store baskets.
    space_elasticity : float
        Of demand to facings.
    affinity : Affinity
        Categories bought together.
    """

    baskets_per_store_week: int
    basket_value_cents: int
    lines_per_basket: float
    units_per_line: float
    season: Floats
    weekday: Floats
    hour: Floats
    day_noise_sd: float
    substitute_share: float
    delay_share: float
    leave_share: float
    online_share: float
    call_share: float
    self_checkout_share: float
    space_elasticity: float
    affinity: Affinity

    def __post_init__(self) -> None:
        freeze(self)
