"""The checker finds each kind of error in a plan that has just that error."""

import pytest

from backhaul.engine.routing import (
    Client,
    Depot,
    RoutingProblem,
    RoutingSolution,
    Started,
    VehicleType,
    check,
)


def problem(clients=None, **kwargs):
    clients = clients or [Client(10, 0, delivery=1), Client(20, 0, delivery=1)]
    return RoutingProblem([Depot()], clients, [VehicleType(capacity=9)], **kwargs)


def fleet(**kwargs):
    clients = [Client(10, 0, delivery=1), Client(20, 0, delivery=1)]
    return RoutingProblem([Depot()], clients, [VehicleType(**{"capacity": 9, **kwargs})])


WHOLE = [(0, None, (1, 2))]
SPLIT = [(0, None, (1,)), (0, None, (2,))]
FIRST = [(0, None, (1,))]


@pytest.mark.parametrize(
    ("case", "plan", "codes"),
    [
        (problem(), WHOLE, []),
        (problem(), [(0, None, (1, 2, 7))], ["unknown_location"]),
        (problem(), [(0, None, (1, 2)), (0, None, (2,))], ["duplicate_client"]),
        (problem(), FIRST, ["missing_client"]),
        (problem(), [(3, None, (1, 2))], ["missing_client", "vehicle_type"]),
        (fleet(capacity=1), WHOLE, ["capacity"]),
        (fleet(count=1), SPLIT, ["fleet_size"]),
        (fleet(allowed=frozenset({1})), WHOLE, ["vehicle_type"]),
        (fleet(max_distance=39), WHOLE, ["max_distance"]),
        (fleet(max_distance=40), WHOLE, []),
        (fleet(max_stops=1), WHOLE, ["max_stops"]),
        (fleet(max_duration=39), WHOLE, ["duration"]),
        (fleet(shift=(0, 39)), WHOLE, ["shift"]),
        (fleet(shift=(0, 40)), WHOLE, []),
        (problem(), [(0, None, (1, 0, 2))], ["reload"]),
        (problem(groups=[(1, 2)]), WHOLE, ["group"]),
        (problem(pairs=[(1, 2)]), SPLIT, ["pair_split"]),
        (problem([Client(1, 0, window=(0, 0))]), FIRST, ["time_window"]),
        (problem([Client(1, 0, release=9, window=(0, 9))]), FIRST, ["time_window"]),
        (problem(started=[Started(0, (2,))]), [(0, 0, (1, 2))], ["started"]),
        (problem(started=[Started(0, (2,))]), [(0, 0, (2, 1))], []),
    ],
)
def test_each_rule(case, plan, codes):
    assert check(case, plan).codes() == codes


def test_pickup_must_come_before_its_delivery():
    clients = [Client(10, 0, pickup=1), Client(20, 0, delivery=1)]
    case = problem(clients, pairs=[(1, 2)])
    assert check(case, [(0, None, (2, 1))]).codes() == ["pair_order"]
    assert check(case, [(0, None, (1, 2))]).ok


def test_backhaul_rules():
    clients = [Client(10, 0, pickup=1), Client(20, 0, delivery=1)]
    case = problem(clients, linehaul_first=True)
    assert check(case, [(0, None, (1, 2))]).codes() == ["backhaul_order"]
    assert check(case, [(0, None, (1,)), (0, None, (2,))]).codes() == ["backhaul_only"]


def test_waiting_counts_as_duration_only_where_it_cannot_be_avoided():
    """The first client closes at 10 and the second opens at 100: from 10 to 100 + 20."""
    clients = [Client(0, 0, window=(0, 10)), Client(20, 0, window=(100, 100))]
    kinds = [VehicleType(duration_cost=1, distance_cost=0)]
    report = check(RoutingProblem([Depot()], clients, kinds), WHOLE)
    assert report.figures["cost"] == 120 - 10


def test_a_wrong_claim_is_found():
    assert check(problem(), WHOLE, claimed_cost=41).codes() == ["cost_mismatch"]
    assert RoutingSolution.of_routes(problem(), [[1, 2]]).check().ok
