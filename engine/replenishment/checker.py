"""Independent checker of replenishment answers: shares no code with the solver.

The solver counts visits by a renewal function; here the whole Markov chain of positions is written
down and its stationary distribution solved for. The solver scales means; here periods are convolved.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.solution import CheckReport, Violation

__all__ = ["check_levels", "figures", "order", "period_demand"]

Vector = npt.NDArray[np.float64]

#: Relative difference of costs that round-off may leave.
TOLERANCE = 1e-7


def period_demand(item: Mapping[str, Any]) -> Vector:
    """Return the probabilities of 0, 1, ... units in a period, from the definition of the family.

    Examples
    --------
    >>> p = period_demand({"mean": 2.0, "variance_to_mean": 1.0})
    >>> round(float(p[0]), 6)
    0.135335
    """
    if item.get("demand") is not None:
        return np.array(item["demand"], dtype=np.float64)
    mean, ratio = item["mean"], item["variance_to_mean"]
    if mean == 0:
        return np.array([1.0])
    top = int(mean + 12 * math.sqrt(mean * ratio) + 40 * ratio)
    if ratio - 1 < 1e-9:
        logs = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(top)]
    else:
        size = mean / (ratio - 1)
        base = -size * math.log(ratio) - math.lgamma(size)
        tail = math.log(1 - 1 / ratio)
        logs = [base + math.lgamma(size + k) - math.lgamma(k + 1) + k * tail for k in range(top)]
    p = np.exp(np.array(logs))
    shares: Vector = p / p.sum()
    return shares


def order(item: Mapping[str, Any], policy: str, s: int, top: int, position: int) -> int:
    """Return what the rule orders at a position, from its description.

    Examples
    --------
    >>> order({"case_pack": 6, "minimum_order": 0, "shelf_capacity": 0}, "s_S", 10, 20, 10)
    12
    """
    if position > s:
        return 0
    if policy == "s_nQ":
        batch = top - s
        return batch * math.ceil((s + 1 - position) / batch)
    pack, least = int(item["case_pack"]), int(item["minimum_order"])
    units = pack * math.ceil(max(top - position, least, 1) / pack)
    if item["shelf_capacity"] and position + units > item["shelf_capacity"]:
        units = pack * math.floor(max(item["shelf_capacity"] - position, 0) / pack)
        if units < max(least, 1):
            units = 0
    return units


def figures(item: Mapping[str, Any], s: int, top: int) -> dict[str, float]:
    """Return cost and service of a pair of levels, and what one unit more or less would change."""
    found = _figures(item, s, top)
    found["one_more"] = _figures(item, s + 1, top + 1)["cost"] - found["cost"]
    found["one_less"] = _figures(item, s - 1, top - 1)["cost"] - found["cost"]
    return found


def _figures(item: Mapping[str, Any], s: int, top: int) -> dict[str, float]:
    period = period_demand(item)
    review = item["review"]
    leads = item.get("lead_times") or [0.0] * item["lead_time"] + [1.0]
    sums = [np.array([1.0])]
    for _ in range(len(leads) - 1 + review):
        total = np.convolve(sums[-1], period)
        keep = np.flatnonzero(total > 1e-18)
        sums.append(total[: keep[-1] + 1] if len(keep) else total)
    spans = [(lead + i, p / review) for lead, p in enumerate(leads) if p for i in range(review)]
    cycle = sums[review]
    mean = float(period @ np.arange(len(period)))

    low, share, orders = _positions(item, s, top, cycle)
    levels = np.arange(low, low + len(share))
    holding = owed = met = cycle_ok = ready = first = second = 0.0
    for periods, weight in spans:
        after, before = sums[periods + 1], sums[periods]
        units = np.arange(len(after))
        gap = levels[:, None] - units[None, :]
        holding += weight * float(share @ (np.maximum(gap, 0) @ after))
        late = np.maximum(-gap, 0) @ after
        early = np.maximum(np.arange(len(before))[None, :] - levels[:, None], 0) @ before
        owed += weight * float(share @ late)
        met += weight * float(share @ (late - early))
        cycle_ok += weight * float(share @ ((gap >= 0) @ after))
        ready += weight * float(share @ ((gap > 0) @ after))
        first += weight * float(units @ after)
        second += weight * float(units.astype(float) ** 2 @ after)
    setup = item["setup"] * orders / review
    backorder = 0.0 if item["service"] else item["backorder"] * owed
    return {
        "cost": item["holding"] * holding + backorder + setup,
        "holding": item["holding"] * holding,
        "backorder": backorder,
        "setup": setup,
        "cycle": cycle_ok,
        "ready": ready,
        "fill": 1.0 - met / mean if mean else 1.0,
        "horizon_mean": first,
        "horizon_sd": math.sqrt(max(second - first**2, 0.0)),
    }


def _positions(
    item: Mapping[str, Any], s: int, top: int, cycle: Vector
) -> tuple[int, Vector, float]:
    """Lowest position after ordering, the long-run share of each, and orders a review."""
    policy = item["policy"]
    if len(cycle) == 1:
        return max(s + 1, top), np.array([1.0]), 0.0
    deepest = s - len(cycle) + 2
    lands = np.array([x + order(item, policy, s, top, x) for x in range(deepest, s + 1)])
    high = int(max(lands.max(), s + 1))
    n = high - s
    chain = np.zeros((n, n))
    leaves = np.zeros(n)
    for i in range(n):
        after = s + 1 + i - np.arange(len(cycle))
        stay = after > s
        np.add.at(chain[i], after[stay] - s - 1, cycle[stay])
        np.add.at(chain[i], lands[after[~stay] - deepest] - s - 1, cycle[~stay])
        leaves[i] = cycle[~stay].sum()
    # Start from a position that orders lead to, so that a reducible chain is read as it runs.
    start = int(lands[-1]) - s - 1
    reached = np.zeros(n, dtype=bool)
    frontier = [start]
    while frontier:
        i = frontier.pop()
        if not reached[i]:
            reached[i] = True
            frontier += [int(j) for j in np.flatnonzero((chain[i] > 0) & ~reached)]
    states = np.flatnonzero(reached)
    part = chain[np.ix_(states, states)]
    system = np.vstack([(part.T - np.eye(len(states))), np.ones(len(states))])
    right = np.zeros(len(states) + 1)
    right[-1] = 1.0
    solved = np.linalg.lstsq(system, right, rcond=None)[0]
    share = np.zeros(n)
    share[states] = solved
    return s + 1, share, float(share @ leaves)


def check_levels(
    lines: Iterable[tuple[int, Mapping[str, Any], int, int, float, float]],
) -> CheckReport:
    """Check rows of (row, item, s, S, claimed cost, claimed bound).

    Codes: ``levels`` (S not above s), ``cost`` (the claimed cost is not that of the levels),
    ``bound`` (the cost is below its own bound), ``not_best`` (a neighbour costs less although the
    levels were claimed best), ``service``, ``capacity``, ``batch``.
    """
    broken: list[Violation] = []
    total = 0.0
    for row, item, s, top, cost, bound in lines:

        def report(code: str, text: str, row: int = row) -> None:
            broken.append(Violation(code, f"row {row}: {text}", {"row": row}))

        if top <= s:
            report("levels", f"order-up-to level {top} is not above the reorder level {s}")
            continue
        if item["policy"] == "s_nQ":
            batch, least = top - s, item["minimum_order"]
            if batch % item["case_pack"] or batch < least:
                report("batch", f"{batch} is not whole cases of at least {least} units")
        if item["shelf_capacity"] and top > item["shelf_capacity"]:
            report("capacity", f"{top} does not fit the shelf of {item['shelf_capacity']}")
        found = _figures(item, s, top)
        total += found["cost"]
        slack = TOLERANCE * max(1.0, abs(found["cost"]))
        if not abs(found["cost"] - cost) <= slack:
            report("cost", f"claimed {cost:.9g}, recomputed {found['cost']:.9g}")
        if cost < bound - slack:
            report("bound", f"cost {cost:.9g} is below the bound {bound:.9g}")
        if item["service"]:
            if found[item["service"]] < item["service_level"] - 1e-9:
                got = found[item["service"]]
                report("service", f"{item['service']} {got:.6f} < {item['service_level']}")
        elif cost <= bound + slack and not item["shelf_capacity"]:
            for ds, dt in ((-1, 0), (1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)):
                if (item["policy"] != "s_S" and ds != dt) or top + dt <= s + ds:
                    continue
                if _figures(item, s + ds, top + dt)["cost"] < found["cost"] - slack:
                    report("not_best", f"({s + ds}, {top + dt}) costs less than ({s}, {top})")
                    break
    return CheckReport(tuple(broken), {"cost": total})
