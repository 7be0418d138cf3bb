"""Loads small enough to be checked by hand."""

import json
from dataclasses import replace

import pytest

from backhaul.engine import InvalidInput, Stop
from backhaul.engine.loading import (
    ROAD_RULES,
    SEMI_TRAILER,
    LoadingProblem,
    LoadPlan,
    Pallet,
    load_order,
    solve,
    solve_packing_rules,
)
from backhaul.engine.packing import Axle, Bin, Item, PackingProblem, Placement, Rules

TRUCK = Bin("truck", (20, 10, 10))


def plan_of(*items, truck=TRUCK, rules=ROAD_RULES, **options):
    return solve(LoadingProblem(truck, items, rules), **options)


def test_the_last_stop_stands_deepest():
    """Two cubes fill the hold one behind the other: the later stop must be at the front wall."""
    plan = plan_of(Item("near", (10, 10, 10), stop=0), Item("far", (10, 10, 10), stop=1))
    assert [(p.item, p.pos) for p in plan.placements] == [(1, (0, 0, 0)), (0, (10, 0, 0))]
    assert plan.status == "optimal"
    assert plan.check().ok


def test_nothing_sturdy_on_fragile():
    """Two flat boxes fit only on each other; the fragile one must be on top."""
    truck = Bin("van", (10, 10, 10))
    plan = plan_of(
        Item("glass", (10, 10, 5), fragile=True), Item("crate", (10, 10, 5)), truck=truck
    )
    assert [p.item for p in plan.placements] == [1, 0]
    assert plan.check().ok


def test_the_rule_that_stopped_an_item_is_named():
    """Each item is stopped by exactly one rule: see its name."""
    truck = Bin("van", (10, 10, 10), max_weight=100)
    big = plan_of(Item("long", (11, 5, 5)), truck=truck)
    heavy = plan_of(Item("lead", (5, 5, 5), weight=101), truck=truck)
    two = plan_of(Item("half", (10, 10, 6), copies=2), truck=truck)
    glass = plan_of(
        Item("glass", (10, 10, 5), fragile=True, stop=1), Item("crate", (10, 10, 5)), truck=truck
    )
    # the later stop's tall box leaves no place in front of it or on top of it
    rules = [plan.left_out[0].rule for plan in (big, heavy, two, glass)]
    assert rules == ["size", "weight", "volume", "fragility"]
    assert all(plan.status == "infeasible" for plan in (big, heavy, two, glass))
    assert "long: 1 left out: in no allowed orientation" in str(big.explain())


def test_axle_limits_move_the_load_back():
    """100 on a beam from 0 to 20: the front may carry 60, so the centre must be at 8 or behind."""
    axles = (Axle("front", 0, max=60), Axle("rear", 20, max=100))
    plan = plan_of(Item("block", (4, 10, 10), weight=100), truck=replace(TRUCK, axles=axles))
    assert plan.placements[0].pos == (6, 0, 0)
    assert plan.stages[0].axles == {"front": 60.0, "rear": 40.0}


def test_axle_limits_hold_after_every_stop():
    """With the rear item gone, the front item alone would overload the front axle at x = 0."""
    axles = (Axle("front", 0, max=110), Axle("rear", 20, max=200))
    items = (
        Item("first out", (4, 10, 10), weight=100, stop=0),
        Item("second out", (4, 10, 10), weight=120, stop=1),
    )
    plan = plan_of(*items, truck=replace(TRUCK, axles=axles))
    assert plan.check().ok
    assert plan.status == "optimal"
    assert max(stage.axles["front"] for stage in plan.stages) <= 110


def test_a_side_door_frees_what_the_rear_blocks():
    """A later stop at the rear blocks the rear door only."""
    truck = Bin("van", (20, 10, 10), doors=("+x", "+y"))
    problem = LoadingProblem(truck, (Item("in", (10, 10, 10)), Item("out", (10, 10, 10), stop=1)))
    both = LoadPlan(
        problem,
        (Placement(0, "xyz", (0, 0, 0), 0), Placement(1, "xyz", (10, 0, 0), 1)),
        (), 0, 0, plan_of().status, plan_of().stats,
    )  # fmt: skip
    assert both.check().ok
    rear = replace(both, problem=replace(problem, vehicle=replace(truck, doors=("+x",))))
    assert rear.check().codes() == ["lifo_blocked"]


