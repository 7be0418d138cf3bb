"""Markdown of short-dated stock: which discount each day until a batch expires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import (
    Column,
    Reals,
    Whole,
    real_column,
    real_table,
    whole_column,
)
from backhaul_native import replenishment as native

__all__ = ["Markdowns", "ShortDated"]


@dataclass(frozen=True, slots=True, eq=False)
class Markdowns:
    """Discounts for today and what batches bring until they expire.

    Attributes
    ----------
    discount : array of int32, shape (n,)
        Percent off the full price today.
    price : array of int32, shape (n,)
        Price on the label today, cents.
    value : array of float64, shape (n,)
        Expected revenue less the cost of waste, cents. What the units were bought for is spent.
    sold, wasted : array of float64, shape (n,)
        Expected units.
    """

    discount: Whole
    price: Whole
    value: Reals
    sold: Reals
    wasted: Reals


@dataclass(frozen=True, slots=True, init=False, eq=False)
class ShortDated:
    """Batches of short-dated stock, one row a batch (an item's units of one remaining life).

    Each morning a batch gets a label from the ladder of discounts; the day's demand, whose mean follows
    the price, takes what it can; after the last day every unit left is waste. Days are independent.

    Parameters
    ----------
    units : array of int32, shape (n,)
        Units on hand, 0 to 5,000.
    life : array of int32, shape (n,) or a number
        Days in which they can be sold, today included, 1 to 366.
    mean : array of float64, shape (n,) or (n, days), or a number
        Mean demand a day at the full price, units; with days, that of today and of the days after, the
        last of which goes on.
    variance_to_mean : array of float64, shape (n,) or a number
        1 is Poisson, more is negative binomial; the same at every price.
    elasticity : array of float64, shape (n,) or a number
        Mean demand at price p is ``mean * (p / full price) ** -elasticity``, 0 to 20.
    price : array of int32, shape (n,) or a number
        Full price, cents.
    waste : array of int32, shape (n,) or a number
        Cents that a unit left over costs; negative where it still brings money (salvage).
    discounts : sequence of int
        The ladder: percent off the full price, rising, 0 to 99.
    label : array of int32, shape (n,) or a number
        Percent on the label now; one of `discounts`.
    deepen_only : bool
        Whether a discount that was given is never taken back.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by column and row.

    Notes
    -----
    Exact dynamic programming over days left, units and (with `deepen_only`) the label; the discounts
    come in rungs and the days are whole, otherwise the problem of Gallego and van Ryzin (1994),
    Management Science 40(8). Batches are independent: demand is that which falls to the batch, so of
    an item with several dates on one shelf it is what the customers of this date buy.

    Examples
    --------
    Ten units, two days, three a day at the full price of 2.00: a fifth off now beats half price at the end.

    >>> batch = ShortDated([10], life=2, mean=3.0, elasticity=2.0, price=200, waste=20)
    >>> batch.best().discount
    array([20], dtype=int32)
    >>> late = batch.rule(discount=50, days_left=1)
    >>> bool(batch.best().value > late.value)
    True
    """

    units: Whole
    life: Whole
    mean: Reals
    variance_to_mean: Reals
    elasticity: Reals
    price: Whole
    waste: Whole
    discounts: Whole
    rung: Whole
    deepen_only: bool

    def __init__(
        self,
        units: Column,
        *,
        life: Column,
        mean: Column | Sequence[Sequence[float]],
        variance_to_mean: Column = 1.0,
        elasticity: Column,
        price: Column,
        waste: Column = 0,
        discounts: Sequence[int] = (0, 10, 20, 30, 50, 75),
        label: Column | None = None,
        deepen_only: bool = True,
    ) -> None:
        own = whole_column("units", units).copy()
        n = len(own)
        ladder = whole_column("discounts", list(discounts))
        rung = np.zeros(n, dtype=np.int32)
        if label is not None:
            given = _whole("label", label, n)
            for row in np.flatnonzero(~np.isin(given, ladder))[:1]:
                allowed = f"one of {', '.join(map(str, ladder))}"
                raise InvalidInput(f"label[{row}]", int(given[row]), allowed)
            rung = np.searchsorted(ladder, given).astype(np.int32)
        fields: dict[str, object] = {
            "units": own,
            "life": _whole("life", life, n),
            "mean": _by_day(mean, n),
            "variance_to_mean": _real("variance_to_mean", variance_to_mean, n),
            "elasticity": _real("elasticity", elasticity, n),
            "price": _whole("price", price, n),
            "waste": _whole("waste", waste, n),
            "discounts": ladder,
            "rung": rung,
            "deepen_only": bool(deepen_only),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        with native_errors():
            native.markdown_check(self._columns())

    def _columns(self) -> native.MarkdownColumns:
        return (
            (self.units, self.life, self.rung, self.price, self.waste),
            self.mean,
            (self.variance_to_mean, self.elasticity),
            self.discounts,
        )

    def best(self, *, threads: int = 1) -> Markdowns:
        """Return the discounts of most expected value.

        Of discounts that are worth the same the smallest is given.

        Parameters
        ----------
        threads : int
            Threads; the answer does not depend on them.

        Returns
        -------
        Markdowns

        Raises
        ------
        InvalidInput
            `threads` is not positive.

        Examples
        --------
        Twenty units on their last day where five would be asked for at full price:

        >>> batch = ShortDated([20], life=1, mean=5.0, elasticity=2.0, price=300)
        >>> bool(batch.best().discount[0] > 0)
        True
        """
        _positive(threads)
        with native_errors():
            return self._marks(native.markdown_best(self._columns(), self.deepen_only, threads))

    def rule(self, *, discount: Column, days_left: Column, threads: int = 1) -> Markdowns:
        """Return what a simple rule brings: one discount from some day on.

        Parameters
        ----------
        discount : array of int32, shape (n,) or a number
            Percent; one of `discounts`. A label that is deeper already stays.
        days_left : array of int32, shape (n,) or a number
            The discount holds once this many days are left, today included; 0 is never.
        threads : int
            Threads; the answer does not depend on them.

        Raises
        ------
        InvalidInput
            A value that is not allowed, by column and row.

        Examples
        --------
        No simple rule brings more than the best discounts.

        >>> batch = ShortDated([20], life=2, mean=5.0, elasticity=2.0, price=300)
        >>> bool(batch.rule(discount=50, days_left=1).value[0] <= batch.best().value[0])
        True
        """
        _positive(threads)
        percent = _whole("discount", discount, len(self.units))
        for row in np.flatnonzero(~np.isin(percent, self.discounts))[:1]:
            allowed = f"one of {', '.join(map(str, self.discounts))}"
            raise InvalidInput(f"discount[{row}]", int(percent[row]), allowed)
        rung = np.searchsorted(self.discounts, percent).astype(np.int32)
        days = _whole("days_left", days_left, len(self.units))
        with native_errors():
            return self._marks(native.markdown_fixed(self._columns(), rung, days, threads))

    def _marks(self, found: tuple[Whole, Reals, Reals]) -> Markdowns:
        rung, value, sold = found
        discount = self.discounts[rung]
        price = (self.price.astype(np.int64) * (100 - discount) + 50) // 100
        return Markdowns(discount, price.astype(np.int32), value, sold, self.units - sold)


def _positive(threads: int) -> None:
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")


def _whole(name: str, values: Column, n: int) -> Whole:
    column = whole_column(name, values)
    if len(column) not in (1, n):
        raise InvalidInput(name, len(column), f"{n} values, or one for all")
    return np.ascontiguousarray(np.broadcast_to(column, n)).copy()


def _real(name: str, values: Column, n: int) -> Reals:
    column = real_column(name, values)
    if len(column) not in (1, n):
        raise InvalidInput(name, len(column), f"{n} values, or one for all")
    return np.ascontiguousarray(np.broadcast_to(column, n)).copy()


def _by_day(mean: Column | Sequence[Sequence[float]], n: int) -> Reals:
    if np.ndim(mean) < 2:
        return _real("mean", mean, n).reshape(n, 1)  # type: ignore[arg-type]
    table = real_table("mean", mean)  # type: ignore[arg-type]
    if len(table) != n:
        raise InvalidInput("mean", f"{len(table)} rows", f"{n} rows")
    return table.copy()
