"""Several bins under loading rules: one after the other, each as full as it can be."""

from __future__ import annotations

import math
from dataclasses import replace

from backhaul.engine.loading.plan import LeftOut as Behind
from backhaul.engine.loading.problem import LoadingProblem
from backhaul.engine.loading.solve import DEFAULT_STOP, solve
from backhaul.engine.packing.checker import layout_cost
from backhaul.engine.packing.problem import Bin, Item, PackedBin, PackingProblem
from backhaul.engine.packing.solution import LeftOut, PackingSolution
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop

__all__ = ["solve_packing_rules"]


def solve_packing_rules(
    problem: PackingProblem,
    *,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> PackingSolution:
    """Pack under loading rules (stops, doors, axles), whatever the number of bins.

    Bins are opened in the order of cost for volume; each takes as much worth as it can, and is not
    opened when it takes nothing. The seconds hold for the whole call, iterations for each bin.

    Returns
    -------
    PackingSolution
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
    >>> solution = solve_packing_rules(problem)
    >>> solution.cost, solution.status.value, solution.check().ok
    (2, 'optimal', True)
    """
    remaining = [item.copies for item in problem.items]
    total = max(1, sum(remaining))
    opened: list[PackedBin] = []
    seconds, iterations, reason = 0.0, 0, "converged"
    behind: tuple[Behind, ...] = ()
    bound: int | None = None
    for number in _order(problem):
        bin_ = problem.bins[number]
        copies = total if bin_.copies is None else bin_.copies
        for _ in range(min(copies, total)):
            if not any(remaining):
                break
            items = [replace(item, copies=count)
                     for item, count in zip(problem.items, remaining, strict=True)]  # fmt: skip
            time = None if stop.seconds is None else _share(stop.seconds - seconds, bin_, items)
            plan = solve(
                LoadingProblem(bin_, tuple(items), problem.rules, must_load=False),
                stop=Stop(seconds=time, iterations=stop.iterations),
                seed=seed,
                threads=threads,
                on_progress=on_progress,
            )
            seconds += plan.stats.seconds
            iterations += plan.stats.iterations
            reason = plan.stats.stop_reason
            behind, bound = plan.left_out, plan.bound
            if not plan.placements:
                break
            opened.append(PackedBin(number, plan.placements))
            for p in plan.placements:
                remaining[p.item] -= 1
    extra = {"left": {row.item: (row.copies, row.rule) for row in behind}}
    cost = layout_cost(problem, opened)
    whole = problem.problem == "bin_packing"
    if whole:
        bound = _fewest(problem)
    elif len(problem.bins) > 1 or problem.bins[0].copies != 1:
        bound = None
    status = Status.FEASIBLE
    if whole and any(remaining):
        status = Status.INFEASIBLE
    elif bound is not None and cost <= bound:
        status = Status.OPTIMAL
    return PackingSolution(
        problem=problem,
        bins=tuple(opened),
        left_out=_left_out(problem, remaining, behind),
        cost=cost,
        bound=bound,
        status=status,
        stats=SolveStats(seconds, iterations, reason, seed, threads, extra),
    )


def _order(problem: PackingProblem) -> list[int]:
    """Cheapest for its volume first; for a knapsack the largest."""
    bins = problem.bins
    if problem.problem == "knapsack":
        return sorted(range(len(bins)), key=lambda k: -bins[k].volume)
    return sorted(range(len(bins)), key=lambda k: (bins[k].cost / bins[k].volume, -bins[k].volume))


def _share(seconds: float, bin_: Bin, items: list[Item]) -> float:
    """Return this bin's share of the time left: as many bins as the volume still needs."""
    volume = sum(item.volume * item.copies for item in items)
    return max(0.0, seconds) / max(1, -(-volume // bin_.volume))


def _fewest(problem: PackingProblem) -> int:
    """Cost that no choice of bins is below: all volume at the best price."""
    price = min(b.cost / b.volume for b in problem.bins)
    return math.ceil(problem.volume * price - 1e-9)


def _left_out(
    problem: PackingProblem, remaining: list[int], behind: tuple[Behind, ...]
) -> tuple[LeftOut, ...]:
    rules = {row.item: row.rule for row in behind}
    found = []
    for k, count in enumerate(remaining):
        if count:
            rule = rules.get(problem.items[k].id, "bins")
            known = rule if rule in ("size", "weight", "bins") else "rules"
            room = "bins" if problem.problem == "bin_packing" else "room"
            found.append(LeftOut(k, count, room if rule == "volume" else known))
    return tuple(found)