@pytest.mark.parametrize("door", ["+x", "-x", "+y", "-y", "+z"])
def test_every_door_loads(door):
    """Eight cubes of two stops fill the hold through any single door."""
    truck = Bin("box", (4, 4, 4), doors=(door,))
    items = tuple(Item(f"s{s}", (2, 2, 2), copies=4, stop=s) for s in (0, 1))
    plan = plan_of(*items, truck=truck)
    assert plan.check().ok
    assert len(plan.placements) == 8


def test_a_given_plan_is_a_floor():
    """Starting from a plan never ends worse, and a plan that breaks a rule is refused."""
    items = tuple(Item(f"i{k}", (7, 5, 4 + k % 3), stop=k % 3) for k in range(8))
    first = plan_of(*items, stop=Stop(iterations=3))
    again = plan_of(*items, stop=Stop(iterations=1), start=first)
    assert again.cost <= first.cost
    floating = replace(first, placements=(Placement(0, "xyz", (0, 0, 3), 0),))
    with pytest.raises(InvalidInput, match=r"start\.placements\[0\]"):
        plan_of(*items, start=floating)


def test_same_seed_same_plan_and_round_trip():
    """With an iteration limit the answer is a pure function of problem and seed; files keep it."""
    items = tuple(Item(f"i{k}", (5 + k % 4, 4, 3 + k % 5), stop=k % 4, weight=k) for k in range(14))
    plans = [plan_of(*items, stop=Stop(iterations=40), seed=7) for _ in range(2)]
    assert plans[0].placements == plans[1].placements
    back = LoadPlan.from_dict(json.loads(json.dumps(plans[0].to_dict())))
    assert back.placements == plans[0].placements
    assert (back.cost, back.left_out) == (plans[0].cost, plans[0].left_out)


def test_instructions_follow_the_sequence():
    """The page lists every step once, and unloading takes each stop's steps from last to first."""
    plan = plan_of(Item("a<b", (5, 10, 10), copies=2, stop=1), Item("c", (5, 10, 10), stop=0))
    data = plan.instructions()
    assert [step["step"] for step in data["steps"]] == [1, 2, 3]
    assert data["unloading"] == [{"stop": 0, "steps": [3]}, {"stop": 1, "steps": [2, 1]}]
    page = plan.instructions_html()
    assert page.count("a&lt;b") == 2
    assert "http" not in page


def test_pallets_keep_the_tractor_within_its_limits():
    """26 pallets of 900 kg in three stops: 23.4 t must be spread over all five axles."""
    pallets = [Pallet(f"p{k}", stop=k % 3, weight=900) for k in range(26)]
    plan = load_order(pallets, vehicle=SEMI_TRAILER)
    assert plan.status == "optimal"
    assert plan.check().ok
    assert all(stage.axles["tractor_rear"] <= 11_500 for stage in plan.stages)


def test_several_trucks():
    """Under loading rules too, as many bins are opened as are needed."""
    problem = PackingProblem(
        [Bin("van", (10, 10, 10), copies=None)],
        [Item("a", (10, 10, 5), copies=3, stop=1), Item("b", (10, 10, 5))],
        problem="bin_packing",
        rules=Rules(lifo=True, min_support=1.0),
    )
    solution = solve_packing_rules(problem)
    assert (solution.cost, solution.status) == (2, "optimal")
    assert solution.check().ok
    few = solve_packing_rules(replace(problem, bins=(Bin("van", (10, 10, 10)),)))
    assert few.status == "infeasible"
    assert sum(out.count for out in few.left_out) == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"vehicle": "truck"}, "vehicle"),
        ({"items": (Item("a", (1, 1, 1)), Item("a", (1, 1, 1)))}, "items"),
    ],
)
def test_what_is_not_allowed_is_named(change, path):
    """A wrong value is refused at construction."""
    with pytest.raises(InvalidInput, match=path):
        LoadingProblem(**{"vehicle": TRUCK, "items": (), **change})
