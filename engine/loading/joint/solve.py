"""Solve routing with 3D loading: search, then the best choice among all loadable routes met."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.loading._rows import expand, goods_rows, native_vehicle, placements
from backhaul.engine.loading.joint.partition import choose_routes
from backhaul.engine.loading.joint.plan import JointPlan, Route
from backhaul.engine.loading.joint.problem import JointProblem, Window
from backhaul.engine.loading.plan import LoadPlan
from backhaul.engine.loading.problem import LoadingProblem
from backhaul.engine.packing.problem import Item
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import loading as native

__all__ = ["JointParams", "solve_joint"]

#: Whole units of length for one unit of the coordinates.
SCALE = 100_000
#: Effort with which the loads of the final routes are built; at least what the search spent.
FINAL_EFFORT = 20_000
#: Iterations a customer after which a round has settled, and the next one begins anew.
SETTLED = 300


@dataclass(frozen=True, slots=True)
class JointParams:
    """Options of the search.

    Parameters
    ----------
    rounds : int
        How often the search is interrupted to choose among all loadable routes met so far with
        HiGHS (skipped where highspy is not installed); 0: never.
    """

    rounds: int = 3


def solve_joint(
    problem: JointProblem,
    *,
    stop: Stop = Stop(iterations=3_000),  # noqa: B008 (frozen)
    seed: int = 0,
    threads: int = 1,
    params: JointParams | None = None,
    start: JointPlan | None = None,
    on_progress: OnProgress | None = None,
) -> JointPlan:
    """Find short routes whose loads obey every rule.

    Parameters
    ----------
    problem : JointProblem
    stop : Stop
        One iteration is one ruin and recreation of routes.
    seed : int
    threads : int
        The search is sequential; further threads stay idle.
    params : JointParams, optional
    start : JointPlan, optional
        A plan of the same problem to start from.
    on_progress : callable, optional

    Returns
    -------
    JointPlan
        `status` is ``infeasible`` when more vehicles are used than there are.

    Raises
    ------
    Infeasible
        A customer's goods fit no vehicle, or its window cannot be met.

    Notes
    -----
    Slack induction by string removals (Christiaens and Vanden Berghe 2020) under simulated
    annealing, with a load oracle that remembers every sequence; a set partitioning over the pool
    of loadable routes (Foster and Ryan 1976) between rounds. When there is time for it, the first
    rounds are searches of their own, whose routes meet in the pool.

    Examples
    --------
    >>> from backhaul.engine.loading.joint import Customer
    >>> from backhaul.engine.packing import Bin, Item
    >>> goods = (Item("box", (2, 2, 2)),)
    >>> customers = [Customer(str(k), (k, 1), goods) for k in range(4)]
    >>> problem = JointProblem((0, 0), customers, Bin("van", (4, 2, 2)))
    >>> plan = solve_joint(problem, stop=Stop(iterations=100))
    >>> len(plan.routes), round(plan.cost, 3), plan.check().ok
    (2, 9.813, True)
    """
    began = time.perf_counter()
    params = params or JointParams()
    rules = replace(problem.rules)
    with native_errors():
        oracle = native.Oracle(
            native_vehicle(replace(problem.vehicle, max_weight=None), rules),
            [goods_rows(problem.vehicle, rules, c.items) for c in problem.customers],
            seed,
        )
    routes: list[list[int]] | None = None
    if start is not None:
        if start.problem != problem:
            raise InvalidInput("start", start.problem.name, "a plan of this problem")
        routes = [list(route.customers) for route in start.routes]
    iterations, reason = 0, "converged"
    anew = False
    spans = max(1, params.rounds + 1) if len(problem.customers) > 1 else 1
    for span in range(spans):
        limit = _part(stop, span, spans, iterations, time.perf_counter() - began)
        with native_errors():
            answer = native.joint(
                oracle,
                *_network(problem),
                limit.limits(),
                seed + span,
                None if anew else routes,
                on_progress,
            )
        found = [route for route in answer["routes"] if route]
        if routes is None or _rank(problem, found) <= _rank(problem, routes):
            routes = found
        # up to the middle a round that has settled is followed by one that owes it nothing
        settled = answer["iterations"] >= SETTLED * len(problem.customers)
        anew = settled and start is None and 2 * (span + 1) < spans
        iterations += answer["iterations"]
        reason = answer["stop_reason"]
        if reason in ("interrupted", "target"):
            break
        if params.rounds and spans > 1:
            seconds = None
            if stop.seconds is not None:
                left = stop.seconds - (time.perf_counter() - began)
                seconds = min(10.0, 0.08 * stop.seconds, left)
            if seconds is None or seconds > 0.05:
                chosen = choose_routes(
                    answer["pool"], routes, len(problem.customers), problem.fleet, seconds
                )
                routes = chosen or routes
    return _plan(problem, oracle, routes or [], began, iterations, reason, seed, threads)


def _rank(problem: JointProblem, routes: list[list[int]]) -> tuple[int, float]:
    """Return what makes one answer better than another: vehicles too many, then length."""
    over = 0 if problem.fleet is None else max(0, len(routes) - problem.fleet)
    return over, sum(problem.length(tuple(route)) for route in routes)


def _part(stop: Stop, span: int, spans: int, done: int, elapsed: float) -> Stop:
    """Return the limits of one round: an even share of what is left."""
    share = 1 / (spans - span)
    seconds = None
    if stop.seconds is not None:
        # the last part of the time builds the final loads and chooses among routes
        seconds = max(0.0, 0.97 * stop.seconds - elapsed) * share
    count = None
    if stop.iterations is not None:
        count = round(max(0, stop.iterations - done) * share)
    target = None if stop.target is None else stop.target * SCALE
    return Stop(seconds=seconds, iterations=count, target=target)


def _network(
    problem: JointProblem,
) -> tuple[
    list[int],
    list[int],
    list[int],
    tuple[int, int],
    list[tuple[int, int, int]] | None,
    int | None,
]:
    nodes: list[int | None] = [None, *range(len(problem.customers))]
    distance = [round(problem.distance(a, b) * SCALE) for a in nodes for b in nodes]
    mass = [customer.mass for customer in problem.customers]
    most = problem.vehicle.max_weight
    windows = None
    if problem.timed:
        always = Window(0.0, 1e9)
        given = [problem.depot_window, *(customer.window for customer in problem.customers)]
        windows = []
        for w in (window or always for window in given):
            row = (round(w.opens * SCALE), round(w.closes * SCALE), round(w.service * SCALE))
            windows.append(row)
    return (
        distance,
        mass,
        [customer.volume for customer in problem.customers],
        (sum(mass) if most is None else most, problem.vehicle.volume),
        windows,
        problem.fleet,
    )


def _plan(
    problem: JointProblem,
    oracle: native.Oracle,
    routes: list[list[int]],
    began: float,
    iterations: int,
    reason: str,
    seed: int,
    threads: int,
) -> JointPlan:
    built = []
    for route in sorted(routes):
        items: list[Item] = []
        for place, customer in enumerate(route):
            for item in problem.customers[customer].items:
                name = f"{problem.customers[customer].id}.{item.id}"
                items.append(replace(item, id=name, stop=place))
        with native_errors():
            steps = oracle.plan(route, FINAL_EFFORT)
        loading = LoadingProblem(problem.vehicle, tuple(items), problem.rules)
        load = LoadPlan(
            problem=loading,
            placements=placements(steps or [], expand(items)),
            left_out=(),
            cost=0,
            bound=0,
            status=Status.OPTIMAL if steps is not None else Status.INFEASIBLE,
            stats=SolveStats(0.0, 0, "converged", seed),
        )
        built.append(Route(tuple(route), load))
    too_many = problem.fleet is not None and len(built) > problem.fleet
    broken = too_many or any(route.load.status is Status.INFEASIBLE for route in built)
    return JointPlan(
        problem=problem,
        routes=tuple(built),
        cost=sum(problem.length(route.customers) for route in built),
        bound=None,
        status=Status.INFEASIBLE if broken else Status.FEASIBLE,
        stats=SolveStats(time.perf_counter() - began, iterations, reason, seed, threads),
    )
