"""The nightly job of a chain: levels and orders of every store-product, in arrays."""

from __future__ import annotations

from backhaul.engine.errors import native_errors
from backhaul.engine.replenishment.arrays import Column, Whole, real_column, whole_column
from backhaul_native import replenishment as native

__all__ = ["levels", "order_quantities"]


def order_quantities(
    position: Column,
    reorder_level: Column,
    order_up_to: Column,
    *,
    case_pack: Column = 1,
    minimum_order: Column = 0,
    shelf_capacity: Column = 0,
) -> Whole:
    """Return what to order in every cell at a review.

    At or below the reorder level the position is raised to at least the order-up-to level, in whole
    cases and at least the minimum; cases for which the shelf has no room are taken off again, and an
    order that is then below the minimum is not placed.

    Parameters
    ----------
    position : array of int32, shape (n,)
        On hand + on order - owed, units.
    reorder_level, order_up_to : array of int32, shape (n,) or a number
        s and S, units.
    case_pack, minimum_order : array of int32, shape (n,) or a number
        Units in a case; fewest units in an order.
    shelf_capacity : array of int32, shape (n,) or a number
        Largest position after an order, units; 0 is no limit.

    Returns
    -------
    array of int32, shape (n,)
        Units to order.

    Raises
    ------
    InvalidInput
        Columns of different lengths, wrong dtype, S not above s, a case below 1, or a shelf without
        room for the smallest order: the message names column and row.

    Examples
    --------
    >>> order_quantities([11, 10, 3], [10, 10, 10], [20, 20, 20], case_pack=6)
    array([ 0, 12, 18], dtype=int32)
    """
    with native_errors():
        return native.order_quantities(
            whole_column("position", position),
            whole_column("reorder_level", reorder_level),
            whole_column("order_up_to", order_up_to),
            whole_column("case_pack", case_pack),
            whole_column("minimum_order", minimum_order),
            whole_column("shelf_capacity", shelf_capacity),
        )


def levels(
    mean: Column,
    variance_to_mean: Column = 1.0,
    *,
    lead_time: Column = 1,
    review: Column = 1,
    service_level: Column = 0.95,
    cover: Column = 0.0,
) -> tuple[Whole, Whole]:
    """Return reorder level and order-up-to level of every cell by cycle service.

    s + 1 is the smallest position that lasts lead time and review with the probability asked for,
    exactly, in the Poisson or negative binomial distribution of demand; S is an order above s.

    Parameters
    ----------
    mean : array of float64, shape (n,)
        Mean demand, units a period.
    variance_to_mean : array of float64, shape (n,) or a number
        At least 1 (Poisson).
    lead_time, review : array of int32, shape (n,) or a number
        Periods from order to receipt; periods between reviews.
    service_level : array of float64, shape (n,) or a number
        Share of review cycles without a shortage, above 0 and below 1.
    cover : array of float64, shape (n,) or a number
        Periods of mean demand in an order: S - s is this times the mean, at least 1 unit.

    Returns
    -------
    (array of int32, array of int32), shape (n,)
        s and S.

    Raises
    ------
    InvalidInput
        Columns of different lengths, wrong dtype, or a value that is not allowed, by column and row.

    Notes
    -----
    Silver, Pyke and Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.,
    section 6.9: the protection interval of a periodic review is lead time plus review.

    Examples
    --------
    Poisson demand of 2 a day, 3 days to protect: P(D <= 10) = 0.957 is the first above 95 %.

    >>> levels([2.0], lead_time=2, review=1, service_level=0.95)
    (array([9], dtype=int32), array([10], dtype=int32))
    """
    with native_errors():
        return native.levels(
            real_column("mean", mean),
            real_column("variance_to_mean", variance_to_mean),
            whole_column("lead_time", lead_time),
            whole_column("review", review),
            real_column("service_level", service_level),
            real_column("cover", cover),
        )
