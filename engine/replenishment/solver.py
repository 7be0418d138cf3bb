"""Solve: exact levels of every item."""

from __future__ import annotations

from typing import Any

import numpy as np

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.problem import ReplenishmentProblem
from backhaul.engine.replenishment.solution import ReplenishmentSolution
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import replenishment as native

__all__ = ["solve"]


def solve(
    problem: ReplenishmentProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    params: None = None,
    start: ReplenishmentSolution | None = None,
    on_progress: OnProgress | None = None,
) -> ReplenishmentSolution:
    """Find the best levels of every item.

    Parameters
    ----------
    problem : ReplenishmentProblem
        The items and the policy.
    stop : Stop, optional
        Seconds and iterations (an iteration is an item). Items not reached get approximate levels
        and no cost.
    seed : int
        Kept in the statistics; nothing here is random.
    threads : int
        Threads; the answer does not depend on them.
    params : None
        There is nothing to tune.
    start : ReplenishmentSolution, optional
        Items that it solved are taken over, when it is of the same problem object.
    on_progress : callable, optional
        Called with (items done, seconds, NaN, None).

    Returns
    -------
    ReplenishmentSolution
        ``optimal`` when the levels are proven best in their class for every item.

    Raises
    ------
    InvalidInput
        `threads` is not positive, or `start` belongs to another problem.
    Infeasible
        A shelf is too small for the service level; the message names the row.

    Notes
    -----
    (s, S): Zheng and Federgruen (1991), Operations Research 39(4), 654-665. (s, nQ): Federgruen and
    Zheng (1992), Operations Research 40(4), 808-813, with the uniform positions of Hadley and Whitin
    (1963). (s, S) with case packs, minimum order or a shelf: exact cost by the embedded Markov chain,
    levels by local search; the bound is the cost without these rules.

    Examples
    --------
    The first row of the table of Zheng and Federgruen: s = 6, S = 40, cost 35.02.

    >>> problem = ReplenishmentProblem(mean=[10.0], setup=64.0, holding=1.0, backorder=9.0)
    >>> solution = solve(problem)
    >>> int(solution.reorder_level[0]), int(solution.order_up_to[0]), round(solution.cost, 4)
    (6, 40, 35.0216)
    """
    stop = stop or Stop()
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    if start is not None and start.problem is not problem:
        raise InvalidInput("start", "a solution of another problem", "a solution of this problem")
    if start is not None and bool(start.solved.all()):
        return start
    with native_errors():
        answer = native.solve(
            limits=(stop.seconds, stop.iterations, None),
            threads=threads,
            on_progress=on_progress,
            **problem.columns(),
        )
    names = ("reorder_level", "order_up_to", "cost", "bound", "solved")
    found: dict[str, Any] = {name: answer[name] for name in names}  # type: ignore[literal-required]
    if start is not None:
        kept = start.solved & ~found["solved"]
        for name, field in (("cost", "cost_rate"), ("bound", "bound_rate")):
            found[name][kept] = getattr(start, field)[kept]
        for name in ("reorder_level", "order_up_to", "solved"):
            found[name][kept] = getattr(start, name)[kept]
    for values in found.values():
        values.flags.writeable = False
    proven = problem.service is None and bool(
        np.all(found["cost"] <= found["bound"] * (1 + 1e-12) + 1e-12)
    )
    return ReplenishmentSolution(
        problem=problem,
        reorder_level=found["reorder_level"],
        order_up_to=found["order_up_to"],
        cost_rate=found["cost"],
        bound_rate=found["bound"],
        solved=found["solved"],
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        stats=SolveStats(
            seconds=answer["seconds"],
            iterations=int(found["solved"].sum()),
            stop_reason=answer["stop_reason"],
            seed=seed,
            threads=threads,
        ),
    )
