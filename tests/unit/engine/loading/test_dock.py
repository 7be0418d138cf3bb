"""Dock schedules small enough to be checked by hand."""

import json
import math
import time
from dataclasses import replace

import pytest

from backhaul.engine import Infeasible, InvalidInput, Stop
from backhaul.engine.loading import (
    DockProblem,
    DockSchedule,
    Door,
    Transfer,
    Truck,
    Visit,
    schedule_docks,
)

TWO = (Truck("slow", 0, 60, 60), Truck("dear", 0, 60, 60, weight=5))


def test_the_dear_truck_goes_first():
    """One of two must be 60 s late: the one that costs 1 a second, not 5."""
    schedule = schedule_docks(DockProblem(TWO, (Door("1"),)), prove=True)
    assert [v.truck for v in schedule.visits] == ["dear", "slow"]
    assert (schedule.cost, schedule.bound, schedule.status) == (60, 60, "optimal")
    assert schedule.check().ok


def test_crew_and_doors_and_changeover():
    """With one person two doors are as one; changeover delays the second at one door only."""
    trucks = tuple(replace(truck, crew=1) for truck in TWO)
    doors = (Door("1"), Door("2"))
    assert schedule_docks(DockProblem(trucks, doors, crew=2)).cost == 0
    assert schedule_docks(DockProblem(trucks, doors, crew=1)).cost == 60
    assert schedule_docks(DockProblem(trucks, doors[:1], changeover_s=30)).cost == 90


def test_goods_cross_the_dock_before_they_leave():
    """The outbound truck waits for the inbound one and 120 s of crossing."""
    problem = DockProblem(
        (Truck("in", 300, 900, 300), Truck("out", 0, 600, 100, waiting=1)),
        (Door("1"), Door("2")),
        transfers=(Transfer("in", "out", 120),),
    )
    schedule = schedule_docks(problem)
    assert {v.truck: v.start_s for v in schedule.visits} == {"in": 300, "out": 720}
    assert schedule.cost == 720 + 220  # waits from 0 to 720, ready at 820 instead of 600


def test_every_rule_is_checked():
    """One wrong visit a rule, and the checker names it."""
    problem = DockProblem(
        (Truck("a", 10, 50, 20, crew=1), Truck("b", 0, 50, 20, crew=1, doors=("2",))),
        (Door("1"), Door("2")),
        crew=1,
        transfers=(Transfer("a", "b"),),
    )
    wrong = (Visit("a", "1", 0, 25), Visit("b", "1", 5, 25))
    schedule = replace(schedule_docks(problem), visits=wrong, cost=7)
    codes = {"release", "handling", "overlap", "crew", "door", "transfer", "cost"}
    assert set(schedule.check().codes()) == codes


def test_round_trip_and_same_seed():
    """Plain data rebuilds the schedule; the same seed gives the same visits."""
    trucks = tuple(
        Truck(f"t{k}", 100 * (k * 7 % 5), 900, 200 + 50 * (k % 3), weight=1 + k % 4)
        for k in range(8)
    )
    problem = DockProblem(trucks, (Door("1"), Door("2", 300)))
    one, two = (schedule_docks(problem, stop=Stop(iterations=500), seed=3) for _ in range(2))
    assert one.visits == two.visits
    back = DockSchedule.from_dict(json.loads(json.dumps(one.to_dict())))
    assert (back.problem, back.visits, back.cost) == (one.problem, one.visits, one.cost)
    assert schedule_docks(problem, stop=Stop(iterations=7), start=one).cost <= one.cost


def test_what_is_not_allowed_is_named():
    """Bad input names its path; what cannot be done names its constraint."""
    with pytest.raises(InvalidInput, match=r"trucks\[0\]\.handling_s"):
        DockProblem((Truck("a", 0, 1, -5),), (Door("1"),))
    with pytest.raises(InvalidInput, match=r"transfers\[0\]"):
        DockProblem(TWO, (Door("1"),), transfers=(Transfer("slow", "ghost"),))
    circle = (Transfer("slow", "dear"), Transfer("dear", "slow"))
    with pytest.raises(Infeasible, match="circle"):
        schedule_docks(DockProblem(TWO, (Door("1"),), transfers=circle))
    with pytest.raises(Infeasible, match="doors"):
        schedule_docks(DockProblem((replace(TWO[0], doors=()),), (Door("1"),)))


def test_what_costs_most_is_proven_without_a_linear_program():
    """Ten trucks at two doors: the search to the end says that nothing is cheaper."""
    trucks = tuple(
        Truck(f"t{k}", 40 * k, 300 + 60 * k, 100 + 30 * (k % 4), weight=1 + k % 3, waiting=1)
        for k in range(10)
    )
    schedule = schedule_docks(DockProblem(trucks, (Door("1"), Door("2"))), prove=True)
    assert (schedule.status, schedule.bound) == ("optimal", schedule.cost)
    assert schedule.check().ok


def test_a_bound_for_a_whole_day_keeps_the_deadline():
    """Sixty trucks get a bound above zero within the seconds given, and the cost is above it."""
    trucks = tuple(
        Truck(f"t{k}", 300 * (k // 4), 300 * (k // 4) + 2_000, 1_500, weight=2, waiting=1, crew=1)
        for k in range(60)
    )
    problem = DockProblem(trucks, tuple(Door(f"{d}") for d in range(6)), crew=5)
    schedule = schedule_docks(problem, stop=Stop(seconds=0.4), prove=True)
    assert schedule.stats.seconds <= 0.55
    assert 0 < schedule.bound <= schedule.cost
    assert schedule.check().ok


@pytest.mark.parametrize("value", [-1, 2**60, math.nan, math.inf, "soon", None, True])
@pytest.mark.parametrize("field", ["release_s", "due_s", "handling_s", "weight", "waiting", "crew"])
def test_a_wrong_number_of_a_truck_is_named(field, value):
    """Times, weights and crews are whole numbers in their range, never NaN or words."""
    if field in ("release_s", "due_s") and value == -1:
        pytest.skip("a time before midnight is a time")
    truck = replace(Truck("a", 0, 1, 5), **{field: value})
    with pytest.raises(InvalidInput, match=rf"trucks\[0\]\.{field}"):
        DockProblem((truck,), (Door("1"),))


def test_trucks_and_doors_are_named_once():
    """An id that comes twice, and a dock without doors, are errors with their path."""
    with pytest.raises(InvalidInput, match="trucks"):
        DockProblem((TWO[0], TWO[0]), (Door("1"),))
    with pytest.raises(InvalidInput, match="doors"):
        DockProblem(TWO, (Door("1"), Door("1")))
    with pytest.raises(InvalidInput, match="doors"):
        schedule_docks(DockProblem(TWO, ()))


def test_very_many_trucks_keep_the_deadline():
    """A thousand alike and different ones get a valid schedule in time."""
    trucks = tuple(Truck(f"t{k}", 7 * (k % 50), 900, 60 + k % 200, crew=1) for k in range(1_000))
    problem = DockProblem(trucks, (Door("1"), Door("2")), crew=1)
    began = time.perf_counter()
    schedule = schedule_docks(problem, stop=Stop(seconds=0.3))
    assert schedule.stats.seconds <= 0.45
    assert time.perf_counter() - began <= 4.0
    assert schedule.check().ok
