"""Why an order line is what it is, in numbers that add up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Whole, real_column, whole_column
from backhaul_native import replenishment as native

__all__ = ["OrderLine", "explain"]

#: What decided a quantity, in words.
_WORDS = {
    "above_reorder_level": "the position is above the reorder level: nothing is ordered",
    "order_up_to": "ordered exactly up to the level",
    "minimum_order": "the supplier's minimum",
    "case_pack": "rounding up to whole cases",
    "shelf_capacity": "room on the shelf",
    "no_room_for_minimum": "what fits on the shelf is below the supplier's minimum: nothing is ordered",
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One explained order line; all quantities are units.

    ``forecast + protection + batch - on_hand - on_order + owed - waits + minimum + rounding - shelf``
    is the order.

    Attributes
    ----------
    forecast, protection, batch : float, float, int
        Expected demand over lead time and review; what the reorder level holds above that (s + 1 -
        forecast; negative where the level covers less than the forecast); S - s - 1.
    on_hand, on_order, owed : int
        The stock position.
    waits : int
        Units up to S that are not ordered because the position is above s.
    minimum, rounding, shelf : int
        Added for the supplier's minimum, added to fill the last case, taken off for lack of room.
    order : int
        What is ordered.
    bound : str
        What decided: ``above_reorder_level``, ``order_up_to``, ``minimum_order``, ``case_pack``,
        ``shelf_capacity`` or ``no_room_for_minimum``.
    unit_more, unit_less, case_more, case_less : float
        Rise of the expected cost of shortage and left-over at the end of lead time and review, had the
        order been so much larger or smaller; negative is a saving.
    """

    forecast: float
    protection: float
    batch: int
    on_hand: int
    on_order: int
    owed: int
    waits: int
    minimum: int
    rounding: int
    shelf: int
    order: int
    bound: str
    unit_more: float
    unit_less: float
    case_more: float
    case_less: float

    def __str__(self) -> str:
        """Return the account of the line, a term a line."""
        terms = [
            ("forecast over lead time and review", self.forecast),
            ("protection", self.protection),
            ("batch", self.batch),
            ("on hand", -self.on_hand),
            ("on order", -self.on_order),
            ("owed", self.owed),
            ("not yet due", -self.waits),
            ("minimum order", self.minimum),
            ("whole cases", self.rounding),
            ("no room on the shelf", -self.shelf),
        ]
        rows = [f"{name:<36}{value:>+12.2f}" for name, value in terms if value]
        rows += [
            f"{'order':<36}{self.order:>12}",
            f"decided by: {_WORDS[self.bound]}",
        ]
        change = (
            f"a unit more {self.unit_more:+.2f}, a unit less {self.unit_less:+.2f}; "
            f"a case more {self.case_more:+.2f}, a case less {self.case_less:+.2f}"
        )
        return "\n".join([*rows, change])


def explain(
    on_hand: Column,
    reorder_level: Column,
    order_up_to: Column,
    mean: Column,
    variance_to_mean: Column = 1.0,
    *,
    on_order: Column = 0,
    owed: Column = 0,
    lead_time: Column = 1,
    review: Column = 1,
    holding: Column = 1.0,
    short: Column = 9.0,
    case_pack: Column = 1,
    minimum_order: Column = 0,
    shelf_capacity: Column = 0,
) -> list[OrderLine]:
    """Explain the orders that `order_quantities` gives.

    Parameters
    ----------
    on_hand, on_order, owed : array of int32, shape (n,) (the last two: or a number)
        Units; the stock position is on hand + on order - owed.
    reorder_level, order_up_to, case_pack, minimum_order, shelf_capacity : array of int32 or a number
        As for `order_quantities`.
    mean, variance_to_mean : array of float64, shape (n,) or a number
        Demand a period: units; at least 1.
    lead_time, review : array of int32, shape (n,) or a number
        Periods.
    holding, short : array of float64, shape (n,) or a number
        Money a unit left over, and a unit short, at the end of lead time and review.

    Returns
    -------
    list of OrderLine
        One an item.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by column and row.

    Notes
    -----
    The marginal costs are the newsvendor's: holding P(D <= y) - short P(D > y) for a unit more at
    position y after the order (Arrow, Harris and Marschak 1951).

    Examples
    --------
    Two a day, three days to protect; s = 9 lasts them with 97 %:

    >>> print(explain([4], 9, 14, [2.0], on_order=3, lead_time=2, case_pack=6)[0])
    forecast over lead time and review         +6.00
    protection                                 +4.00
    batch                                      +4.00
    on hand                                    -4.00
    on order                                   -3.00
    whole cases                                +5.00
    order                                         12
    decided by: rounding up to whole cases
    a unit more +1.00, a unit less -1.00; a case more +6.00, a case less -5.94
    """
    stock = whole_column("on_hand", on_hand)

    def spread(name: str, values: Column) -> Whole:
        column = whole_column(name, values)
        if len(column) not in {1, len(stock)}:
            raise InvalidInput(name, len(column), f"{len(stock)} values, or one for all")
        for row in np.flatnonzero(column < 0)[:1]:
            raise InvalidInput(f"{name}[{row}]", int(column[row]), "at least 0")
        return np.broadcast_to(column, stock.shape)

    coming, waiting = spread("on_order", on_order), spread("owed", owed)
    for row in np.flatnonzero(stock < 0)[:1]:
        raise InvalidInput(f"on_hand[{row}]", int(stock[row]), "at least 0 (what is owed is apart)")
    position = stock.astype(np.int64) + coming - waiting
    for row in np.flatnonzero(np.abs(position) > np.iinfo(np.int32).max)[:1]:
        raise InvalidInput(f"on_hand[{row}]", int(stock[row]), "a position of 32 bits")
    with native_errors():
        found = native.explain(
            position=position.astype(np.int32),
            reorder_level=whole_column("reorder_level", reorder_level),
            order_up_to=whole_column("order_up_to", order_up_to),
            case_pack=whole_column("case_pack", case_pack),
            minimum_order=whole_column("minimum_order", minimum_order),
            shelf_capacity=whole_column("shelf_capacity", shelf_capacity),
            mean=real_column("mean", mean),
            variance_to_mean=real_column("variance_to_mean", variance_to_mean),
            lead_time=whole_column("lead_time", lead_time),
            review=whole_column("review", review),
            holding=real_column("holding", holding),
            short=real_column("short", short),
        )
    names = [name for name in found if name not in {"position", "bound"}]
    columns = [np.asarray(found[name]).tolist() for name in names]  # type: ignore[literal-required]
    return [
        OrderLine(
            on_hand=int(stock[i]),
            on_order=int(coming[i]),
            owed=int(waiting[i]),
            bound=found["bound"][i],
            **dict(zip(names, row, strict=True)),
        )
        for i, row in enumerate(zip(*columns, strict=True))
    ]
