"""Whole-number totals by store and department."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["DayTotals", "PartTotals"]

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class PartTotals:
    """One part of a day. Arrays of int64 with shape (stores, departments) unless stated.

    Parameters
    ----------
    units : ndarray
        Units sold, substitutes included.
    lines : ndarray
        Lines on receipts.
    discounted_lines : ndarray
        Lines sold below list price.
    revenue_cents : ndarray
        Net sales, without tax: units x list price - discount - markdown (where no price is above list).
    discount_cents : ndarray
        (List price - price) x units, where positive.
    markdown_cents, markdown_units : ndarray
        Reductions on units on their last day, and those units.
    demand_units : ndarray
        Units wanted of listed products, there or not.
    switched_units : ndarray
        Units of listed products that customers replaced by another product.
    lost_units : ndarray
        Units of listed products that customers went without.
    unlisted_units : ndarray
        Units of products that the store does not list that customers went without.
    listed_cells, empty_cells : ndarray
        Listed products, and those of them with nothing on the shelf at the end.
    expected, expected_in_stock : ndarray of float64
        Expected demand (units) of listed products, and the part that met stock at the end: their
        ratio is demand-weighted availability.
    tax_base_cents : ndarray, shape (stores, tax classes)
        Net sales by tax class; sums to `revenue_cents` over each store.
    baskets : ndarray, shape (stores,)
        Receipts.
    """

    units: Whole
    lines: Whole
    discounted_lines: Whole
    revenue_cents: Whole
    discount_cents: Whole
    markdown_cents: Whole
    markdown_units: Whole
    demand_units: Whole
    switched_units: Whole
    lost_units: Whole
    unlisted_units: Whole
    listed_cells: Whole
    empty_cells: Whole
    expected: npt.NDArray[np.float64]
    expected_in_stock: npt.NDArray[np.float64]
    tax_base_cents: Whole
    baskets: Whole

    @property
    def on_shelf_availability(self) -> float:
        """Share of expected demand that met stock at the end of the part."""
        return float(self.expected_in_stock.sum() / max(self.expected.sum(), 1e-300))


@dataclass(frozen=True, slots=True, eq=False)
class DayTotals:
    """A closed day. Arrays of int64 with shape (stores, departments).

    Units: opening + received = sold + waste + shrink + withdrawn + closing, in every cell.
    Cents at moving-average cost: the same equation, to the cent, with `cost_cents` for what was sold.
    """

    opening_units: Whole
    received_units: Whole
    sold_units: Whole
    waste_units: Whole
    shrink_units: Whole
    withdrawn_units: Whole
    closing_units: Whole
    opening_cents: Whole
    received_cents: Whole
    cost_cents: Whole
    waste_cents: Whole
    shrink_cents: Whole
    withdrawn_cents: Whole

    @property
    def closing_cents(self) -> Whole:
        """Cost of the stock at the end of the day."""
        out = self.cost_cents + self.waste_cents + self.shrink_cents + self.withdrawn_cents
        return self.opening_cents + self.received_cents - out
