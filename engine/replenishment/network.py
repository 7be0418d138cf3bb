"""Safety stock in a network of places: guaranteed service, and a serial chain exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment import network_checker
from backhaul.engine.replenishment.arrays import (
    Column,
    Reals,
    Whole,
    real_column,
    real_number,
    whole_column,
)
from backhaul.engine.solution import CheckReport, SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import replenishment as native

__all__ = ["Echelons", "Promises", "clark_scarf", "guaranteed_service"]


@dataclass(frozen=True, slots=True, eq=False)
class Promises:
    """Service times that places promise each other, and the stock they need.

    `cost` is the holding cost of all safety stock a period; `outbound` and `inbound` are service
    times in periods, `stock` is safety stock in units, each of shape (n,). No service times cost less
    than `bound`; `status` is ``optimal`` where the two meet, always on trees.
    """

    cost: float
    bound: float
    outbound: Whole
    inbound: Whole
    stock: Reals
    status: Status
    stats: SolveStats
    problem: Mapping[str, Any] = field(repr=False)

    def check(self) -> CheckReport:
        """Hold every service time and stock against its definition, with separate code.

        Examples
        --------
        >>> guaranteed_service([], [4], [1.0], [10.0], [0], z=2.0).check().ok
        True
        """
        return network_checker.check_promises(
            self.problem,
            self.outbound.tolist(),
            self.inbound.tolist(),
            self.stock.tolist(),
            self.cost,
            self.bound,
        )

    @property
    def gap(self) -> float:
        """Share by which the cost may be above the best."""
        return max(self.cost - self.bound, 0.0) / self.cost if self.cost > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Echelons:
    """Echelon base-stock `levels` in units, customers first, and their average `cost` a period."""

    cost: float
    levels: tuple[float, ...]
    problem: Mapping[str, Any] = field(repr=False, compare=False)

    def check(self) -> CheckReport:
        """Follow the levels down the chain with separate code, and try their neighbours.

        Examples
        --------
        >>> clark_scarf([1, 2], [2, 1], 20.0, 3.0).check().ok
        True
        """
        return network_checker.check_chain(self.problem, self.levels, self.cost)


def guaranteed_service(
    edges: Sequence[tuple[int, int]],
    processing_time: Column,
    holding: Column,
    sd: Column,
    promise: Column,
    *,
    supplier_time: Column = 0,
    z: float = 1.645,
    stop: Stop | None = None,
    on_progress: OnProgress | None = None,
) -> Promises:
    """Return the cheapest service times of a network of places.

    Exact on trees. Other networks without cycles of the flow are searched by branch and bound, with a
    Lagrangian bound over a spanning forest; a unit at a place takes one unit over every edge that
    leads to it, so that a place above several ways to one customer sees the same demand several times.

    Parameters
    ----------
    edges : sequence of (int, int)
        Goods flow from the first to the second place and never come back.
    processing_time : array of int32, shape (n,)
        Periods that a place takes once it has what it needs.
    holding : array of float64, shape (n,)
        Money a unit of safety stock and period.
    sd : array of float64, shape (n,)
        Standard deviation of a place's outside demand a period; 0 for places without customers.
    promise : array of int32, shape (n,)
        Longest service time promised to customers, periods; -1 for places without customers.
    supplier_time : array of int32, shape (n,) or a number
        Service time promised by the outside supplier, periods.
    z : float
        Safety factor: stock is z times the deviation over the net replenishment time.
    stop : Stop, optional
        For networks that are no trees: seconds (10 unless given), iterations (parts of the search that
        are bounded), target.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    Promises

    Raises
    ------
    InvalidInput
        Edges with a cycle of the flow, or a value that is not allowed, by field and place.

    Notes
    -----
    Graves and Willems (2000), Manufacturing & Service Operations Management 2(1), 68-83. General
    networks are NP-hard: Lesnaia (2004); relaxed edges: Fisher (1981), Management Science 27(1).

    Examples
    --------
    One place with a processing time of 4 and no service time: z sd sqrt(4).

    >>> guaranteed_service([], [4], [1.0], [10.0], [0], z=2.0).cost
    40.0

    A component that goes into two halves of one product, which its customers get at once:

    >>> found = guaranteed_service(
    ...     [(0, 1), (0, 2), (1, 3), (2, 3)], [5, 2, 3, 1], [1.0, 2.0, 2.0, 6.0],
    ...     [0.0, 0.0, 0.0, 10.0], [-1, -1, -1, 0], z=1.0)
    >>> found.status.value, found.gap < 1e-8
    ('optimal', True)
    """
    place_holding = real_column("holding", holding)
    supplier = whole_column("supplier_time", supplier_time)
    if len(supplier) == 1:
        supplier = supplier.repeat(len(place_holding))
    try:
        pairs = [(int(a), int(b)) for a, b in edges]
        if any(a < 0 or b < 0 for a, b in pairs):
            raise ValueError
    except (TypeError, ValueError):
        raise InvalidInput("edges", repr(edges)[:80], "pairs of places, from 0") from None
    problem: dict[str, Any] = {
        "edges": pairs,
        "processing_time": whole_column("processing_time", processing_time),
        "holding": place_holding,
        "sd": real_column("sd", sd),
        "promise": whole_column("promise", promise),
        "supplier_time": supplier,
        "z": real_number("z", z),
    }
    with native_errors():
        found = native.guaranteed_service(
            **problem,
            limits=(stop or Stop(seconds=10.0)).limits(),
            on_progress=on_progress,
        )
    proven = found["cost"] <= found["bound"] * (1 + 1e-8) + 1e-9
    return Promises(
        cost=found["cost"],
        bound=found["bound"],
        outbound=found["outbound"],
        inbound=found["inbound"],
        stock=found["stock"],
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        stats=SolveStats(
            seconds=found["seconds"],
            iterations=found["iterations"],
            stop_reason=found["stop_reason"],
            threads=1,
        ),
        problem=problem,
    )


def clark_scarf(
    lead_time: Sequence[float],
    holding: Sequence[float],
    backorder: float,
    mean: float,
    *,
    variance_to_mean: float = 1.0,
    sd: float | None = None,
) -> Echelons:
    """Return the optimal echelon base-stock levels of a serial supply chain.

    Parameters
    ----------
    lead_time : sequence of float
        Periods to each stage from the one above it, customers first. In a model with periodic review
        add one period to the first (Chen and Zheng's convention).
    holding : sequence of float
        Local holding cost, money a unit and period, customers first; falling upwards.
    backorder : float
        Money a unit owed and period.
    mean : float
        Mean demand a period.
    variance_to_mean : float
        Of Poisson (1) or negative binomial (above 1) demand; exact.
    sd : float, optional
        Normal demand instead, with this standard deviation a period; cost to about ten digits.

    Returns
    -------
    Echelons
        Cost includes stock in transit between the stages.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field and stage.

    Notes
    -----
    Clark and Scarf (1960), Management Science 6(4), 475-490; Chen and Zheng (1994), Management Science
    40(11), 1426-1443.

    Examples
    --------
    Snyder and Shen (2019), example 6.1: levels 6.49, 12.02 and 22.71.

    >>> chain = clark_scarf([1, 1, 2], [7, 4, 2], 37.12, 5.0, sd=1.0)
    >>> [round(level, 2) for level in chain.levels], round(chain.cost, 2)
    ([6.49, 12.02, 22.71], 47.66)
    """
    problem: dict[str, Any] = {
        "lead_time": _stages("lead_time", lead_time),
        "holding": _stages("holding", holding),
        "backorder": real_number("backorder", backorder),
        "mean": real_number("mean", mean),
        "variance_to_mean": real_number("variance_to_mean", variance_to_mean),
        "sd": None if sd is None else real_number("sd", sd),
    }
    with native_errors():
        cost, levels = native.clark_scarf(*problem.values())
    return Echelons(cost, tuple(levels), problem)


def _stages(name: str, values: Sequence[float]) -> list[float]:
    try:
        given = list(values)
    except TypeError:
        raise InvalidInput(name, repr(values)[:80], "a number a stage") from None
    return [real_number(f"{name}[{j}]", value) for j, value in enumerate(given)]
