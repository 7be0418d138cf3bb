"""Load one vehicle."""

from __future__ import annotations

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.loading._rows import expand, item_rows, native_vehicle, placements
from backhaul.engine.loading.plan import LoadPlan, left_out_of
from backhaul.engine.loading.problem import LoadingProblem
from backhaul.engine.packing.problem import ORIENTATIONS
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import loading as native

__all__ = ["DEFAULT_STOP", "solve"]

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
            item_rows(problem.as_packing()),
            stop.limits(),
            seed,
            threads,
            steps,
            on_progress,
        )
    status = Status(answer["status"])
    lost = answer["lost"]
    bound: int | None = answer["bound"]
    if any(item.must_load or item.priority for item in problem.items):
        # the search counted what comes first many times over
        lost = sum(problem.items[item_of[cargo]].worth for cargo, _ in answer["left"])
        bound = None if answer["left"] else 0
        status = Status.FEASIBLE if answer["left"] else Status.OPTIMAL
    needed = any(problem.items[item_of[cargo]].must_load for cargo, _ in answer["left"])
    if needed or (answer["left"] and problem.must_load):
        status = Status.INFEASIBLE
    return LoadPlan(
        problem=problem,
        placements=placements(answer["steps"], item_of),
        left_out=left_out_of(problem, answer["left"], item_of),
        cost=lost,
        bound=bound,
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
