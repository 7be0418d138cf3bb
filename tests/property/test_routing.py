"""Whole random problems with any mix of features: every answer passes the checker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine import Status, Stop
from backhaul.engine.routing import Client, Depot, RoutingProblem, VehicleType, solve

VARIANTS = ["plain", "mixed", "backhaul", "pairs", "groups", "prizes"]
small = st.integers(0, 20)


@st.composite
def clients_of(draw, variant, n, dims):
    goods = st.tuples(*[st.integers(0, 5)] * dims)
    zero = (0,) * dims
    windows = draw(st.booleans())
    clients = []
    for i in range(n):
        delivery, pickup = draw(goods), zero
        if variant == "mixed":
            pickup = draw(goods)
        elif variant == "backhaul" and draw(st.booleans()):
            delivery, pickup = zero, draw(goods)
        elif variant == "pairs" and i < n // 2 * 2:
            delivery = zero if i % 2 == 0 else clients[i - 1].pickup
            pickup = draw(goods) if i % 2 == 0 else zero
        early = draw(st.integers(0, 60)) if windows else 0
        clients.append(
            Client(
                draw(small),
                draw(small),
                delivery=delivery,
                pickup=pickup,
                service=draw(st.integers(0, 5)),
                window=(early, early + draw(st.integers(0, 60)) if windows else None),
                release=draw(st.sampled_from([0, 0, 10, 30])) if variant == "plain" else 0,
                prize=draw(st.integers(0, 60)) if variant == "prizes" else None,
            )
        )
    return clients


@st.composite
def kinds_of(draw, variant, depots, n, dims):
    def maybe(strategy):
        return draw(st.one_of(st.none(), strategy))

    serve = st.frozensets(st.integers(depots, depots + max(n, 1) - 1), max_size=9)
    return VehicleType(
        count=maybe(st.integers(1, 3)),
        capacity=draw(st.tuples(*[st.integers(5, 15)] * dims)),
        depot=draw(st.integers(0, depots - 1)),
        end_depot=draw(st.sampled_from([None, "open", 0])),
        fixed_cost=draw(small),
        distance_cost=draw(st.integers(0, 3)),
        duration_cost=draw(st.integers(0, 2)),
        overtime_cost=draw(st.integers(0, 2)),
        overtime_after=maybe(small),
        shift=(draw(st.integers(0, 10)), maybe(st.integers(60, 200))),
        max_duration=maybe(st.integers(30, 150)),
        max_distance=maybe(st.integers(20, 150)),
        max_stops=maybe(st.integers(1, 6)),
        reload_depots=(0,) if variant == "plain" and draw(st.booleans()) else (),
        allowed=maybe(serve) if n else None,
    )


@st.composite
def problems(draw):
    depots, n, dims = draw(st.integers(1, 2)), draw(st.integers(0, 9)), draw(st.integers(1, 2))
    variant = draw(st.sampled_from(VARIANTS))
    kinds = [draw(kinds_of(variant, depots, n, dims)) for _ in range(draw(st.integers(1, 3)))]
    distance = None
    if draw(st.booleans()):
        size = depots + n
        cells = draw(st.lists(st.integers(0, 40), min_size=size * size, max_size=size * size))
        distance = np.array(cells).reshape(size, size)
    pairs = [(depots + i, depots + i + 1) for i in range(0, n - 1, 2)] if variant == "pairs" else []
    return RoutingProblem(
        [Depot(draw(small), draw(small)) for _ in range(depots)],
        draw(clients_of(variant, n, dims)),
        kinds,
        distance=distance,
        groups=[(depots, depots + 1)] if variant == "groups" and n >= 2 else [],
        pairs=pairs,
        linehaul_first=variant == "backhaul",
        vehicles_first=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(0, 3), st.sampled_from([600, 1]))
def test_every_answer_passes_the_checker(problem, seed, rounds):
    # As many rounds in one cooling, or several coolings.
    params = {"cooling_rounds": rounds}
    solution = solve(problem, stop=Stop(iterations=60), seed=seed, params=params)
    report = solution.check()
    broken = set(report.codes()) - {"missing_client", "group"}
    assert not broken, str(report)
    assert bool(report.codes()) == (solution.status is Status.INFEASIBLE)
    again = solve(problem, stop=Stop(iterations=20), seed=seed, start=solution)
    assert not set(again.check().codes()) - {"missing_client", "group"}
    assert len(again.missing) <= len(solution.missing)
    if solution.status is not Status.INFEASIBLE and not problem.vehicles_first:
        assert again.cost <= solution.cost
