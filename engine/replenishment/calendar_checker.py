"""Independent checker of levels on a calendar: shares no code with the solver.

The solver iterates values; here the Markov chain of the position after each review is written down from the
rule of the night, its long-run distribution is solved for, and the days are paid for one by one.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.replenishment.checker import order, period_demand
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["calendar_cost", "check_calendar"]

Vector = npt.NDArray[np.float64]

#: Relative difference of costs that the solver's stopping rule and round-off may leave.
TOLERANCE = 1e-6
#: Probability that is not followed.
NEGLIGIBLE = 1e-13


def _span(problem: Mapping[str, Any], first: int, end: int) -> Vector:
    """Return the probabilities of demand from the start of one day to the start of another."""
    days = len(problem["review_days"])
    total = np.array([1.0])
    for t in range(first, end):
        if problem.get("demand") is not None:
            day = np.asarray(problem["demand"][t % days], dtype=np.float64)
        else:
            law = {"mean": problem["mean"][t % days]}
            day = period_demand(law | {"variance_to_mean": problem["variance_to_mean"]})
        total = np.convolve(total, day)
        keep = np.flatnonzero(total > NEGLIGIBLE**2)
        total = total[: keep[-1] + 1]
    return total


def calendar_cost(problem: Mapping[str, Any], low: Sequence[int], top: Sequence[int]) -> float:
    """Return the average cost a day of an (s, S) for each review day.

    Parameters
    ----------
    problem : mapping
        Of one item: `review_days`, `delivery_days` (a truth value a day), `mean` (a value a day) with
        `variance_to_mean`, or `demand` (probabilities by day), `lead_time`, `setup`, `holding`, `backorder`,
        `case_pack`, `minimum_order`, `shelf_capacity`.
    low, top : sequence of int
        s and S, units, a value a review day.

    Examples
    --------
    The first row of the table of Zheng and Federgruen (1991): s = 6, S = 40 cost 35.02.

    >>> one = {"review_days": [True], "delivery_days": [True], "mean": [10.0], "variance_to_mean": 1.0}
    >>> one |= {"lead_time": 0, "setup": 64.0, "holding": 1.0, "backorder": 9.0}
    >>> one |= {"case_pack": 1, "minimum_order": 0, "shelf_capacity": 0}
    >>> round(calendar_cost(one, [6], [40]), 4)
    35.0216
    """
    review, delivery = problem["review_days"], problem["delivery_days"]
    days = len(review)
    starts = [t for t in range(days) if review[t]]
    starts.append(starts[0] + days)

    def arrival(day: int) -> int:
        t = day + int(problem["lead_time"])
        while not delivery[t % days]:
            t += 1
        return t

    spans = [_span(problem, a, b) for a, b in itertools.pairwise(starts)]

    def ordered(k: int, position: int) -> tuple[int, float]:
        units = order(problem, "s_S", int(low[k]), int(top[k]), position)
        return position + units, problem["setup"] if units else 0.0

    # Positions after each review that can occur, found from one that orders lead to.
    reached: list[dict[int, int]] = [{} for _ in spans]
    frontier = [(0, ordered(0, min(int(low[0]), int(top[0]) - 1))[0])]
    while frontier:
        k, y = frontier.pop()
        if y in reached[k]:
            continue
        reached[k][y] = len(reached[k])
        after = (k + 1) % len(spans)
        for d in np.flatnonzero(spans[k] > NEGLIGIBLE):
            z = ordered(after, y - int(d))[0]
            if z not in reached[after]:
                frontier.append((after, z))
    moves, paid = [], []
    for k, span in enumerate(spans):
        after = (k + 1) % len(spans)
        move = np.zeros((len(reached[k]), len(reached[after])))
        setup = np.zeros(len(reached[k]))
        for y, i in reached[k].items():
            for d in np.flatnonzero(span > NEGLIGIBLE):
                z, money = ordered(after, y - int(d))
                move[i, reached[after][z]] += span[d]
                setup[i] += span[d] * money
        moves.append(move / move.sum(axis=1, keepdims=True))
        paid.append(setup)
    cycle = moves[0]
    for move in moves[1:]:
        cycle = cycle @ move
    system = np.vstack([cycle.T - np.eye(len(cycle)), np.ones(len(cycle))])
    right = np.append(np.zeros(len(cycle)), 1.0)
    share = np.linalg.lstsq(system, right, rcond=None)[0]
    total = 0.0
    for k, (a, b) in enumerate(itertools.pairwise(starts)):
        levels = np.array(list(reached[k]))
        total += float(share @ paid[k])
        for t in range(arrival(a), arrival(b)):
            demand = _span(problem, a, t + 1)
            gap = levels[:, None] - np.arange(len(demand))[None, :]
            total += problem["holding"] * float(share @ (np.maximum(gap, 0) @ demand))
            total += problem["backorder"] * float(share @ (np.maximum(-gap, 0) @ demand))
        share = share @ moves[k]
    return total / days


def check_calendar(
    problem: Mapping[str, Any], low: Sequence[int], top: Sequence[int], cost: float, bound: float
) -> CheckReport:
    """Check the levels of one item on a calendar.

    Codes: ``levels`` (S not above s), ``capacity``, ``cost`` (claimed and recomputed differ), ``bound`` (the
    cost is below it), ``not_best`` (without cases, minimum and shelf: a neighbour costs less).

    Parameters
    ----------
    problem, low, top
        As for `calendar_cost`.
    cost, bound : float
        As claimed, money a day.

    Returns
    -------
    CheckReport

    Examples
    --------
    >>> one = {"review_days": [True], "delivery_days": [True], "mean": [10.0], "variance_to_mean": 1.0}
    >>> one |= {"lead_time": 0, "setup": 64.0, "holding": 1.0, "backorder": 9.0}
    >>> one |= {"case_pack": 1, "minimum_order": 0, "shelf_capacity": 0}
    >>> check_calendar(one, [5], [40], 35.0, 35.0).codes()
    ['cost', 'not_best']
    """
    found: list[Violation] = []
    for k, (s, up_to) in enumerate(zip(low, top, strict=True)):
        if up_to <= s:
            found.append(Violation("levels", f"review {k}: S {up_to} is not above s {s}"))
        if 0 < problem["shelf_capacity"] < up_to:
            found.append(Violation("capacity", f"review {k}: {up_to} does not fit the shelf"))
    if found:
        return CheckReport(tuple(found))
    total = calendar_cost(problem, low, top)
    slack = TOLERANCE * max(1.0, abs(total))
    if not abs(total - cost) <= slack:
        found.append(Violation("cost", f"claimed {cost:.9g}, recomputed {total:.9g}"))
    if bound > cost + slack:
        found.append(Violation("bound", f"cost {cost:.9g} is below the bound {bound:.9g}"))
    plain = problem["case_pack"] == 1 and problem["minimum_order"] <= 1
    if plain and not problem["shelf_capacity"]:
        for k in range(len(low)):
            for ds, dt in ((-1, 0), (1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)):
                others = [list(low), list(top)]
                others[0][k] += ds
                others[1][k] += dt
                if others[1][k] <= others[0][k]:
                    continue
                if calendar_cost(problem, *others) < total - slack:
                    text = f"review {k}: ({others[0][k]}, {others[1][k]}) costs less"
                    found.append(Violation("not_best", text, {"review": k}))
                    break
    return CheckReport(tuple(found), {"cost": total})
