"""Dividing a short supply among stores."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, Whole, real_column, whole_column
from backhaul_native import replenishment as native

__all__ = ["Sharing", "allocate"]

Sharing = Literal["fair", "value"]


def allocate(
    supply: Column,
    product: Column,
    order: Column,
    *,
    sharing: Sharing = "value",
    position: Column = 0,
    mean: Column = 0.0,
    variance_to_mean: Column = 1.0,
    value: Column = 1.0,
    minimum: Column = 0,
    case_pack: Column = 1,
    threads: int = 1,
) -> Whole:
    """Return what each order line gets when the warehouse is short.

    Minimums come first. Then, by ``value``: whole cases go one by one where the next case serves the
    most demand, weighted by the value of a unit (optimal for equal cases: the value is concave). By
    ``fair``: everyone gets the same share of what it asked for, largest remainders first.

    Parameters
    ----------
    supply : array of int32, shape (products,)
        Units that the warehouse has.
    product : array of int32, shape (n,)
        Row of `supply` of each line, never falling.
    order : array of int32, shape (n,)
        Units asked for; a broken case is not shipped.
    sharing : {"fair", "value"}
        How to divide.
    position, minimum, case_pack : array of int32, shape (n,) or a number
        Units on hand and on the way; units given first; units in a case.
    mean, variance_to_mean, value : array of float64, shape (n,) or a number
        Demand until the next chance to order, units; money that a unit sold brings.
    threads : int
        Threads; the answer does not depend on them.

    Returns
    -------
    array of int32, shape (n,)
        Units.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by column and row.

    Notes
    -----
    Marginal allocation: Fox (1966), Management Science 13(3), 210-216.

    Examples
    --------
    >>> allocate([30], [0, 0, 0], [10, 20, 30], sharing="fair")
    array([ 5, 10, 15], dtype=int32)
    """
    if sharing not in get_args(Sharing):
        raise InvalidInput("sharing", sharing, " or ".join(get_args(Sharing)))
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    rows = whole_column("product", product)

    def whole(name: str, values: Column) -> Whole:
        column = whole_column(name, values)
        return column.repeat(len(rows)) if len(column) == 1 != len(rows) else column

    def real(name: str, values: Column) -> Reals:
        column = real_column(name, values)
        return column.repeat(len(rows)) if len(column) == 1 != len(rows) else column

    with native_errors():
        return np.asarray(
            native.allocate(
                supply=whole_column("supply", supply),
                product=rows,
                order=whole("order", order),
                minimum=whole("minimum", minimum),
                case_pack=whole("case_pack", case_pack),
                position=whole("position", position),
                mean=real("mean", mean),
                variance_to_mean=real("variance_to_mean", variance_to_mean),
                value=real("value", value),
                by_value=sharing == "value",
                threads=threads,
            )
        )
