"""What is to be replenished: one row a store-product, validated once and then frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

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

__all__ = ["Policy", "ReplenishmentProblem", "Service"]

Policy = Literal["s_S", "s_nQ", "base_stock"]
Service = Literal["cycle", "fill", "ready"]


@dataclass(frozen=True, slots=True, init=False, eq=False)
class ReplenishmentProblem:
    """Store-products with stationary demand, full backorders and periodic review.

    At a review the position (on hand + on order - owed) is looked at and an order may be placed; it
    arrives `lead_time` periods later, before demand. Holding and backorder cost are paid at the end
    of every period, the setup cost with every order.

    Parameters
    ----------
    mean : array of float64, shape (n,)
        Mean demand, units a period.
    variance_to_mean : array of float64, shape (n,) or a number
        Variance over mean: 1 is Poisson, more is negative binomial.
    demand : array of float64, shape (n, k), optional
        Probabilities of 0 .. k-1 units a period, in place of `mean` and `variance_to_mean`.
    lead_time : array of int32, shape (n,) or a number
        Periods from order to receipt.
    lead_times : array of float64, shape (n, k), optional
        Probabilities of lead times 0 .. k-1, in place of `lead_time`; orders do not cross.
    review : array of int32, shape (n,) or a number
        Periods between reviews.
    setup, holding, backorder : array of float64, shape (n,) or a number
        Money an order; money a unit and period on hand; money a unit and period owed.
    service : {"cycle", "fill", "ready"}, optional
        Constraint in place of the backorder cost: share of periods without a backorder, share of
        demand met at once, share of periods that end with stock on hand.
    service_level : array of float64, shape (n,) or a number
        The least service, above 0 and below 1.
    case_pack, minimum_order : array of int32, shape (n,) or a number
        Units in a case (orders are whole cases); fewest units in an order.
    shelf_capacity : array of int32, shape (n,) or a number
        Largest position after an order, units; 0 is no limit.
    policy : {"s_S", "s_nQ", "base_stock"}
        At or below s order up to S; at or below s order whole batches of Q = S - s; order up to S at
        every review (without lead time: the newsvendor).

    Raises
    ------
    InvalidInput
        Columns of different lengths, wrong dtype or order, a value that is not allowed: the message
        names column and row.

    Examples
    --------
    The first row of the table of Zheng and Federgruen (1991):

    >>> problem = ReplenishmentProblem(mean=[10.0], setup=64.0, backorder=9.0)
    >>> len(problem)
    1
    """

    mean: Reals
    variance_to_mean: Reals
    demand: Reals | None
    lead_time: Whole
    lead_times: Reals | None
    review: Whole
    setup: Reals
    holding: Reals
    backorder: Reals
    service: Service | None
    service_level: Reals
    case_pack: Whole
    minimum_order: Whole
    shelf_capacity: Whole
    policy: Policy

    def __init__(
        self,
        *,
        mean: Column | None = None,
        variance_to_mean: Column = 1.0,
        demand: Reals | None = None,
        lead_time: Column = 0,
        lead_times: Reals | None = None,
        review: Column = 1,
        setup: Column = 0.0,
        holding: Column = 1.0,
        backorder: Column | None = None,
        service: Service | None = None,
        service_level: Column = 0.95,
        case_pack: Column = 1,
        minimum_order: Column = 0,
        shelf_capacity: Column = 0,
        policy: Policy = "s_S",
    ) -> None:
        if policy not in get_args(Policy):
            raise InvalidInput("policy", policy, " or ".join(get_args(Policy)))
        if service is not None and service not in get_args(Service):
            raise InvalidInput("service", service, " or ".join(get_args(Service)))
        self._set("policy", policy)
        self._set("service", service)
        self._set("demand", None)
        self._set("lead_times", None)
        if demand is not None:
            table = real_table("demand", demand)
            if table.shape[1] == 0:
                raise InvalidInput("demand", "an empty distribution", "at least one probability")
            if mean is not None:
                raise InvalidInput("mean", "given beside demand", "one of the two")
            self._set("demand", _frozen(table))
            mean = table @ np.arange(table.shape[1], dtype=np.float64)
        elif mean is None:
            raise InvalidInput("mean", None, "mean or demand")
        if lead_times is not None:
            self._set("lead_times", _frozen(real_table("lead_times", lead_times)))
        if backorder is None:
            if service is None:
                raise InvalidInput("backorder", None, "a backorder cost, or service")
            backorder = holding
        for name, real in (
            ("mean", mean),
            ("variance_to_mean", variance_to_mean),
            ("setup", setup),
            ("holding", holding),
            ("backorder", backorder),
            ("service_level", service_level),
        ):
            self._set(name, _frozen(real_column(name, real)))
        for name, whole in (
            ("lead_time", lead_time),
            ("review", review),
            ("case_pack", case_pack),
            ("minimum_order", minimum_order),
            ("shelf_capacity", shelf_capacity),
        ):
            self._set(name, _frozen(whole_column(name, whole)))
        with native_errors():
            # No item is solved: the kernel only looks at every row.
            native.solve(limits=(None, 0, None), threads=1, on_progress=None, **self.columns())

    def __len__(self) -> int:
        return len(self.mean)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def columns(self) -> dict[str, Any]:
        """Return the columns as the compiled side takes them."""
        return {name: getattr(self, name) for name in self.__slots__}

    def row(self, i: int) -> dict[str, Any]:
        """Return one row as plain numbers.

        Examples
        --------
        >>> ReplenishmentProblem(mean=[1.0, 2.0], backorder=9.0).row(1)["mean"]
        2.0
        """
        found: dict[str, Any] = {"policy": self.policy, "service": self.service}
        for name, values in self.columns().items():
            if isinstance(values, np.ndarray):
                value = values[0] if values.shape[0] == 1 and values.ndim == 1 else values[i]
                found[name] = value.tolist()
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the problem."""
        plain = {
            name: values.tolist() if isinstance(values, np.ndarray) else values
            for name, values in self.columns().items()
        }
        if self.demand is not None:
            del plain["mean"]
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> ReplenishmentProblem:
        """Rebuild a problem.

        Raises
        ------
        InvalidInput
            An unknown key, or a value that is not allowed.

        Examples
        --------
        >>> problem = ReplenishmentProblem(mean=[1.0], backorder=9.0)
        >>> ReplenishmentProblem.from_dict(problem.to_dict()).row(0) == problem.row(0)
        True
        """
        known = set(cls.__slots__)
        for key, value in plain.items():
            if key not in known:
                raise InvalidInput(key, value, f"one of {', '.join(sorted(known))}")
        values = dict(plain)
        for name in ("demand", "lead_times"):
            if values.get(name) is not None:
                try:
                    values[name] = np.array(values[name], dtype=np.float64)
                except (TypeError, ValueError):
                    raise InvalidInput(name, "rows of different lengths", "equal rows") from None
        return cls(**values)


def _frozen(column: Any) -> Any:  # noqa: ANN401 - float64 or int32, as it came
    # A copy: what the caller does to the array afterwards must not reach a validated problem.
    own = column.copy()
    own.flags.writeable = False
    return own
