"""A running day with pairs: goods that a started vehicle has on board are still delivered by it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing import Client, Depot, RoutingProblem, Started, VehicleType, solve
from backhaul.engine.stop import Stop

PLACE = st.tuples(st.integers(0, 100), st.integers(0, 100))
PAIR = st.tuples(PLACE, PLACE, st.integers(1, 5))


def a_problem(pairs, capacity, due, first):
    """Pairs between places; every stop is open until `due`."""
    clients = []
    for (x, y), (u, v), goods in pairs:
        clients += [
            Client(x, y, pickup=goods, window=(0, due)),
            Client(u, v, delivery=goods, window=(0, due)),
        ]
    return RoutingProblem(
        depots=[Depot(50, 50)],
        clients=clients,
        vehicle_types=[VehicleType(count=len(pairs), capacity=capacity)],
        pairs=[(2 * k + 1, 2 * k + 2) for k in range(len(pairs))],
        vehicles_first=first,
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PAIR, min_size=1, max_size=7),
    st.integers(5, 12),
    st.sampled_from([400, 1_000, 100_000]),
    st.booleans(),
    st.data(),
)
def test_what_is_on_board_is_delivered(pairs, capacity, due, first, data):
    problem = a_problem(pairs, capacity, due, first)
    before = solve(problem, stop=Stop(iterations=100))
    assert before.check().ok
    routes = [stops for _, _, stops in before.plan]
    driven = [stops[: data.draw(st.integers(0, len(stops)))] for stops in routes]
    running = replace(problem, started=[Started(0, stops) for stops in driven])
    # The old plan goes on, so that a plan exists.
    for start in (None, before):
        after = solve(running, stop=Stop(iterations=100), start=start)
        report = after.check()
        assert report.ok, report.violations
        by_vehicle = {started: stops for _, started, stops in after.plan}
        for k, stops in enumerate(driven):
            assert by_vehicle.get(k, ())[: len(stops)] == stops


@pytest.mark.parametrize(
    ("started", "path"),
    [
        ([Started(0, (2,))], "started[0].stops"),
        ([Started(0, (2, 1))], "started[0].stops"),
        ([Started(0, (1,)), Started(0, (2,))], "started[1].stops"),
        ([Started(0, (1,)), Started(0, keeps=frozenset({2}))], "started[1].keeps"),
    ],
)
def test_goods_come_and_go_with_one_vehicle(started, path):
    problem = a_problem([((0, 0), (9, 9), 3)] * 2, 5, 1_000, False)
    with pytest.raises(InvalidInput) as caught:
        replace(problem, started=started)
    assert caught.value.path == path
