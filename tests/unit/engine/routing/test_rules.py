"""Rules beyond the core, on instances small enough to check by hand."""

import dataclasses

import pytest

from backhaul.engine import InvalidInput, Status, Stop
from backhaul.engine.routing import (
    EU561,
    US_HOS,
    Break,
    Client,
    Depot,
    DriverRules,
    RoutingProblem,
    RoutingSolution,
    Started,
    Traffic,
    VehicleType,
    solve,
)

HOUR = 3600
DEPOT = [Depot(0, 0)]


def planned(problem, iterations=100):
    solution = solve(problem, stop=Stop(iterations=iterations), seed=1)
    report = solution.check()
    assert not set(report.codes()) - {"missing_client"}, str(report)
    return solution


def route_of(problem, stops):
    return RoutingSolution.of_routes(problem, [stops]).routes[0]


def test_the_first_window_that_can_be_reached_is_kept():
    """It is 10 to the stop: (0, 5) is over, (30, 40) is next; leaving at 20 saves the wait."""
    client = Client(10, 0, windows=((0, 5), (30, 40)))
    route = planned(RoutingProblem(DEPOT, [client], [VehicleType(duration_cost=1)])).routes[0]
    assert [v.start for v in route.visits] == [20, 30, 40]
    assert route.duration == 20


def test_late_service_costs_by_the_second():
    """Both stops close softly at 10; the second is reached at 20, 10 late at 3 each."""
    clients = [Client(10, 0, soft_window=(0, 10), late_cost=3),
               Client(20, 0, soft_window=(0, 10), late_cost=3)]  # fmt: skip
    solution = planned(RoutingProblem(DEPOT, clients, [VehicleType(count=1)]))
    assert solution.routes[0].stops == (1, 2)
    assert solution.routes[0].costs["soft windows"] == 30
    assert solution.cost == 40 + 30


def test_waiting_is_chosen_when_early_service_costs_more():
    """Early by 20 at 5 each is 100; leaving 20 later costs nothing."""
    client = Client(10, 0, soft_window=(30, 50), early_cost=5)
    solution = planned(RoutingProblem(DEPOT, [client], [VehicleType(duration_cost=1)]))
    assert solution.cost == 20 + 20


def test_a_break_is_taken_at_the_end_of_its_window_or_while_waiting():
    """The drive of 200 meets the end of the window at 40; a wait from 10 to 35 holds it for free."""
    kind = VehicleType(breaks=(Break(((30, 40),), 5),))
    driving = route_of(RoutingProblem(DEPOT, [Client(200, 0)], [kind]), [1])
    assert [(t.start, t.end) for t in driving.time_off] == [(40, 45)]
    assert driving.visits[1].arrival == 205
    waiting = RoutingProblem(DEPOT, [Client(10, 0, window=(36, 60))], [kind])
    assert [(t.start, t.end) for t in route_of(waiting, [1]).time_off] == [(30, 35)]
    assert RoutingSolution.of_routes(waiting, [[1]]).check().ok


def test_a_vehicle_that_is_back_in_time_needs_no_break():
    problem = RoutingProblem(DEPOT, [Client(10, 0)], [VehicleType(breaks=(Break(((30, 40),), 5),))])
    assert not planned(problem).routes[0].time_off


def test_eu_561_rests_after_nine_hours_of_driving():
    """6 h out and 6 h back: 45 minutes after 4.5 h, 11 h of rest when 9 h are driven."""
    problem = RoutingProblem(DEPOT, [Client(6 * HOUR, 0)], [VehicleType(driver_rules="eu561")])
    route = planned(problem).routes[0]
    lengths = [t.end - t.start for t in route.time_off]
    assert lengths == [45 * 60, 11 * HOUR]
    assert route.duration == 12 * HOUR + sum(lengths)
    assert route.time_off[0].start == int(4.5 * HOUR)


