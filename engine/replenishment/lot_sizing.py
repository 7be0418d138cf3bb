"""Lot sizes over a finite horizon with known demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Reals
from backhaul_native import replenishment as native

__all__ = ["LotSizes", "wagner_whitin"]


@dataclass(frozen=True, slots=True, eq=False)
class LotSizes:
    """Optimal plans: `cost` of each item, shape (n,), and `orders`, shape (n, periods), units."""

    cost: Reals
    orders: Reals


def wagner_whitin(
    demand: npt.ArrayLike,
    setup: npt.ArrayLike,
    holding: npt.ArrayLike,
    unit: npt.ArrayLike = 0.0,
    *,
    threads: int = 1,
) -> LotSizes:
    """Return the cheapest orders that meet known demand without capacity limits, for many items.

    Parameters
    ----------
    demand : array of float64, shape (n, periods) or (periods,)
        Units a period.
    setup, holding, unit : array that broadcasts to the shape of `demand`
        Money an order; money a unit in stock at the end of the period; money a unit.
    threads : int
        Threads.

    Returns
    -------
    LotSizes
        Optimal.

    Raises
    ------
    InvalidInput
        A negative value or one that is not a number, by row and period; shapes that do not fit.

    Notes
    -----
    Wagner and Whitin (1958), Management Science 5(1), 89-96; in O(T log T) after Wagelmans, van Hoesel
    and Kolen (1992), Operations Research 40(1), S145-S156.

    Examples
    --------
    Snyder and Shen (2019), Fundamentals of Supply Chain Theory, example 3.9: two orders, 1380.

    >>> plan = wagner_whitin([90, 120, 80, 70], setup=500, holding=2)
    >>> float(plan.cost[0]), plan.orders[0].tolist()
    (1380.0, [210.0, 0.0, 150.0, 0.0])
    """
    tables = {"demand": demand, "setup": setup, "holding": holding, "unit": unit}
    found: dict[str, Reals] = {}
    for name, values in tables.items():
        try:
            found[name] = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            raise InvalidInput(name, repr(values), "numbers") from None
    shape = np.atleast_2d(found["demand"]).shape
    if len(shape) != 2:
        raise InvalidInput("demand", f"shape {shape}", "one row an item, one column a period")
    for name, table in found.items():
        try:
            found[name] = np.ascontiguousarray(np.broadcast_to(table, shape))
        except ValueError:
            raise InvalidInput(name, f"shape {table.shape}", f"a shape that fits {shape}") from None
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    with native_errors():
        cost, orders = native.wagner_whitin(
            found["demand"], found["setup"], found["holding"], found["unit"], threads
        )
    return LotSizes(cost, orders.reshape(shape))
