"""Solve a routing problem."""

from __future__ import annotations

from collections.abc import Mapping

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.routing.model import RoutingProblem
from backhaul.engine.routing.solution import RoutingSolution
from backhaul.engine.solution import SolveStats
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import routing as native

__all__ = ["options", "solve"]


def options() -> dict[str, tuple[float, str]]:
    """Return the tuned constants: name, default and meaning.

    Examples
    --------
    >>> options()["blink_rate"][0]
    0.1
    """
    return {name: (value, text) for name, value, text in native.options()}


def solve(
    problem: RoutingProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    params: Mapping[str, float] | None = None,
    start: RoutingSolution | None = None,
    on_progress: OnProgress | None = None,
) -> RoutingSolution:
    """Plan routes that serve the clients at least cost.

    Ruin and recreate by string removal under simulated annealing (Christiaens and Vanden Berghe,
    Transportation Science 54, 2020).

    Parameters
    ----------
    problem : RoutingProblem
        The instance.
    stop : Stop, optional
        Limits; one iteration is one round of ruin and recreate. Without limits the effort grows
        with the number of clients.
    seed : int
        Of the random streams.
    threads : int
        Independent searches.
    params : mapping, optional
        Tuned constants to change, by the names of `options`.
    start : RoutingSolution, optional
        A plan to begin with, of this problem or of an earlier version of it: what is no longer
        possible is planned anew.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    RoutingSolution
        The best plan found; its status says whether every required client is served.

    Raises
    ------
    InvalidInput
        An option is unknown, or the seed or number of threads is not allowed.

    Examples
    --------
    >>> from backhaul.engine.routing import Client, Depot, VehicleType
    >>> from backhaul.engine.stop import Stop
    >>> clients = [Client(10, y, delivery=1) for y in range(4)]
    >>> problem = RoutingProblem([Depot()], clients, [VehicleType(capacity=2)])
    >>> solution = solve(problem, stop=Stop(iterations=200))
    >>> solution.cost, solution.vehicles
    (42, 2)
    """
    if not 0 <= seed < 2**64:
        raise InvalidInput("seed", seed, "a whole number of at least 0 and below 2^64")
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    given = stop or Stop()
    divisor = problem.cost_divisor
    seconds, iterations, target = given.limits()
    scaled = None if target is None else target * divisor

    def show(count: int, elapsed: float, cost: float, bound: float | None) -> None:
        if on_progress is not None:
            on_progress(count, elapsed, cost / divisor, bound)

    with native_errors():
        routes, count, reason, elapsed = problem.compiled.solve(
            start=None if start is None else [(k, s, list(stops)) for k, s, stops in start.plan],
            options=[(name, float(value)) for name, value in (params or {}).items()],
            limits=(seconds, iterations, scaled),
            seed=seed,
            threads=threads,
            on_progress=None if on_progress is None else show,
        )
    plan = tuple((kind, started, tuple(stops)) for kind, started, stops in routes)
    stats = SolveStats(elapsed, count, reason, seed, threads)
    nothing_to_do = not problem.clients
    return RoutingSolution(problem, plan, 0.0 if nothing_to_do else None, stats)
