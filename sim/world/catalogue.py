"""Departments, suppliers, products and their promotions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.sim.world.arrays import Bools, Floats, Ints, Names, freeze

__all__ = [
    "TAX_FOOD",
    "TAX_GENERAL",
    "ZONES",
    "Departments",
    "Products",
    "Promotions",
    "Suppliers",
]

#: Temperature zones; `Products.zone` is a position here.
ZONES = ("ambient", "chill", "freeze")
#: Values of `Products.tax_class`.
TAX_FOOD, TAX_GENERAL = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Departments:
    """Merchandise departments, D rows.

    Parameters
    ----------
    name : tuple of str
        Unique.
    sales_share : (D,) float64
        Expected share of sales over a year; sums to 1.
    margin_share : (D,) float64
        Gross margin before shrink, as a share of sales at the price paid.
    shrink_share : (D,) float64
        Units lost to theft, damage and error (not to expiry), as a share of units sold.
    elasticity : (D,) float64
        Own-price elasticity, negative.
    """

    name: Names
    sales_share: Floats
    margin_share: Floats
    shrink_share: Floats
    elasticity: Floats

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Suppliers:
    """Suppliers, each delivering to every DC.

    Parameters
    ----------
    name : tuple of str
        Unique.
    department : (U,) int64
        Department supplied.
    lead_time_d, lead_time_sd_d : (U,) int64, (U,) float64
        Days from order to receipt at a DC: mean (whole days) and standard deviation.
    min_order_cases : (U,) int64
        Smallest order over all its products.
    terms_d : (U,) int64
        Days from receipt to payment.
    discount_share, discount_d : (U,) float64, (U,) int64
        Deduction allowed when paid within so many days (0 = none).
    on_time_share, in_full_share : (U,) float64
        Chance that an order comes on its day; share of cases delivered when short.
    """

    name: Names
    department: Ints
    lead_time_d: Ints
    lead_time_sd_d: Floats
    min_order_cases: Ints
    terms_d: Ints
    discount_share: Floats
    discount_d: Ints
    on_time_share: Floats
    in_full_share: Floats

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """The range, P rows, in order of falling sales.

    Parameters
    ----------
    id : (P,) int64
        Number of the product in its source.
    name : tuple of str
        Type, brand and size, unique with the number.
    department : (P,) int64
        Position in `Departments`.
    category : (P,) int64
        Position in `category_name`.
    category_name : tuple of str
        Categories, C of them.
    private_label : (P,) bool
        The retailer's own brand.
    supplier : (P,) int64
        Position in `Suppliers`.
    cost_cents, price_cents : (P,) int64
        Purchase cost and regular shelf price of a unit, before tax.
    tax_class : (P,) int64
        `TAX_FOOD` or `TAX_GENERAL`.
    case_pack, case_per_pallet : (P,) int64
        Units a case, cases a pallet.
    width_mm, depth_mm, height_mm, weight_g : (P,) int64
        One unit, as it stands on the shelf.
    case_width_mm, case_depth_mm, case_height_mm, case_weight_g : (P,) int64
        One case.
    zone : (P,) int64
        Position in `ZONES`.
    shelf_life_d : (P,) int64
        Days from receipt at the DC; 0 = does not perish.
    demand_per_day : (P,) float64
        Mean units a day at a store of scale 1, at the regular price, in an average week.
    dispersion : (P,) float64
        Of the negative binomial: variance = mean + dispersion * mean**2.
    elasticity : (P,) float64
        Own-price elasticity, negative.
    mailer_uplift, display_uplift : (P,) float64
        Factor on demand when in the mailer, on display; on top of the price effect.
    shrink_share : (P,) float64
        Units lost to theft, damage and error, as a share of units sold.
    lead_time_d : (P,) int64
        Days from order to receipt at a DC (its supplier's).
    min_order_cases : (P,) int64
        Smallest order line to the supplier.
    """

    id: Ints
    name: Names
    department: Ints
    category: Ints
    category_name: Names
    private_label: Bools
    supplier: Ints
    cost_cents: Ints
    price_cents: Ints
    tax_class: Ints
    case_pack: Ints
    case_per_pallet: Ints
    width_mm: Ints
    depth_mm: Ints
    height_mm: Ints
    weight_g: Ints
    case_width_mm: Ints
    case_depth_mm: Ints
    case_height_mm: Ints
    case_weight_g: Ints
    zone: Ints
    shelf_life_d: Ints
    demand_per_day: Floats
    dispersion: Floats
    elasticity: Floats
    mailer_uplift: Floats
    display_uplift: Floats
    shrink_share: Floats
    lead_time_d: Ints
    min_order_cases: Ints

    def __post_init__(self) -> None:
        freeze(self)

    def __len__(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Promotions:
    """The promotion calendar, the same in every store: W weeks x P products.

    Parameters
    ----------
    depth : (W, P) float32
        Discount as a share of the regular price; 0 = none.
    mailer, display : (W, P) bool
        In the mailer, on display.
    """

    depth: npt.NDArray[np.float32]
    mailer: Bools
    display: Bools

    def __post_init__(self) -> None:
        freeze(self)

    def price_cents(self, products: Products, week: int) -> Ints:
        """Return the price of every product in a week, in whole cents, at least 1.

        Parameters
        ----------
        products : Products
            The range.
        week : int
            Position in the calendar.
        """
        paid: Floats = products.price_cents * (1.0 - self.depth[week].astype(np.float64))
        whole: Ints = np.maximum(np.rint(paid), 1).astype(np.int64)
        return whole

    def factor(self, products: Products, week: int) -> Floats:
        """Return the factor on base demand of every product in a week.

        The price effect has constant elasticity, mailer and display multiply it.
        """
        factor: Floats = (1.0 - self.depth[week].astype(np.float64)) ** products.elasticity
        factor *= np.where(self.mailer[week], products.mailer_uplift, 1.0)
        factor *= np.where(self.display[week], products.display_uplift, 1.0)
        return factor
