"""Solves a packing problem with the compiled kernel."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.packing._rows import bin_rows, item_columns
from backhaul.engine.packing.checker import layout_cost
from backhaul.engine.packing.left_out import LeftOuts
from backhaul.engine.packing.packed_bins import PackedBins
from backhaul.engine.packing.problem import PackingProblem
from backhaul.engine.packing.solution import PackingSolution
from backhaul.engine.packing.values import MAX_SEED, MAX_THREADS, whole
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import packing as native

__all__ = ["PackingParams", "solve"]


#: What handing over an answer takes [s]: at all; for each placement; and for what stays out, as a
#: share of the time that reading the items took.
_SECONDS_OUT = 0.0005
_SECONDS_PER_PLACEMENT = 5e-8
_SHARE_OUT = 0.3


class PackingParams:
    """Parameters of the packing kernel: none yet that a user needs to set."""


def solve(
    problem: PackingProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    params: PackingParams | None = None,
    start: PackingSolution | None = None,
    on_progress: OnProgress | None = None,
) -> PackingSolution:
    """Pack what is worth most, or everything into bins of least cost.

    One dimension: best fit, then patterns until a bound is met. Two and three dimensions: blocks
    (Fanslau and Bortfeldt 2010) into maximal spaces (Lai and Chan 1997), chosen by volume, loss
    and contact (Araya, Guerrero and Nunez 2017), in a beam search with greedy completion
    (Araya and Riff 2014) that widens until the deadline; several bins are taken apart a few at a
    time and packed again. Rules on stops, axles and doors are answered by
    `backhaul.engine.loading`.

    Parameters
    ----------
    problem : PackingProblem
    stop : Stop, optional
        Default: 1 second. One iteration is one container filled to the end.
    seed : int
    threads : int
    params : PackingParams, optional
    start : PackingSolution, optional
        A known answer of the same problem; what is returned is not worse.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Raises
    ------
    InvalidInput
        A value is out of range, or `start` belongs to another problem.

    Examples
    --------
    >>> from backhaul.engine.packing import Bin, Item
    >>> cases = Item("case", (40, 30, 20), copies=10, orientations=("xyz", "yxz"))
    >>> problem = PackingProblem([Bin("carton", (80, 60, 40), copies=None)], [cases], "bin_packing")
    >>> solution = solve(problem, stop=Stop(iterations=100))
    >>> solution.cost, solution.status.value, solution.check().ok
    (2, 'optimal', True)
    """
    threads = whole("threads", threads, 1, MAX_THREADS)
    seed = whole("seed", seed, 0, MAX_SEED)
    if start is not None and (start.problem.items, start.problem.bins) != (
        problem.items,
        problem.bins,
    ):
        raise InvalidInput("start", start.problem.name, "an answer of the same problem")
    stop = stop or Stop(seconds=1.0)
    if problem.has_loading_rules and problem.has_company_rules:
        allowed = "groups, families, obstacles, overhang and priorities without stops and axles"
        raise InvalidInput("rules", "both kinds", allowed)
    if problem.has_loading_rules:
        solution = _loading_solver()(
            problem, stop=stop, seed=seed, threads=threads, on_progress=on_progress
        )
    else:
        solution = _solve_native(problem, stop, seed, threads, on_progress)
    if start is not None and _worse(solution, start) and start.check().ok:
        return replace(start, bound=solution.bound, stats=solution.stats)
    return solution


def _worse(found: PackingSolution, start: PackingSolution) -> bool:
    missing = [sum(out.count for out in s.left_out) for s in (found, start)]
    if found.problem.problem == "bin_packing" and missing[0] != missing[1]:
        return missing[0] > missing[1]
    return found.cost > start.cost


def _loading_solver() -> Callable[..., PackingSolution]:
    """Return the loading kernel's answer to problems with stops, doors and axles."""
    # Looked up when needed: loading builds upon packing, not the other way round.
    loading: Any = importlib.import_module("backhaul.engine.loading")
    if not hasattr(loading, "solve_packing_rules"):
        raise InvalidInput("rules", "lifo, axles or cog", "only rules that are built in")
    solver: Callable[..., PackingSolution] = loading.solve_packing_rules
    return solver


def _awaited(problem: PackingProblem) -> float:
    """Return about how many items the bins take."""
    copies, volume = problem.copies, problem.volume
    if any(b.copies is None for b in problem.bins):
        return copies
    room = sum(b.volume * (b.copies or 0) for b in problem.bins)
    return copies * min(1.0, room / max(1, volume))


def _solve_native(
    problem: PackingProblem,
    stop: Stop,
    seed: int,
    threads: int,
    on_progress: OnProgress | None,
) -> PackingSolution:
    start = time.perf_counter()
    bins_in, items_in = bin_rows(problem.bins), item_columns(problem)
    seconds, iterations, target = stop.limits()
    if seconds is not None:
        # What goes in and what comes out belongs to the caller's seconds.
        out = _SECONDS_OUT + _SECONDS_PER_PLACEMENT * _awaited(problem)
        read = (time.perf_counter() - start) * (1 + _SHARE_OUT)
        seconds = max(0.0, seconds - read - out)
    with native_errors():
        answer = native.solve(
            bins_in,
            items_in,
            bin_packing=problem.problem == "bin_packing",
            support=problem.rules.support_parts,
            fragility=problem.rules.fragility,
            limits=(seconds, iterations, target),
            seed=seed,
            threads=threads,
            on_progress=on_progress,
        )
    kinds, ends, rows = answer.bins
    bins = PackedBins(kinds, ends, rows.reshape(-1, 5))
    left_out = LeftOuts(*answer.left_out, tuple(answer.reasons))
    cost, bound, status = answer.cost, answer.bound, Status(answer.status)
    items = problem.items
    if problem.problem == "knapsack" and any(i.must_load or i.priority for i in items):
        # The kernel counted other worths: what it proved holds only where nothing stays out.
        cost, bound = layout_cost(problem, bins), 0
        missing = any(items[out.item].must_load for out in left_out)
        status = Status.FEASIBLE if left_out else Status.OPTIMAL
        status = Status.INFEASIBLE if missing else status
    return PackingSolution(
        problem=problem,
        bins=bins,
        left_out=left_out,
        cost=cost,
        bound=bound,
        status=status,
        stats=SolveStats(
            answer.seconds, answer.iterations, answer.stop_reason, seed=seed, threads=threads
        ),
    )
