"""One warehouse and its stores: base-stock levels of both, exactly, with waiting at the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Reals, Whole
from backhaul.engine.replenishment.network_checker import check_warehouse
from backhaul.engine.solution import CheckReport
from backhaul_native import replenishment as native

__all__ = ["WarehouseLevels", "warehouse_levels"]


@dataclass(frozen=True, slots=True, eq=False)
class WarehouseLevels:
    """Optimal base-stock levels and what they mean.

    Attributes
    ----------
    cost : array of float64, shape (products,)
        Average cost a period: stock on hand everywhere and what customers wait for.
    warehouse, stores : array of int32, shape (products,) and (products, stores)
        Levels, units.
    warehouse_on_hand, warehouse_owed : array of float64, shape (products,)
        Mean units on hand at the warehouse, and owed to stores.
    store_on_hand, store_owed : array of float64, shape (products, stores)
        Mean units on hand at the store, and owed to customers.
    """

    cost: Reals
    warehouse: Whole
    stores: Whole
    warehouse_on_hand: Reals
    warehouse_owed: Reals
    store_on_hand: Reals
    store_owed: Reals
    problem: Mapping[str, Any] = field(repr=False)

    def check(self, *, rows: int = 10) -> CheckReport:
        """Recompute cost, and try other levels, of up to `rows` products, evenly spread, separately.

        Examples
        --------
        >>> warehouse_levels([[1.0, 0.5]], lead_time=2.0, backorder=9.0).check().ok
        True
        """
        n = len(self.cost)
        reports = []
        for i in np.unique(np.linspace(0, n - 1, min(n, rows)).astype(int)).tolist():
            one = {name: values[i].tolist() for name, values in self.problem.items()}
            stores = self.stores[i].tolist()
            cost = float(self.cost[i])
            reports.append(check_warehouse(one, int(self.warehouse[i]), stores, cost))
        broken = tuple(violation for report in reports for violation in report.violations)
        return CheckReport(broken, {"cost": sum(report.figures["cost"] for report in reports)})


def warehouse_levels(
    mean: npt.ArrayLike,
    *,
    lead_time: npt.ArrayLike,
    backorder: npt.ArrayLike,
    holding: npt.ArrayLike = 1.0,
    warehouse_lead_time: npt.ArrayLike = 1.0,
    warehouse_holding: npt.ArrayLike = 1.0,
    threads: int = 1,
) -> WarehouseLevels:
    """Return the cheapest base-stock levels of a warehouse and of the stores that it serves.

    Demand at the stores is Poisson and waits if it must. Every unit sold is ordered at once, by the
    store and by the warehouse; stores wait for the warehouse first come, first served.

    Parameters
    ----------
    mean : array, shape (products, stores)
        Mean demand, units a period; above 0.
    lead_time, holding, backorder : array, broadcast to (products, stores)
        Periods from the warehouse to the store; money a unit on hand and period; money a unit owed to
        customers and period.
    warehouse_lead_time, warehouse_holding : array, broadcast to (products,)
        Periods from the supplier to the warehouse; money a unit on hand and period.
    threads : int
        Threads; the answer does not depend on them.

    Returns
    -------
    WarehouseLevels
        Optimal among base-stock levels; exact, not METRIC's approximation.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field, product and store.

    Notes
    -----
    Graves (1985), Management Science 31(10), 1247-1256; Axsäter (1990), Operations Research 38(1),
    64-69; METRIC: Sherbrooke (1968), Operations Research 16(1).

    Examples
    --------
    A warehouse where stock is as dear as in the stores holds back little:

    >>> found = warehouse_levels([[1.0, 1.0]], lead_time=2.0, backorder=9.0, warehouse_lead_time=3.0)
    >>> found.warehouse.tolist(), found.stores.tolist()
    ([5], [[5, 5]])
    """
    try:
        table = np.atleast_2d(np.asarray(mean, dtype=np.float64))
    except (TypeError, ValueError):
        raise InvalidInput("mean", repr(mean)[:80], "numbers") from None
    if table.ndim != 2 or table.shape[1] == 0:
        raise InvalidInput("mean", f"shape {table.shape}", "(products, stores)")
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")

    def spread(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> Reals:
        try:
            numbers = np.asarray(values, dtype=np.float64)
            return np.ascontiguousarray(np.broadcast_to(numbers, shape)).ravel()
        except (TypeError, ValueError):
            raise InvalidInput(name, repr(values)[:80], f"numbers that fit {shape}") from None

    shapes = {
        "mean": (table, table.shape),
        "lead_time": (lead_time, table.shape),
        "holding": (holding, table.shape),
        "backorder": (backorder, table.shape),
        "warehouse_lead_time": (warehouse_lead_time, table.shape[:1]),
        "warehouse_holding": (warehouse_holding, table.shape[:1]),
    }
    problem = {name: spread(name, *given) for name, given in shapes.items()}
    with native_errors():
        found = native.warehouse_levels(stores=table.shape[1], threads=threads, **problem)
    return WarehouseLevels(
        cost=found["cost"],
        warehouse=found["warehouse"],
        stores=found["stores"].reshape(table.shape),
        warehouse_on_hand=found["warehouse_on_hand"],
        warehouse_owed=found["warehouse_owed"],
        store_on_hand=found["store_on_hand"].reshape(table.shape),
        store_owed=found["store_owed"].reshape(table.shape),
        problem={name: problem[name].reshape(shape) for name, (_, shape) in shapes.items()},
    )