def test_us_hours_of_service_take_service_for_a_break():
    """5 h out, half an hour of work, 5 h back: no 8 h without an interruption, 11 h not reached."""
    client = Client(5 * HOUR, 0, service=HOUR // 2)
    problem = RoutingProblem(DEPOT, [client], [VehicleType(driver_rules="us_hos")])
    assert not planned(problem).routes[0].time_off
    without = dataclasses.replace(problem, clients=[dataclasses.replace(client, service=0)])
    lengths = [t.end - t.start for t in planned(without).routes[0].time_off]
    assert lengths == [HOUR // 2]


def test_a_split_break_counts_only_in_its_order():
    """15 then 30 minutes is a break under 561/2006, 30 then 15 is not."""
    rules = dataclasses.replace(EU561)
    assert rules.split == (15 * 60, 30 * 60)
    far = [Client(2 * HOUR, 0, window=(2 * HOUR + 900, None)),
           Client(4 * HOUR, 0, window=(4 * HOUR + 900, None))]  # fmt: skip
    problem = RoutingProblem(DEPOT, far, [VehicleType(driver_rules=rules)])
    route = route_of(problem, [1, 2])
    # A wait of 15 minutes at the first stop is the first part; 30 minutes are due after 4.5 h.
    assert route.time_off[0].end - route.time_off[0].start == 30 * 60
    assert RoutingSolution.of_routes(problem, [[1, 2]]).check().ok


def test_the_checker_sees_a_schedule_without_its_rest():
    problem = RoutingProblem(DEPOT, [Client(6 * HOUR, 0)], [VehicleType(driver_rules=US_HOS)])
    from backhaul.engine.routing import check

    visits = [(0, 0, 0), (6 * HOUR,) * 3, (12 * HOUR,) * 3]
    report = check(problem, [(0, None, [1])], schedules=[(visits, [])])
    assert report.codes() == ["driver_rules"]
    assert check(problem, [(0, None, [1])]).codes() == ["schedule"]


def test_a_ride_is_kept_short_by_a_wait_before_the_pickup():
    """The delivery opens at 100: the pickup waits until 100 - 10 - 0, so the ride is 10."""
    clients = [Client(10, 0, pickup=1, max_ride=10), Client(20, 0, delivery=1, window=(100, None))]
    problem = RoutingProblem(DEPOT, clients, [VehicleType(capacity=1)], pairs=[(1, 2)])
    route = planned(problem).routes[0]
    assert route.visits[2].start - route.visits[1].departure == 10


def test_service_and_speed_depend_on_the_vehicle():
    clients = [Client(100, 0, services=(30, 5))]
    kinds = [VehicleType(duration_cost=1, distance_cost=0),
             VehicleType(duration_cost=1, distance_cost=0, speed_percent=125)]  # fmt: skip
    solution = planned(RoutingProblem(DEPOT, clients, kinds))
    assert solution.routes[0].vehicle_type == 1
    assert solution.cost == 80 + 5 + 80


def test_travel_times_follow_the_traffic_at_the_time_of_leaving():
    """Leaving at 50 is half way from 100 % to 200 %: 150 for a leg of 100."""
    rush = Traffic((0, 100), (100, 200))
    client = Client(100, 0)
    kind = VehicleType(shift=(50, None))
    route = planned(RoutingProblem(DEPOT, [client], [kind], traffic=[rush])).routes[0]
    assert [v.arrival for v in route.visits] == [50, 200, 400]


def test_traffic_in_which_the_last_come_first_is_refused():
    with pytest.raises(InvalidInput, match=r"traffic\[0\].percent\[1\].*does not arrive earlier"):
        RoutingProblem(
            DEPOT, [Client(100, 0)], [VehicleType()], traffic=[Traffic((0, 10), (200, 100))]
        )


def test_goods_cost_by_the_way_they_are_carried():
    """5 units over 10, then 1 unit over 10: the heavy stop first, 50 + 10."""
    clients = [Client(10, 0, delivery=4), Client(20, 0, delivery=1)]
    solution = planned(
        RoutingProblem(DEPOT, clients, [VehicleType(capacity=5, count=1, load_cost=1)])
    )
    assert solution.routes[0].stops == (1, 2)
    assert solution.routes[0].costs["load"] == 60


def test_last_in_is_first_out():
    """Open route: 1 3 2 4 takes 40, but the goods of 3 lie on those of 1; 1 3 4 2 takes 50."""
    clients = [Client(10, 0, pickup=1), Client(30, 0, delivery=1),
               Client(20, 0, pickup=1), Client(40, 0, delivery=1)]  # fmt: skip
    kind = VehicleType(capacity=2, count=1, end_depot="open")
    problem = RoutingProblem(DEPOT, clients, [kind], pairs=[(1, 2), (3, 4)])
    assert planned(problem).cost == 40
    stacked = planned(dataclasses.replace(problem, lifo=True))
    assert (stacked.cost, stacked.routes[0].stops) == (50, (1, 3, 4, 2))
    assert "lifo" in RoutingSolution.of_routes(stacked.problem, [[1, 3, 2, 4]]).check().codes()


def test_sequences_and_kept_stops_hold():
    """2 right after 4 though that is a detour; 1 stays with the second vehicle."""
    clients = [Client(10 * i, 0, delivery=1) for i in range(1, 5)]
    problem = RoutingProblem(
        DEPOT, clients, [VehicleType(capacity=4, count=2)], sequences=[(4, 2)],
        started=[Started(0), Started(0, keeps=frozenset([1]))],
    )  # fmt: skip
    solution = planned(problem)
    by_vehicle = {started: stops for _, started, stops in solution.plan}
    assert 1 in by_vehicle[1]
    whole = next(s for s in by_vehicle.values() if 4 in s)
    assert whole[whole.index(4) + 1] == 2


def test_a_price_on_change_keeps_the_plan_people_know():
    """One vehicle would do for 80 instead of 80 + 40; each moved stop costs 100."""
    clients = [Client(20, 0), Client(40, 0)]
    started = [Started(0, planned=(1,)), Started(0, planned=(2,))]
    problem = RoutingProblem(DEPOT, clients, [VehicleType(count=2)], started=started, move_cost=100)
    kept = planned(problem)
    assert kept.cost == 120
    free = planned(dataclasses.replace(problem, move_cost=5))
    assert free.cost == 85
    assert sum(route.costs["change"] for route in free.routes) == 5


def test_a_stop_that_changes_its_place_costs_once():
    problem = RoutingProblem(
        DEPOT, [Client(10, 0), Client(20, 0), Client(30, 0)], [VehicleType(count=1)],
        started=[Started(0, planned=(1, 2, 3))], reorder_cost=7,
    )  # fmt: skip
    plan = ((0, 0, (2, 3, 1)),)
    moved = dataclasses.replace(planned(problem), plan=plan)
    assert moved.routes[0].costs["change"] == 7
    assert moved.check().ok


def test_the_longest_route_is_made_short():
    """Four arms of 10: one vehicle drives 80, two drive 40 each when only the longest counts."""
    clients = [Client(10, 0), Client(-10, 0), Client(0, 10), Client(0, -10)]
    kind = VehicleType(count=2, distance_cost=0)
    problem = RoutingProblem(DEPOT, clients, [kind], largest_cost=1)
    longest = max(route.duration for route in planned(problem).routes)
    assert longest == 34  # two neighbouring arms: 10 + 14 + 10
    even = dataclasses.replace(problem, largest_cost=0, spread_cost=1, balance_of="stops")
    assert len({len(route.stops) for route in planned(even).routes}) == 1


def test_what_cannot_be_is_said_with_its_rule():
    """The ride takes 10 and may take 5."""
    clients = [Client(10, 0, pickup=1, max_ride=5), Client(20, 0, delivery=1)]
    problem = RoutingProblem(DEPOT, clients, [VehicleType(capacity=1)], pairs=[(1, 2)])
    solution = planned(problem)
    assert solution.status is Status.INFEASIBLE
    assert solution.explain().facts["unserved"][1]["codes"] == ["ride_time"]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("clients[0].windows[1]", {"windows": ((0, 10), (10, 20))}),
        ("clients[0].window", {"windows": ((0, 10),), "window": (1, 2)}),
        ("clients[0].soft_window", {"late_cost": 1}),
        ("clients[0].services", {"services": (1, 2)}),
        ("clients[0].max_ride", {"max_ride": 1}),
        ("clients[0].late_cost", {"soft_window": (0, 1), "late_cost": -1}),
    ],
)
def test_clients_with_impossible_rules_are_named(field, change):
    with pytest.raises(InvalidInput) as error:
        RoutingProblem(DEPOT, [dataclasses.replace(Client(1, 0), **change)], [VehicleType()])
    assert error.value.path == field


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("vehicle_types[0].speed_percent", {"speed_percent": 0}),
        ("vehicle_types[0].breaks[0].windows", {"breaks": (Break((), 5),)}),
        ("vehicle_types[0].breaks[0].length", {"breaks": (Break(((0, 1),), 0),)}),
        ("vehicle_types[0].driver_rules", {"driver_rules": "eu"}),
        ("vehicle_types[0].driver_rules.day",
         {"driver_rules": DriverRules(10, 1, 10, 0, 5)}),
        ("vehicle_types[0].driver_rules.break_length",
         {"driver_rules": DriverRules(10, 5, 10, 20, 5)}),
    ],
)  # fmt: skip
def test_vehicles_with_impossible_rules_are_named(field, change):
    with pytest.raises(InvalidInput) as error:
        RoutingProblem(DEPOT, [Client(1, 0)], [VehicleType(**change)])
    assert error.value.path == field


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("sequences[0]", {"sequences": [(1,)]}),
        ("sequences[1]", {"sequences": [(1, 2), (2, 3)]}),
        ("started[0].keeps", {"started": [Started(0, keeps=frozenset([9]))]}),
        ("started[1].planned", {"started": [Started(0, planned=(1,)), Started(0, planned=(1,))]}),
        ("balance_of", {"balance_of": "weight"}),
        ("traffic[0].times[1]", {"traffic": [Traffic((5, 5), (100, 100))]}),
        ("traffic_of", {"traffic_of": [[0]]}),
    ],
)
def test_problems_with_impossible_rules_are_named(field, change):
    clients = [Client(1, 0), Client(2, 0), Client(3, 0)]
    with pytest.raises(InvalidInput) as error:
        RoutingProblem(DEPOT, clients, [VehicleType()], **change)
    assert error.value.path == field
