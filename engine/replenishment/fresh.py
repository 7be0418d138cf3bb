"""Fresh products: orders that look at the stock by remaining shelf life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, Whole, real_column, whole_column
from backhaul.engine.replenishment.lost_sales import Rows, whole_table
from backhaul_native import replenishment as native

__all__ = ["Fresh", "Issuing"]

Issuing = Literal["FIFO", "LIFO"]


@dataclass(frozen=True, slots=True, init=False, eq=False)
class Fresh:
    """Fresh products with lost sales, waste and a lead time of at least one period.

    In a period an order is placed, demand is served (oldest or freshest first), what is in its last
    period is wasted, holding cost is paid on what is carried over; then the order of `lead_time` periods
    ago arrives and can be sold in `life` periods.

    Parameters
    ----------
    mean : array of float64, shape (n,)
        Mean demand, units a period.
    variance_to_mean : array of float64, shape (n,) or a number
        1 is Poisson, more is negative binomial.
    life : array of int32, shape (n,) or a number
        Periods in which a unit can be sold.
    lead_time : array of int32, shape (n,) or a number
        Periods from order to receipt, 1 to 3.
    issuing : {"FIFO", "LIFO"} or a sequence of them
        Whether customers take the oldest or the freshest unit.
    holding, lost, waste : array of float64, shape (n,) or a number
        Money a unit carried over; a unit of demand lost; a unit wasted.
    tuning_periods : int
        Length of the simulated path on which each item's policy is tuned.
    seed, threads : int
        Seed of that path; threads (the answer does not depend on them).

    Raises
    ------
    InvalidInput
        A value that is not allowed, by column and row.

    Notes
    -----
    Approximate dynamic programming with one basis function, the square of the stock left over, whose
    weight is tuned on common random numbers; that a fresh product must be ordered by the age of its
    stock: Broekmeulen and van Donselaar (2009), Computers & Operations Research 36(11).

    Examples
    --------
    >>> items = Fresh(mean=[4.0], life=2, lost=5.0, waste=7.0)
    >>> items.orders(stock=[[1, 3]], due=np.zeros((1, 0), dtype=np.int32))
    array([4], dtype=int32)
    """

    mean: Reals
    variance_to_mean: Reals
    life: Whole
    lead_time: Whole
    oldest_first: npt.NDArray[np.bool_]
    holding: Reals
    lost: Reals
    waste: Reals
    weight: Reals

    def __init__(
        self,
        mean: Column,
        variance_to_mean: Column = 1.0,
        *,
        life: Column,
        lead_time: Column = 1,
        issuing: Issuing | list[Issuing] = "FIFO",
        holding: Column = 1.0,
        lost: Column,
        waste: Column,
        tuning_periods: int = 2000,
        seed: int = 0,
        threads: int = 1,
    ) -> None:
        own_mean = real_column("mean", mean).copy()
        n = len(own_mean)
        fields: dict[str, Reals | Whole] = {"mean": own_mean}
        for name, real in (
            ("variance_to_mean", variance_to_mean),
            ("holding", holding),
            ("lost", lost),
            ("waste", waste),
        ):
            fields[name] = _every(name, real_column(name, real), n)
        for name, whole in (("life", life), ("lead_time", lead_time)):
            fields[name] = _every(name, whole_column(name, whole), n)
        words = [issuing] * n if isinstance(issuing, str) else list(issuing)
        if len(words) != n:
            raise InvalidInput("issuing", len(words), f"{n} values, or one for all")
        for i, word in enumerate(words):
            if word not in get_args(Issuing):
                raise InvalidInput(f"issuing[{i}]", word, "FIFO or LIFO")
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        object.__setattr__(
            self, "oldest_first", np.array([w == "FIFO" for w in words], dtype=np.bool_)
        )
        for name, number in (("tuning_periods", tuning_periods), ("threads", threads)):
            if number < 1:
                raise InvalidInput(name, number, "at least 1")
        with native_errors():
            tuned = native.fresh_tune(self._columns(), tuning_periods, seed, threads)
        object.__setattr__(self, "weight", tuned)

    def _columns(self) -> native.FreshColumns:
        return (
            (self.mean, self.variance_to_mean, self.holding, self.lost, self.waste),
            (self.lead_time, self.life),
            self.oldest_first,
        )

    def orders(self, stock: Rows, due: Rows) -> Whole:
        """Return what to order now.

        Parameters
        ----------
        stock : array of int32, shape (n, k)
            Units by remaining periods in which they can be sold: 1, 2, ... k.
        due : array of int32, shape (n, j)
            Units that arrive 1, 2, ... j periods from now; j at least the longest lead time less 1.

        Raises
        ------
        InvalidInput
            Wrong shape or dtype, or a negative number of units.

        Examples
        --------
        Four units that can be sold once more do not last; four fresh ones do:

        >>> items = Fresh(mean=[4.0, 4.0], life=2, lost=5.0, waste=7.0)
        >>> due = np.zeros((2, 0), dtype=np.int32)
        >>> old, new = items.orders(stock=[[4, 0], [0, 4]], due=due).tolist()
        >>> old > new
        True
        """
        with native_errors():
            return native.fresh_orders(
                self._columns(), self.weight, whole_table("stock", stock), whole_table("due", due)
            )

    def cost(self, *, periods: int = 100_000, seed: int = 1, threads: int = 1) -> Reals:
        """Return the average cost a period of every item's policy, by simulation.

        Parameters
        ----------
        periods : int
            Periods that are simulated.
        seed, threads : int
            Names the random streams, one an item; threads (the answer does not depend on them).

        Returns
        -------
        array of float64, shape (n,)
            Money a period: stock carried over, sales lost and waste.

        Raises
        ------
        InvalidInput
            `periods` or `threads` is not positive.

        Examples
        --------
        The dearer waste is, the more a product costs.

        >>> items = Fresh(mean=[4.0, 4.0], life=2, lost=5.0, waste=[2.0, 9.0])
        >>> cheap, dear = items.cost(periods=5000).tolist()
        >>> cheap < dear
        True
        """
        for name, value in (("periods", periods), ("threads", threads)):
            if value < 1:
                raise InvalidInput(name, value, "at least 1")
        with native_errors():
            return native.fresh_cost(self._columns(), self.weight, periods, seed, threads)


def _every(name: str, column: Any, n: int) -> Any:  # noqa: ANN401 - float64 or int32, as it came
    if len(column) == 1:
        return column.repeat(n)
    if len(column) != n:
        raise InvalidInput(name, len(column), f"{n} values, or one for all")
    return column.copy()
