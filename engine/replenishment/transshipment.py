"""Moving stock between stores before the next delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, Whole, real_column, whole_column
from backhaul.engine.replenishment.moves_checker import check_moves
from backhaul.engine.solution import CheckReport
from backhaul_native import replenishment as native

__all__ = ["Moves", "transship"]

Number = TypeVar("Number", np.float64, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Cheapest moves between stores.

    Attributes
    ----------
    units : array of int32, shape (products, lanes)
        Units moved, whole cases.
    before, after : array of float64, shape (products,)
        Expected cost of shortages and left-overs without the moves, and with them and what they cost.
    """

    units: Whole
    before: Reals
    after: Reals
    problem: Mapping[str, Any] = field(repr=False)

    def check(self, *, rows: int = 10) -> CheckReport:
        """Recompute up to `rows` products, evenly spread, and look for what would still save, separately.

        Examples
        --------
        >>> transship([(0, 1)], 5.0, [[50, 0]], [[0.0, 10.0]], short=9.0).check().ok
        True
        """
        n = len(self.before)
        lanes = {name: self.problem[name] for name in ("lanes", "lane_cost", "lane_limit")}
        reports = []
        for i in np.unique(np.linspace(0, n - 1, min(n, rows)).astype(int)).tolist():
            one = {k: v[i].tolist() for k, v in self.problem.items() if k not in lanes}
            before, after = float(self.before[i]), float(self.after[i])
            reports.append(check_moves({**lanes, **one}, self.units[i].tolist(), before, after))
        broken = tuple(violation for report in reports for violation in report.violations)
        return CheckReport(broken, {"products": len(reports)})

    @property
    def saving(self) -> float:
        """What all moves save, money."""
        return float((self.before - self.after).sum())


def transship(
    lanes: Sequence[tuple[int, int]],
    lane_cost: Column,
    stock: npt.ArrayLike,
    mean: npt.ArrayLike,
    *,
    variance_to_mean: npt.ArrayLike = 1.0,
    short: npt.ArrayLike = 1.0,
    holding: npt.ArrayLike = 0.0,
    minimum: npt.ArrayLike = 0,
    case_pack: Column = 1,
    lane_limit: Column = -1,
    threads: int = 1,
) -> Moves:
    """Return the moves between stores that lower the expected cost most.

    Each store pays for demand that it can't meet and for what is left over until the next delivery: a
    convex cost of its stock. The best moves in whole cases over lanes that cost money a unit are a
    minimum-cost flow, solved exactly, product by product.

    Parameters
    ----------
    lanes : sequence of (from, to)
        Pairs of stores.
    lane_cost, lane_limit : array, shape (lanes,) or a number
        Money a unit moved; most units of a product (negative: no limit).
    stock, mean : array, shape (products, stores)
        Units on hand; mean demand until the next delivery.
    variance_to_mean, short, holding, minimum : array, broadcast to (products, stores)
        Of demand; money a unit of demand not met, a unit left over; units that must stay.
    case_pack : array of int32, shape (products,) or a number
        Units in a case.
    threads : int
        Threads; the answer does not depend on them.

    Returns
    -------
    Moves
        Optimal, with money counted in millionths.

    Raises
    ------
    InvalidInput
        A value that is not allowed, by field, product and store.

    Notes
    -----
    Lateral transshipment: Karmarkar (1981), Robinson (1990). Successive shortest paths with
    potentials: Edmonds and Karp (1972).

    Examples
    --------
    Poisson demand of 10 where nothing lies: units move while P(D >= k) 9 exceeds the 5 of the lane.

    >>> moves = transship([(0, 1)], 5.0, [[50, 0]], [[0.0, 10.0]], short=9.0)
    >>> moves.units
    array([[9]], dtype=int32)
    >>> round(moves.saving, 2)
    28.86
    """
    try:
        table = np.atleast_2d(np.asarray(stock, dtype=np.float64))
        pairs = [(int(a), int(b)) for a, b in lanes]
    except (TypeError, ValueError):
        raise InvalidInput("lanes or stock", "something else", "pairs and numbers") from None
    if table.ndim != 2:
        raise InvalidInput("stock", f"shape {table.shape}", "(products, stores)")
    products, stores = table.shape
    for e, (a, b) in enumerate(pairs):
        if min(a, b) < 0:
            raise InvalidInput(f"lanes[{e}]", (a, b), f"two different stores below {stores}")
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")

    def real(name: str, values: npt.ArrayLike) -> Reals:
        try:
            numbers = np.asarray(values, dtype=np.float64)
            return np.ascontiguousarray(np.broadcast_to(numbers, table.shape)).ravel()
        except (TypeError, ValueError):
            text = f"numbers that fit {table.shape}"
            raise InvalidInput(name, repr(values)[:80], text) from None

    def whole(name: str, values: npt.ArrayLike) -> Whole:
        numbers = real(name, values)
        with np.errstate(invalid="ignore"):
            column = numbers.astype(np.int32)
        for i in np.flatnonzero(column != numbers)[:1]:
            path = f"{name}[{i // stores}][{i % stores}]"
            raise InvalidInput(path, float(numbers[i]), "a whole number of 32 bits")
        return column

    along: dict[str, Any] = {
        "lane_cost": _spread(real_column("lane_cost", lane_cost), len(pairs)),
        "lane_limit": _spread(whole_column("lane_limit", lane_limit), len(pairs)),
    }
    packs = _spread(whole_column("case_pack", case_pack), products)
    cells: dict[str, Any] = {
        "stock": whole("stock", table),
        "minimum": whole("minimum", minimum),
        "mean": real("mean", mean),
        "variance_to_mean": real("variance_to_mean", variance_to_mean),
        "short": real("short", short),
        "holding": real("holding", holding),
    }
    with native_errors():
        units, before, after = native.transship(
            lanes=pairs, stores=stores, case_pack=packs, threads=threads, **along, **cells
        )
    shaped = {name: values.reshape(table.shape) for name, values in cells.items()}
    problem = {"lanes": pairs, **along, "case_pack": packs, **shaped}
    return Moves(units.reshape(products, len(pairs)), before, after, problem)


def _spread(column: npt.NDArray[Number], count: int) -> npt.NDArray[Number]:
    return column.repeat(count) if len(column) == 1 != count else column
