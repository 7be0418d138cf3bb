"""The compiled simulator: what levels cost in a network of places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Whole, real_column, whole_column
from backhaul_native import replenishment as native

__all__ = ["Simulated", "simulate"]

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Sums over the counted periods, each of shape (products, places).

    ``demand``, ``served`` at once, ``short`` (lost or made to wait), ``waste``, ``received``, ``shipped``
    and the stocks ``opening`` and ``closing`` are units; ``orders`` is a number; ``held`` and ``owed`` are
    unit-periods at the ends of periods. opening + received = served + waste + shipped + closing, less
    what served a backlog.
    """

    periods: int
    demand: Counts
    served: Counts
    short: Counts
    waste: Counts
    received: Counts
    shipped: Counts
    orders: Counts
    held: Counts
    owed: Counts
    opening: Counts
    closing: Counts

    @property
    def fill_rate(self) -> float:
        """Share of all demand served at once."""
        return float(self.served.sum() / max(self.demand.sum(), 1))

    def cost(
        self,
        *,
        setup: float = 0.0,
        holding: float = 1.0,
        short: float = 0.0,
        owed: float = 0.0,
        waste: float = 0.0,
    ) -> npt.NDArray[np.float64]:
        """Return the average cost a period, shape (products, places), at these unit costs.

        Parameters
        ----------
        setup, holding, short, owed, waste : float
            Money an order, a unit-period held, a unit short, a unit-period owed, a unit wasted.

        Examples
        --------
        >>> run = simulate([-1], [[2.0]], [[3]], [[8]], periods=1000)
        >>> run.cost(holding=1.0, short=5.0).shape
        (1, 1)
        """
        total = (
            setup * self.orders
            + holding * self.held
            + short * self.short
            + owed * self.owed
            + waste * self.waste
        )
        return np.asarray(total / self.periods, dtype=np.float64)


def simulate(
    parent: Column,
    mean: npt.ArrayLike,
    reorder_level: npt.ArrayLike,
    order_up_to: npt.ArrayLike,
    *,
    variance_to_mean: npt.ArrayLike = 1.0,
    lead_time: npt.ArrayLike = 0,
    case_pack: npt.ArrayLike = 1,
    shelf_life: Column = 0,
    backorders: bool = False,
    keep_orders: bool = False,
    periods: int = 1000,
    warm_up: int = 100,
    seed: int = 0,
    replication: int = 0,
    threads: int = 1,
) -> Simulated:
    """Run (s, S) rules in a network of places, period by period.

    In a period goods due arrive; places order from the customers upwards and are shipped what the place
    above has; demand is served, first expired first out; units in their last period are wasted; stock
    is counted. A product and place has its own random stream, so that two sets of levels meet the same
    demand and the answer does not depend on `threads`.

    Parameters
    ----------
    parent : array of int32, shape (places,)
        Place that supplies each place, earlier in the list; -1 is the outside.
    mean, reorder_level, order_up_to : array, shape (products, places) or what broadcasts to it
        Mean customer demand a period (0: no customers), s and S, units.
    variance_to_mean, lead_time, case_pack : array, broadcast to (products, places)
        Of demand; periods; units in a case.
    shelf_life : array of int32, shape (products,) or a number
        Periods in which a unit can be sold; 0: does not perish.
    backorders : bool
        Whether unmet customers wait; else the sale is lost.
    keep_orders : bool
        Whether what a place above cannot ship stays ordered there, first come, first served; else the
        place below asks again at its next review.
    periods, warm_up : int
        Periods that are counted, and before them.
    seed, replication : int
        Names of the random streams.
    threads : int
        Threads.

    Returns
    -------
    Simulated

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field, product and place.

    Examples
    --------
    Poisson 10, K = 64, h = 1, b = 9, levels (6, 40): 35.02 by Zheng and Federgruen (1991).

    >>> run = simulate([-1], [[10.0]], [[6]], [[40]], backorders=True, periods=200_000)
    >>> bool(abs(run.cost(setup=64.0, owed=9.0)[0, 0] / 35.0216 - 1) < 0.01)
    True
    """
    places = whole_column("parent", parent)
    table = np.atleast_2d(np.asarray(mean, dtype=np.float64))
    if table.ndim != 2:
        raise InvalidInput("mean", f"shape {table.shape}", "(products, places)")
    shape = (table.shape[0], len(places))
    life = whole_column("shelf_life", shelf_life)
    if len(life) == 1:
        life = life.repeat(shape[0])
    for name, number in (("periods", periods), ("threads", threads)):
        if number < 1:
            raise InvalidInput(name, number, "at least 1")
    if warm_up < 0:
        raise InvalidInput("warm_up", warm_up, "at least 0")

    def spread(name: str, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        try:
            numbers = np.asarray(values, dtype=np.float64)
            return np.ascontiguousarray(np.broadcast_to(numbers, shape)).ravel()
        except (TypeError, ValueError):
            raise InvalidInput(name, repr(values)[:80], f"numbers that fit {shape}") from None

    def whole(name: str, values: npt.ArrayLike) -> Whole:
        numbers = spread(name, values)
        with np.errstate(invalid="ignore"):
            column = numbers.astype(np.int32)
        for i in np.flatnonzero(column != numbers)[:1]:
            path = f"{name}[{i // shape[1]}][{i % shape[1]}]"
            raise InvalidInput(path, float(numbers[i]), "a whole number of 32 bits")
        return column

    with native_errors():
        sums = native.simulate(
            parent=places,
            mean=real_column("mean", spread("mean", table)),
            variance_to_mean=spread("variance_to_mean", variance_to_mean),
            lead_time=whole("lead_time", lead_time),
            reorder_level=whole("reorder_level", reorder_level),
            order_up_to=whole("order_up_to", order_up_to),
            case_pack=whole("case_pack", case_pack),
            shelf_life=life,
            backorders=backorders,
            keep_orders=keep_orders,
            periods=periods,
            warm=warm_up,
            seed=seed,
            replication=replication,
            threads=threads,
        )
    return Simulated(periods=periods, **{name: sums[name].reshape(shape) for name in sums})
