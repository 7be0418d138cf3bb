"""The linear assignment problem, quick where costs are those of slotting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Ints, whole
from backhaul.engine.stop import Stop
from backhaul_native import slotting as native

__all__ = ["LinearAssignment", "linear_assignment"]


@dataclass(frozen=True, eq=False)
class LinearAssignment:
    """Row ``i`` goes to column ``column[i]``; `bound` is the dual value that proves the cost."""

    column: Ints
    cost: float
    bound: float
    augmented: int
    seconds: float


def linear_assignment(
    cost: npt.ArrayLike, *, stop: Stop | None = None, threads: int = 1
) -> LinearAssignment:
    """Give every row a column of its own at least total cost.

    Costs near popularity x distance are Monge once both sides are sorted, and sorting solves them
    (Burkard, Klinz and Rudolf 1996). From the prices of the sorted answer, rows bid for columns in
    rounds of ever smaller steps (Bertsekas and Eckstein 1988); what bids leave open is finished by
    shortest augmenting paths (Jonker and Volgenant 1987). The dual prices prove the answer.

    Parameters
    ----------
    cost : array of float64, shape (rows, columns)
        At most as many rows as columns; infinite entries forbid a pair.
    stop : Stop, optional
        Only `seconds` is looked at.
    threads : int
        The answer does not depend on it.

    Raises
    ------
    InvalidInput
        A NaN, or a shape that is not two-dimensional.
    Infeasible
        A row for which no column is left.
    Stopped
        The deadline came first.

    Examples
    --------
    >>> found = linear_assignment([[4.0, 1.0], [8.0, 2.0]])
    >>> found.column.tolist(), found.cost
    ([0, 1], 6.0)
    """
    try:
        matrix = np.ascontiguousarray(cost, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput("cost", "no numbers", "a matrix of numbers") from None
    if matrix.ndim != 2:
        raise InvalidInput("cost", f"shape {matrix.shape}", "a matrix")
    # A NaN is the smallest of all to NumPy: one pass finds that, and minus infinity.
    if not matrix.min(initial=np.inf) > -np.inf:
        i, j = (int(v[0]) for v in np.nonzero(~(matrix > -np.inf)))
        raise InvalidInput(f"cost[{i}][{j}]", float(matrix[i, j]), "a number, or infinity")
    rows, columns = matrix.shape
    whole("threads", threads, 1, 1024)
    with native_errors():
        raw = native.linear_assignment(
            rows, columns, matrix.ravel(), (stop or Stop()).limits(), threads
        )
    return LinearAssignment(
        raw["column"], raw["cost"], raw["bound"], raw["augmented"], raw["seconds"]
    )
