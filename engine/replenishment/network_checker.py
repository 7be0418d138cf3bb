"""Independent checker of networks: shares no code with the solvers.

Service times are held against their definition, with the demand a place sees counted along every way to
its customers. A serial chain is followed forwards, from the outside supplier to the customers, where the
solver works backwards. What a warehouse owes each store is found by generating functions, where the solver
thins distributions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.replenishment.checker import period_demand
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["chain_cost", "check_chain", "check_promises", "check_warehouse", "warehouse_cost"]

Vector = npt.NDArray[np.float64]

#: Relative difference of costs that round-off may leave, and that the lattice of normal demand does.
TOLERANCE = 1e-7
LATTICE_TOLERANCE = 1e-4
#: Steps of the lattice in the smallest standard deviation over a lead time.
STEPS = 60


def check_promises(
    problem: Mapping[str, Any],
    outbound: Sequence[int],
    inbound: Sequence[int],
    stock: Sequence[float],
    cost: float,
    bound: float,
) -> CheckReport:
    """Check service times and safety stock by their definition.

    Codes: ``promise`` (customers wait longer than promised), ``inbound`` (a supplier, or the outside one,
    takes longer than the place counts on), ``time`` (a promise beyond what comes in and is processed),
    ``stock``, ``cost``, ``bound``.

    Parameters
    ----------
    problem : mapping
        `edges`, `processing_time`, `holding`, `sd`, `promise`, `supplier_time` and `z`, as
        `guaranteed_service` takes them, a value a place.
    outbound, inbound : sequence of int
        Service times, periods.
    stock : sequence of float
        Safety stock, units.
    cost, bound : float
        As claimed.

    Returns
    -------
    CheckReport

    Examples
    --------
    >>> one = {"edges": [], "processing_time": [4], "holding": [1.0], "sd": [10.0]}
    >>> one |= {"promise": [0], "supplier_time": [0], "z": 2.0}
    >>> check_promises(one, [0], [0], [40.0], 40.0, 40.0).ok
    True
    """
    n = len(problem["processing_time"])
    one_step = np.zeros((n, n))
    for a, b in problem["edges"]:
        one_step[a, b] += 1
    # Ways of every length; the flow never comes back, so that powers end.
    ways, step = np.eye(n), one_step
    while step.any():
        ways, step = ways + step, step @ one_step
    seen = np.sqrt((ways * np.asarray(problem["sd"])) ** 2 @ np.ones(n))
    found: list[Violation] = []

    def report(code: str, text: str, place: int) -> None:
        found.append(Violation(code, f"place {place}: {text}", {"place": place}))

    total = 0.0
    for i in range(n):
        longest = problem["promise"][i]
        if 0 <= longest < outbound[i]:
            report("promise", f"{outbound[i]} periods where {longest} are promised", i)
        if inbound[i] < problem["supplier_time"][i]:
            report("inbound", f"{inbound[i]} periods, the outside supplier takes longer", i)
        net = inbound[i] + problem["processing_time"][i] - outbound[i]
        if net < 0 or outbound[i] < 0:
            report("time", f"promises {outbound[i]} with {net} periods to cover", i)
        need = problem["z"] * seen[i] * math.sqrt(max(net, 0))
        if not math.isclose(need, stock[i], rel_tol=TOLERANCE, abs_tol=1e-9):
            report("stock", f"claimed {stock[i]:.9g}, needed {need:.9g}", i)
        total += problem["holding"][i] * need
    for a, b in problem["edges"]:
        if inbound[b] < outbound[a]:
            report("inbound", f"{inbound[b]} periods, place {a} takes {outbound[a]}", int(b))
    _judge(found, total, cost, bound, TOLERANCE)
    return CheckReport(tuple(found), {"cost": total})


def chain_cost(problem: Mapping[str, Any], levels: Sequence[float]) -> float:
    """Return the average cost of echelon base-stock levels, customers first.

    Parameters
    ----------
    problem : mapping
        `lead_time`, `holding` (both customers first), `backorder`, `mean`, `variance_to_mean` and `sd`, as
        `clark_scarf` takes them. With `sd` demand is followed on a lattice, to about five digits.
    levels : sequence of float
        Echelon levels, units.

    Examples
    --------
    Poisson demand of 1 over one period and a level of 2, by hand: h E[2 - D] + (b + h) E[(D - 2)+].

    >>> one = {"lead_time": [1.0], "holding": [1.0], "backorder": 9.0, "mean": 1.0}
    >>> round(chain_cost(one | {"variance_to_mean": 1.0, "sd": None}, [2.0]), 6)
    2.036383
    """
    mean, sd = problem["mean"], problem["sd"]
    leads, local = list(problem["lead_time"]), [*problem["holding"], 0.0]
    step = 1.0
    if sd is not None:
        shortest = min([lead for lead in leads if lead > 0], default=1.0)
        step = sd * math.sqrt(shortest) / STEPS
    # The echelon's units by place of the lattice; from the outside supplier downwards.
    units, share = np.array([levels[-1]]), np.array([1.0])
    total = 0.0
    for j in reversed(range(len(leads))):
        units, share = _capped(units, share, levels[j], step)
        if sd is None:
            law = {"mean": mean * leads[j], "variance_to_mean": problem["variance_to_mean"]}
            demand, first = period_demand(law), 0.0
        else:
            demand, first = _normal(mean * leads[j], sd * math.sqrt(leads[j]), step)
        share = np.convolve(share, demand[::-1])
        low = units[0] - first - step * (len(demand) - 1)
        units = low + step * np.arange(len(share))
        echelon = local[j] - local[j + 1]
        total += echelon * float(share @ units)
        if j == 0:
            total += (problem["backorder"] + local[0]) * float(share @ np.maximum(-units, 0))
    return total


def _capped(units: Vector, share: Vector, level: float, step: float) -> tuple[Vector, Vector]:
    """Return the distribution of the smaller of `units` and `level`, on the same lattice."""
    over = units > level
    if not over.any():
        return units, share
    mass = float(share[over].sum())
    first = units[0]
    if first > level:
        return np.array([level]), np.array([mass])
    # The level may lie between two points: the mass is split so that its mean stays.
    place = (level - first) / step
    below = math.floor(place + 1e-9)
    part = place - below if place - below > 1e-9 else 0.0
    kept = np.zeros(below + 2)
    count = int((~over).sum())
    kept[:count] = share[:count]
    kept[below] += mass * (1 - part)
    kept[below + 1] += mass * part
    return first + step * np.arange(len(kept)), kept


def _normal(mean: float, sd: float, step: float) -> tuple[Vector, float]:
    """Return normal probabilities on a lattice around the mean, and its first point."""
    from scipy.special import ndtr

    if sd == 0:
        return np.array([1.0]), mean
    reach = math.ceil(8 * sd / step)
    edges = (np.arange(-reach, reach + 2) - 0.5) * step / sd
    return np.diff(ndtr(edges)), mean - reach * step


def check_chain(problem: Mapping[str, Any], levels: Sequence[float], cost: float) -> CheckReport:
    """Check the echelon levels of a serial chain.

    Codes: ``cost`` (claimed and recomputed differ), ``not_best`` (a neighbour of the levels costs less).

    Parameters
    ----------
    problem : mapping
        As for `chain_cost`.
    levels : sequence of float
        Echelon base-stock levels, units, customers first.
    cost : float
        As claimed.

    Returns
    -------
    CheckReport

    Examples
    --------
    >>> one = {"lead_time": [1.0], "holding": [1.0], "backorder": 9.0, "mean": 1.0}
    >>> one |= {"variance_to_mean": 1.0, "sd": None}
    >>> check_chain(one, [2.0], 2.036383235143270).ok
    True
    """
    tolerance = TOLERANCE if problem["sd"] is None else LATTICE_TOLERANCE
    total = chain_cost(problem, levels)
    found: list[Violation] = []
    _judge(found, total, cost, -math.inf, tolerance)
    move = 1.0 if problem["sd"] is None else problem["sd"] / 4
    for j in range(len(levels)):
        for change in (-move, move):
            other = [*levels[:j], levels[j] + change, *levels[j + 1 :]]
            if chain_cost(problem, other) < total - tolerance * max(1.0, abs(total)):
                text = f"stage {j}: {levels[j] + change:g} costs less than {levels[j]:g}"
                found.append(Violation("not_best", text, {"stage": j}))
    return CheckReport(tuple(found), {"cost": total})


def warehouse_cost(problem: Mapping[str, Any], warehouse: int, stores: Sequence[int]) -> float:
    """Return the average cost a period of base-stock levels of one warehouse and its stores.

    Parameters
    ----------
    problem : mapping
        `mean`, `lead_time`, `holding`, `backorder`, a value a store; `warehouse_lead_time`,
        `warehouse_holding`.
    warehouse, stores : int and sequence of int
        Levels, units.

    Examples
    --------
    Without a way to the warehouse a store is alone: as `chain_cost` of one stage.

    >>> one = {"mean": [1.0], "lead_time": [1.0], "holding": [1.0], "backorder": [9.0]}
    >>> round(warehouse_cost(one | {"warehouse_lead_time": 0.0, "warehouse_holding": 1.0}, 0, [2]), 6)
    2.036383
    """
    owed, idle = _warehouse(problem, warehouse)
    total: float = problem["warehouse_holding"] * idle
    for i in range(len(stores)):
        total += float(_store_costs(problem, owed, i)[stores[i]])
    return total


def _warehouse(problem: Mapping[str, Any], level: int) -> tuple[Vector, float]:
    """Return the distribution of units owed to stores, and the mean number idle."""
    rate = sum(problem["mean"]) * problem["warehouse_lead_time"]
    on_order = period_demand({"mean": rate, "variance_to_mean": 1.0})
    units = np.arange(len(on_order))
    owed = np.append(on_order[: level + 1].sum(), on_order[level + 1 :])
    return owed, float(on_order @ np.maximum(level - units, 0))


def _store_costs(problem: Mapping[str, Any], owed: Vector, i: int) -> Vector:
    """Return a store's cost by its level 0, 1, ..., up to where nothing is ever owed."""
    share = problem["mean"][i] / sum(problem["mean"])
    own = problem["mean"][i] * problem["lead_time"][i]
    reach = len(owed) + len(period_demand({"mean": own, "variance_to_mean": 1.0}))
    size = 1 << max(reach, 2).bit_length()
    root = np.exp(-2j * np.pi * np.arange(size) / size)
    # The generating function of what is outstanding: of the store's part of what is owed, and its own.
    thinned = np.polynomial.polynomial.polyval(1 - share + share * root, owed)
    outstanding = np.maximum(np.fft.ifft(thinned * np.exp(own * (root - 1))).real, 0)
    gap = np.arange(reach)[:, None] - np.arange(size)[None, :]
    idle, late = np.maximum(gap, 0) @ outstanding, np.maximum(-gap, 0) @ outstanding
    costs: Vector = problem["holding"][i] * idle + problem["backorder"][i] * late
    return costs


