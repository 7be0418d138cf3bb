"""What one can see of the cells, and whether their books balance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import native_errors
from backhaul.sim.cells.arrays import whole
from backhaul.sim.cells.tables import Products, Stores
from backhaul_native import twin as native

__all__ = ["Breach", "CellViews"]

Units = npt.NDArray[np.int32]
Rates = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Breach:
    """The first cell that breaks a rule of conservation; `product` is a department in such rules."""

    rule: str
    store: int
    product: int
    expected: int
    found: int

    def __str__(self) -> str:
        where = f"store {self.store}, product {self.product}"
        return f"{self.rule}: {where}: expected {self.expected}, found {self.found}"


class CellViews:
    """Snapshots of shape (stores, products): copies that later steps leave alone."""

    products: Products
    stores: Stores
    _native: native.Cells

    @property
    def on_hand(self) -> Units:
        """Units in stock."""
        return self._native.array_i32("on_hand")

    @property
    def on_order(self) -> Units:
        """Units ordered and not yet received."""
        return self._native.array_i32("on_order")

    @property
    def capacity(self) -> Units:
        """Units that fit on the shelf."""
        return self._native.array_i32("capacity")

    @property
    def listed(self) -> npt.NDArray[np.bool_]:
        """Whether the store carries the product."""
        return self._native.listed()

    @property
    def stock_cents(self) -> npt.NDArray[np.int64]:
        """Moving-average cost of the units in stock, cents."""
        return self._native.stock_cents()

    @property
    def opening(self) -> Units:
        """Units in stock when the day opened."""
        return self._native.array_i32("opening")

    @property
    def received(self) -> Units:
        """Units received today."""
        return self._native.array_i32("received")

    @property
    def sold(self) -> Units:
        """Units sold today."""
        return self._native.array_i32("sold")

    @property
    def lost_today(self) -> Units:
        """Units of listed products that customers went without today."""
        return self._native.array_i32("lost_day")

    @property
    def waste(self) -> Units:
        """Units thrown away at the close of the day."""
        return self._native.array_i32("waste")

    @property
    def shrink(self) -> Units:
        """Units stolen, damaged or mislaid today."""
        return self._native.array_i32("shrink")

    @property
    def withdrawn(self) -> Units:
        """Units withdrawn today."""
        return self._native.array_i32("withdrawn")

    @property
    def demand(self) -> Units:
        """Units wanted in the last part."""
        return self._native.array_i32("demand")

    @property
    def sales(self) -> Units:
        """Units sold in the last part, also to customers who wanted another product."""
        return self._native.array_i32("sales")

    @property
    def switched(self) -> Units:
        """Units wanted in the last part that were replaced by another product."""
        return self._native.array_i32("switched")

    @property
    def lost(self) -> Units:
        """Units wanted in the last part that customers went without."""
        return self._native.array_i32("lost")

    @property
    def base_demand(self) -> Rates:
        """Base demand, units a day."""
        return self._native.array_f32("base")

    @property
    def rate(self) -> Rates:
        """Base demand x effect of shelf space, units a day."""
        return self._native.array_f32("rate")

    @property
    def expected(self) -> Rates:
        """Expected demand of the last part, units."""
        return self._native.array_f32("expected")

    @property
    def level(self) -> Rates:
        """What the retailer estimates the demand on a day of factor 1 to be, units."""
        return self._native.array_f32("level")

    @property
    def variance_ratio(self) -> Rates:
        """What the retailer estimates the variance of a day's demand to be, over its mean."""
        return self._native.array_f32("ratio")

    @property
    def traffic(self) -> Rates:
        """Today's traffic factor, shape (stores,)."""
        return self._native.traffic()

    @property
    def appeal(self) -> Rates:
        """Today's effect of prices, promotions and product factors, shape (zones, products)."""
        return self._native.appeal()

    def expiring(self, days: int) -> Units:
        """Return the units that may be sold on at most `days` days, today included."""
        return self._native.expiring(whole("days", days, 1 << 16))

    def buckets(self, store: int, product: int) -> Units:
        """Return the units of one cell by remaining life, shortest first."""
        with native_errors():
            return self._native.buckets(
                whole("store", store, self.stores.n), whole("product", product, self.products.n)
            )

    def audit(self) -> Breach | None:
        """Return the first breach of conservation of units or cost, or None."""
        found = self._native.audit()
        return None if found is None else Breach(*found)
