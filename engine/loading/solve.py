"""Load one vehicle, or several bins under loading rules."""

from __future__ import annotations

from dataclasses import replace

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.loading._rows import expand, item_rows, native_vehicle, placements
from backhaul.engine.loading.plan import LoadPlan, left_out_of
from backhaul.engine.loading.problem import LoadingProblem
from backhaul.engine.packing.problem import (
    ORIENTATIONS,
    Bin,
    Item,
    PackedBin,
    PackingProblem,
)
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import loading as native

__all__ = ["DEFAULT_STOP", "solve", "solve_packing_rules"]

#: Enough for a route of a few dozen items; the same answer on every machine.
DEFAULT_STOP = Stop(iterations=1_000)


def solve(
    problem: LoadingProblem,
    *,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
    threads: int = 1,
    start: LoadPlan | None = None,
    on_progress: OnProgress | None = None,
) -> LoadPlan:
    """Load as much worth as the rules allow; everything, if that can be found.

    Parameters
    ----------
    problem : LoadingProblem
    stop : Stop
        One iteration is one load built from empty; a beam search counts as its width.
    seed : int
    threads : int
    start : LoadPlan, optional
        A plan of the same problem to start from; every step of it must be allowed.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    LoadPlan
        `status` is ``optimal`` when everything is in or no load can leave out less.

    Raises
    ------
    InvalidInput
        A value is not allowed, or `start` breaks a rule.

    Notes
    -----
    Items go in by stop, last stop first, each to the best reachable place by one of many policies
    (deepest bottom left, touching area, random mixtures of these) with those that found no place
    moved to the front of their stop (Joslin and Clements 1999, squeaky wheel).

    Examples
    --------
    >>> from backhaul.engine.packing import Bin, Item
    >>> truck = Bin("truck", (20, 10, 10))
    >>> items = [Item("far", (10, 10, 10), stop=1), Item("near", (10, 10, 10), stop=0)]
    >>> plan = solve(LoadingProblem(truck, items))
    >>> [(plan.problem.items[p.item].id, p.pos) for p in plan.placements], plan.status.value
    ([('far', (0, 0, 0)), ('near', (10, 0, 0))], 'optimal')
    """
    item_of = expand(problem.items)
    steps = None if start is None else _steps(problem, start, item_of)
    with native_errors():
        answer = native.solve(
            native_vehicle(problem.vehicle, problem.rules),
            item_rows(problem.items),
            stop.limits(),
            seed,
            threads,
            steps,
            on_progress,
        )
    status = Status(answer["status"])
    if answer["left"] and problem.must_load:
        status = Status.INFEASIBLE
    return LoadPlan(
        problem=problem,
        placements=placements(answer["steps"], item_of),
        left_out=left_out_of(problem, answer["left"], item_of),
        cost=answer["lost"],
        bound=answer["bound"],
        status=status,
        stats=SolveStats(
            seconds=answer["seconds"],
            iterations=answer["iterations"],
            stop_reason=answer["stop_reason"],
            seed=seed,
            threads=threads,
        ),
    )


def _steps(
    problem: LoadingProblem, start: LoadPlan, item_of: list[int]
) -> list[tuple[int, int, tuple[int, int, int]]]:
    if start.problem.items != problem.items:
        raise InvalidInput("start", start.problem.name, "a plan of the same items")
    free: dict[int, list[int]] = {}
    for cargo, item in enumerate(item_of):
        free.setdefault(item, []).append(cargo)
    steps = []
    for p in start.placements:
        if not free.get(p.item):
            raise InvalidInput("start", problem.items[p.item].id, "each copy at most once")
        steps.append((free[p.item].pop(0), ORIENTATIONS.index(p.orientation), p.pos))
    return steps


def solve_packing_rules(
    problem: PackingProblem,
    *,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> tuple[tuple[PackedBin, ...], SolveStats]:
    """Pack under loading rules (stops, doors, axles), whatever the number of bins.

    Bins are opened in the order of cost for volume; each takes as much worth as it can, and is not
    opened when it takes nothing. The limits hold for the whole call.

    Returns
    -------
    bins, stats
        `stats.extra["left"]` maps item ids to (copies left out, the rule that stopped them in the
        last bin tried).

    Examples
    --------
    >>> from backhaul.engine.packing import Bin, Item, PackingProblem, Rules
    >>> problem = PackingProblem(
    ...     [Bin("truck", (10, 10, 10), copies=None)],
    ...     [Item("a", (10, 10, 10), copies=2)],
    ...     problem="bin_packing",
    ...     rules=Rules(lifo=True),
    ... )
    >>> bins, stats = solve_packing_rules(problem)
    >>> len(bins), stats.extra["left"]
    (2, {})
    """
    remaining = [item.copies for item in problem.items]
    total = max(1, sum(remaining))
    order = sorted(
        range(len(problem.bins)),
        key=lambda k: (problem.bins[k].cost / problem.bins[k].volume, -problem.bins[k].volume),
    )
    if problem.problem == "knapsack":
        order.sort(key=lambda k: -problem.bins[k].volume)
    opened: list[PackedBin] = []
    seconds, iterations, reason = 0.0, 0, "converged"
    left: dict[str, tuple[int, str]] = {}
    for number in order:
        bin_ = problem.bins[number]
        copies = total if bin_.copies is None else bin_.copies
        for _ in range(min(copies, total)):
            if not any(remaining):
                break
            items: list[Item] = [
                replace(item, copies=count)
                for item, count in zip(problem.items, remaining, strict=True)
            ]
            seconds_left = None
            if stop.seconds is not None:
                seconds_left = _share(stop.seconds - seconds, bin_, items)
            share = Stop(seconds=seconds_left, iterations=stop.iterations)
            plan = solve(
                LoadingProblem(bin_, tuple(items), problem.rules, must_load=False),
                stop=share,
                seed=seed,
                threads=threads,
                on_progress=on_progress,
            )
            seconds += plan.stats.seconds
            iterations += plan.stats.iterations
            reason = plan.stats.stop_reason
            left = {row.item: (row.copies, row.rule) for row in plan.left_out}
            if not plan.placements:
                break
            opened.append(PackedBin(number, plan.placements))
            for p in plan.placements:
                remaining[p.item] -= 1
    stats = SolveStats(seconds, iterations, reason, seed, threads, {"left": left})
    return tuple(opened), stats


def _share(seconds: float, bin_: Bin, items: list[Item]) -> float:
    """Return this bin's share of the time left: as many bins as the volume still needs."""
    volume = sum(item.volume * item.copies for item in items)
    return max(0.0, seconds) / max(1, -(-volume // bin_.volume))