def check_warehouse(
    problem: Mapping[str, Any], warehouse: int, stores: Sequence[int], cost: float
) -> CheckReport:
    """Check the levels of one product at a warehouse and its stores.

    Codes: ``cost``, ``not_best`` (another level of the store, or the warehouse one unit higher or lower with
    its stores at their best, costs less).

    Parameters
    ----------
    problem, warehouse, stores
        As for `warehouse_cost`.
    cost : float
        As claimed.

    Returns
    -------
    CheckReport

    Examples
    --------
    >>> one = {"mean": [1.0], "lead_time": [1.0], "holding": [1.0], "backorder": [9.0]}
    >>> one |= {"warehouse_lead_time": 0.0, "warehouse_holding": 1.0}
    >>> check_warehouse(one, 0, [2], 2.0363832351432704).ok
    True
    """
    total = warehouse_cost(problem, warehouse, stores)
    slack = TOLERANCE * max(1.0, total)
    found: list[Violation] = []
    _judge(found, total, cost, -math.inf, TOLERANCE)
    for level in {max(warehouse - 1, 0), warehouse, warehouse + 1}:
        owed, idle = _warehouse(problem, level)
        best = [int(np.argmin(_store_costs(problem, owed, i))) for i in range(len(stores))]
        least = problem["warehouse_holding"] * idle
        least += sum(float(_store_costs(problem, owed, i)[s]) for i, s in enumerate(best))
        if least < total - slack:
            text = f"{level} at the warehouse and {best} in the stores cost {least:.9g}"
            found.append(Violation("not_best", text, {"warehouse": level}))
    return CheckReport(tuple(found), {"cost": total})


def _judge(
    found: list[Violation], total: float, cost: float, bound: float, tolerance: float
) -> None:
    slack = tolerance * max(1.0, abs(total))
    if not abs(total - cost) <= slack:
        found.append(Violation("cost", f"claimed {cost:.9g}, recomputed {total:.9g}"))
    if bound > cost + slack:
        found.append(Violation("bound", f"cost {cost:.9g} is below the bound {bound:.9g}"))
