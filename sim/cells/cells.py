"""The face of the compiled cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.sim.cells.arrays import as_array, whole
from backhaul.sim.cells.tables import Products, Stores
from backhaul.sim.cells.totals import DayTotals, PartTotals
from backhaul.sim.cells.views import CellViews
from backhaul_native import twin as native

__all__ = ["Baskets", "Cells", "Withdrawn", "fair_share"]

Units = npt.NDArray[np.int32]
Rates = npt.NDArray[np.float32]


class Withdrawn(NamedTuple):
    """What was taken out, line by line: units, their cost (cents), mean remaining life (days)."""

    units: npt.NDArray[np.int32]
    cents: npt.NDArray[np.int64]
    remaining_d: npt.NDArray[np.uint16]


class Baskets(NamedTuple):
    """Receipts: the lines of receipt `b` are `start[b]` to `start[b + 1]` of `product` and `units`."""

    start: npt.NDArray[np.uint32]
    product: npt.NDArray[np.uint32]
    units: npt.NDArray[np.int32]
    mission: npt.NDArray[np.uint16]


class Cells(CellViews):
    """All store x product cells of a chain.

    Array properties return a snapshot: a copy of shape (stores, products) that later steps leave alone.

    Parameters
    ----------
    products : Products
        Catalogue.
    stores : Stores
        Stores.
    base_demand : array_like of float32, shape (stores, products)
        Units a day at reference price and space on a day of factor 1; 0 where there is no demand.
        A product with demand starts as listed.
    calendar : array_like of float32, shape (days, departments)
        Demand factor of a day: season x weekday x holidays. Repeats after its last row.
    part_share : array_like of float32, shape (parts, departments)
        Share of a day's demand in each part; each column should sum to 1.
    tax_classes, zones : int
        Number of tax classes and price zones.
    forecast_weight : float
        Weight of the newest day in the forecast of each cell.
    seed : int
        Seed of all random streams.
    threads : int
        Threads; the answer does not depend on them.

    Raises
    ------
    InvalidInput
        A value is out of range; the message names it.

    Examples
    --------
    >>> products = Products(department=[0, 0], reference_price_cents=[100, 200], shelf_life_d=[0, 2])
    >>> cells = Cells(products, Stores(key=[7]), [[5.0, 3.0]], calendar=[[1.0]], part_share=[[1.0]])
    >>> cells.open_day(0)
    >>> cells.receive(0, [0, 1], [20, 20], value_cents=[1200, 3000])
    >>> part = cells.sell_part(0)
    >>> day = cells.close_day()
    >>> int(day.sold_units.sum()) == int(part.units.sum()) == int(cells.sales.sum())
    True
    >>> cells.audit() is None
    True
    """

    def __init__(
        self,
        products: Products,
        stores: Stores,
        base_demand: npt.ArrayLike,
        *,
        calendar: npt.ArrayLike,
        part_share: npt.ArrayLike,
        tax_classes: int = 1,
        zones: int = 1,
        forecast_weight: float = 0.05,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        self.products, self.stores = products, stores
        self.zones, self.tax_classes = zones, tax_classes
        self._shape = (stores.n, products.n)
        shares = as_array("part_share", part_share, np.float32)
        if shares.ndim != 2:
            raise InvalidInput("part_share", f"shape {shares.shape}", "shape (parts, departments)")
        self.parts, self.departments = shares.shape
        factors = as_array("calendar", calendar, np.float32)
        if factors.ndim != 2 or factors.shape[1] != self.departments:
            allowed = f"shape (days, {self.departments})"
            raise InvalidInput("calendar", f"shape {factors.shape}", allowed)
        for path, value, least in (
            ("seed", seed, 0),
            ("threads", threads, 1),
            ("zones", zones, 1),
            ("tax_classes", tax_classes, 1),
        ):
            if value < least or value >= 1 << 64:
                raise InvalidInput(path, value, f"a whole number of at least {least}")
        columns = products.columns()
        with native_errors():
            self._native = native.Cells(
                seed,
                threads,
                columns,
                stores.columns(),
                columns["substitutes"].astype(np.int32, copy=False),
                as_array("base_demand", base_demand, np.float32, self._shape),
                factors,
                shares,
                tax_classes,
                zones,
                forecast_weight,
            )

    # What may be changed between parts and days.

    def set_prices(
        self,
        price_cents: npt.ArrayLike,
        list_cents: npt.ArrayLike | None = None,
        *,
        mailer: npt.ArrayLike = False,
        display: npt.ArrayLike = False,
    ) -> None:
        """Set the prices asked, by zone and product; they hold from the next part on.

        Parameters
        ----------
        price_cents : array_like of int32, shape (zones, products)
            Price asked, without tax.
        list_cents : array_like of int32, shape (zones, products), optional
            Price without the promotion; sales below it count as discounted. Default: the price asked.
        mailer, display : array_like of bool, shape (zones, products)
            Whether the product is in the mailer or on display.
        """
        shape = (self.zones, self.products.n)
        price = as_array("price_cents", price_cents, np.int32, shape)
        listed = price if list_cents is None else list_cents
        with native_errors():
            self._native.set_prices(
                price,
                as_array("list_cents", listed, np.int32, shape),
                as_array("mailer", mailer, np.bool_, shape),
                as_array("display", display, np.bool_, shape),
            )

    def set_markdowns(self, off_bp: npt.ArrayLike, *, from_part: int = 0) -> None:
        """Reduce units on their last day, from a part of the day on.

        Parameters
        ----------
        off_bp : array_like of uint16, shape (products,)
            Reduction in basis points of the price; 0: none. Demand rises by the price elasticity, in
            proportion to the share of such units in the stock.
        from_part : int
            First part in which it holds.
        """
        with native_errors():
            off = as_array("off_bp", off_bp, np.uint16, (self.products.n,))
            self._native.set_markdowns(off, from_part)

    def set_space(
        self,
        facings: npt.ArrayLike,
        capacity: npt.ArrayLike,
        *,
        reference_facings: npt.ArrayLike = 1,
    ) -> None:
        """Set the shelf space of every cell; 0 facings: the store does not list the product.

        Parameters
        ----------
        facings, reference_facings : array_like of int32, shape (stores, products)
            Facings, and those at which the base demand holds.
        capacity : array_like of int32, shape (stores, products)
            Units that fit.
        """
        with native_errors():
            self._native.set_space(
                as_array("facings", facings, np.int32, self._shape),
                as_array("reference_facings", reference_facings, np.int32, self._shape),
                as_array("capacity", capacity, np.int32, self._shape),
            )

    def set_forecast(self, level: npt.ArrayLike) -> None:
        """Set what the retailer believes: units a day on a day of factor 1, shape (stores, products).

        Without it, the retailer starts with the true base demand.
        """
        with native_errors():
            self._native.set_forecast(as_array("level", level, np.float32, self._shape))

    # The day.

    def open_day(
        self,
        day: int,
        *,
        store_factor: npt.ArrayLike | None = None,
        product_factor: npt.ArrayLike | None = None,
        lift: npt.ArrayLike | None = None,
    ) -> None:
        """Open a day.

        Parameters
        ----------
        day : int
            Day, counted from 0 and rising.
        store_factor : array_like of float32, shape (stores,), optional
            Traffic of each store: weather, events, a competitor; 0: closed.
        product_factor : array_like of float32, shape (products,), optional
            Demand factor that the retailer knows of (forecasts include it).
        lift : array_like of float32, shape (stores, departments), optional
            Demand factor that the retailer does not know of: messages, advertising, shocks.
        """
        shapes = {
            "store_factor": (self.stores.n,),
            "product_factor": (self.products.n,),
            "lift": (self.stores.n, self.departments),
        }
        given = {"store_factor": store_factor, "product_factor": product_factor, "lift": lift}
        factors = {
            name: None if value is None else as_array(name, value, np.float32, shapes[name])
            for name, value in given.items()
        }
        with native_errors():
            self._native.open_day(whole("day", day, 1 << 31), **factors)

    def sell_part(self, part: int) -> PartTotals:
        """Sell one part of the open day and return its totals; parts come in order from 0."""
        with native_errors():
            self._native.step_part(whole("part", part, self.parts))
        names = native.PART_COLUMNS
        columns = dict(zip(names, self._native.part_totals(), strict=True))
        expected, in_stock = self._native.part_expected()
        return PartTotals(
            **columns,
            expected=expected,
            expected_in_stock=in_stock,
            tax_base_cents=self._native.part_tax_base(),
            baskets=self._native.part_baskets(),
        )

    def close_day(self) -> DayTotals:
        """Close the day (shrink, waste, cost of sales, forecast) and return its totals."""
        with native_errors():
            self._native.close_day()
        return self.day_totals()

    def day_totals(self) -> DayTotals:
        """Return the totals of the day so far; sales, shrink and waste are there once it is closed."""
        columns = zip(native.DAY_COLUMNS, self._native.day_totals(), strict=True)
        return DayTotals(**dict(columns))

    def receive(
        self,
        store: int,
        products: npt.ArrayLike,
        quantity: npt.ArrayLike,
        value_cents: npt.ArrayLike,
        *,
        remaining_d: npt.ArrayLike | None = None,
        ordered: npt.ArrayLike | None = None,
    ) -> None:
        """Put a delivery on the shelves of a store, while a day is open.

        Parameters
        ----------
        store : int
            Store.
        products : array_like of uint32, shape (lines,)
            Products.
        quantity : array_like of int32, shape (lines,)
            Units.
        value_cents : array_like of int64, shape (lines,)
            What each line cost in all.
        remaining_d : array_like of uint16, shape (lines,), optional
            Days on which the units may still be sold, today included. Default: fresh.
        ordered : array_like of int32, shape (lines,), optional
            Units that the line takes off the open orders. Default: the quantity received.
        """
        which = as_array("products", products, np.uint32)
        n = (which.size,)
        with native_errors():
            self._native.receive(
                whole("store", store, self.stores.n),
                which,
                as_array("quantity", quantity, np.int32, n),
                as_array("value_cents", value_cents, np.int64, n),
                None if remaining_d is None else as_array("remaining_d", remaining_d, np.uint16, n),
                None if ordered is None else as_array("ordered", ordered, np.int32, n),
            )

    def withdraw(self, store: int, products: npt.ArrayLike, quantity: npt.ArrayLike) -> Withdrawn:
        """Take units out of a store, oldest first, while a day is open: a transfer, recall or return.

        What is there of the wanted quantity is taken; its cost leaves the stock with it.
        """
        which = as_array("products", products, np.uint32)
        wanted = as_array("quantity", quantity, np.int32, (which.size,))
        with native_errors():
            taken = self._native.withdraw(whole("store", store, self.stores.n), which, wanted)
        return Withdrawn(*taken)

    # Orders.

    def forecast(self, first_day: int, days: int) -> Rates:
        """Return expected demand over some days as the retailer sees it, units."""
        with native_errors():
            return self._native.forecast(
                whole("first_day", first_day, 1 << 31), whole("days", days, 367)
            )

    def order_to_service(
        self,
        first_day: int,
        lead_d: npt.ArrayLike,
        cover_d: npt.ArrayLike,
        safety_z: npt.ArrayLike,
        *,
        due: npt.ArrayLike = True,
        minimum: npt.ArrayLike = 0,
    ) -> Units:
        """Propose orders that cover the demand of lead and cover days with safety to spare.

        Stock on hand and on order counts, less what will perish before the order arrives (after
        Broekmeulen and van Donselaar 2009). Whole cases; no more than the shelf holds on arrival.

        Parameters
        ----------
        first_day : int
            First day whose demand is still to come.
        lead_d, cover_d : array_like of uint16, shape (stores,)
            Days until the order arrives, and from there to the next arrival.
        safety_z : array_like of float32, shape (products,)
            Standard deviations of demand to spare.
        due : array_like of bool, shape (stores,)
            Whether the store orders tonight.
        minimum : array_like of int32, shape (stores, products)
            Least units to have, whatever the demand (presentation stock).

        Returns
        -------
        ndarray of int32, shape (stores, products)
            Units; `place` notes them as ordered.
        """
        s = (self.stores.n,)
        with native_errors():
            return self._native.order_to_service(
                whole("first_day", first_day, 1 << 31),
                as_array("lead_d", lead_d, np.uint16, s),
                as_array("cover_d", cover_d, np.uint16, s),
                as_array("due", due, np.bool_, s),
                as_array("safety_z", safety_z, np.float32, (self.products.n,)),
                as_array("minimum", minimum, np.int32, self._shape),
            )

    def order_to_levels(
        self, reorder: npt.ArrayLike, up_to: npt.ArrayLike, *, due: npt.ArrayLike = True
    ) -> Units:
        """Propose orders up to `up_to` where stock and open orders are at or below `reorder`.

        Both are arrays of int32 with shape (stores, products); whole cases that fit on the shelf.
        """
        with native_errors():
            return self._native.order_to_levels(
                as_array("due", due, np.bool_, (self.stores.n,)),
                as_array("reorder", reorder, np.int32, self._shape),
                as_array("up_to", up_to, np.int32, self._shape),
            )

    def place(self, order: npt.ArrayLike) -> None:
        """Note units as ordered, shape (stores, products); negative numbers cancel."""
        with native_errors():
            self._native.place(as_array("order", order, np.int32, self._shape))

    # Receipts.

    def baskets(
        self,
        store: int,
        baskets: int,
        *,
        sample: int | None = None,
        mission_share: npt.ArrayLike = (1.0,),
        mission_tilt: npt.ArrayLike = 1.0,
        dispersion: float = 0.8,
    ) -> Baskets:
        """Deal the units that a store sold today out to receipts: every unit to exactly one.

        Parameters
        ----------
        store : int
            Store.
        baskets : int
            Receipts of the day, usually the sum of `PartTotals.baskets`.
        sample : int, optional
            Return only the first so many (receipts are exchangeable). Default: all.
        mission_share : array_like of float32, shape (missions,)
            Share of receipts of each shopping mission.
        mission_tilt : array_like of float32, shape (missions, departments)
            Pull of a department in a mission: above 1 it is bought together more often.
        dispersion : float
            Variance of the size of receipts about their mean of 1.

        Examples
        --------
        >>> products = Products(department=[0, 0], reference_price_cents=[100, 200])
        >>> cells = Cells(products, Stores(key=[7]), [[50, 9]], calendar=[[1]], part_share=[[1]])
        >>> cells.open_day(0)
        >>> cells.receive(0, [0, 1], [90, 90], value_cents=[0, 0])
        >>> part = cells.sell_part(0)
        >>> receipts = cells.baskets(0, 20)
        >>> bool((np.bincount(receipts.product, receipts.units) == cells.sold[0]).all())
        True
        """
        share = as_array("mission_share", mission_share, np.float32)
        count = whole("baskets", baskets, 1 << 31)
        first = count if sample is None else whole("sample", sample, count + 1)
        with native_errors():
            found = self._native.baskets(
                whole("store", store, self.stores.n),
                (count, first),
                share,
                as_array("mission_tilt", mission_tilt, np.float32, (share.size, self.departments)),
                dispersion,
            )
        return Baskets(*found)


def fair_share(
    order: npt.ArrayLike,
    centre: npt.ArrayLike,
    available: npt.ArrayLike,
    case_pack: npt.ArrayLike,
) -> tuple[Units, int]:
    """Cut orders to what the distribution centres have, in fair shares of whole cases.

    Parameters
    ----------
    order : array_like of int32, shape (stores, products)
        Units ordered, in whole cases.
    centre : array_like of uint32, shape (stores,)
        The centre that serves each store.
    available : array_like of int32, shape (centres, products)
        Units in each centre.
    case_pack : array_like of int32, shape (products,)
        Units in a case.

    Returns
    -------
    (ndarray of int32, int)
        The orders that can be filled, and the units cut.

    Examples
    --------
    >>> granted, cut = fair_share([[8], [4]], [0, 0], [[6]], [2])
    >>> granted.ravel().tolist(), cut
    ([4, 2], 6)
    """
    wanted = as_array("order", order, np.int32)
    if wanted.ndim != 2:
        raise InvalidInput("order", f"shape {wanted.shape}", "shape (stores, products)")
    granted = wanted.copy()
    there = as_array("available", available, np.int32)
    if there.ndim != 2:
        raise InvalidInput("available", f"shape {there.shape}", "shape (centres, products)")
    s, n = wanted.shape
    with native_errors():
        cut = native.fair_share(
            granted,
            as_array("centre", centre, np.uint32, (s,)),
            there,
            as_array("case_pack", case_pack, np.int32, (n,)),
        )
    return granted, cut
