"""Wrong values are named; large and contradictory problems get a valid answer in time."""

import math
import time

import pytest

from backhaul.engine import InvalidInput, Stop
from backhaul.engine.loading import (
    ROAD_RULES,
    LoadingProblem,
    LoadOracle,
    Pallet,
    load_order,
    solve,
)
from backhaul.engine.packing import Bin, Item, Rules

TRUCK = Bin("truck", (600, 250, 300))


@pytest.mark.parametrize("value", [0, -1, 2**31, math.nan, math.inf, 1.5, "6", None])
def test_a_wrong_size_names_item_and_field(value):
    """Sizes are whole numbers from 1 on, below 2^30."""
    with pytest.raises(InvalidInput, match=r"items\[case\]\.size"):
        Item("case", (10, value, 10))


@pytest.mark.parametrize(
    ("field", "value"),
    [("weight", -1), ("weight", math.nan), ("stop", -1), ("max_load", -5), ("copies", -2)],
)
def test_a_wrong_number_names_item_and_field(field, value):
    """Weights, stops, strengths and counts are whole and not negative."""
    with pytest.raises(InvalidInput, match=rf"items\[case\]\.{field}"):
        Item("case", (10, 10, 10), **{field: value})


def test_contradictory_orientations_are_refused():
    """An item that may stand in no way at all is an error, not a puzzle."""
    with pytest.raises(InvalidInput, match=r"items\[case\]\.orientations"):
        Item("case", (10, 10, 10), orientations=("zzz",))


def test_larger_than_the_hold_stays_behind():
    """It is listed with the rule that stopped it, and the rest is loaded."""
    plan = solve(LoadingProblem(TRUCK, (Item("mast", (700, 10, 10)), Item("box", (10, 10, 10)))))
    assert [(out.item, out.rule) for out in plan.left_out] == [("mast", "size")]
    assert len(plan.placements) == 1


def test_nothing_stands_on_no_strength():
    """Two slabs fill the height, but neither may carry anything: one stays behind."""
    slab = Item("slab", (600, 250, 150), copies=2, weight=5, max_load=0)
    plan = solve(LoadingProblem(TRUCK, (slab,), must_load=False), stop=Stop(iterations=50))
    assert [out.rule for out in plan.left_out] == ["max_load"]
    assert plan.check().ok


@pytest.mark.parametrize(
    "items",
    [
        (Item("brick", (7, 5, 3), copies=100_000, orientations=("xyz", "yxz"), stop=1),),
        tuple(
            Item(f"t{k}", (20 + k % 41, 15 + k % 37, 10 + k % 43), stop=k % 5) for k in range(3_000)
        ),
    ],
    ids=["100,000 of one type", "3,000 types"],
)
def test_very_many_items_keep_the_deadline(items):
    """The deadline holds, the load is valid, and what stays behind has a reason."""
    began = time.perf_counter()
    problem = LoadingProblem(TRUCK, items, ROAD_RULES, must_load=False)
    built = time.perf_counter() - began
    plan = solve(problem, stop=Stop(seconds=0.3))
    # conversions on both sides and a busy machine are not the search's
    assert plan.stats.seconds <= 0.45
    assert time.perf_counter() - began <= built + 4.0
    assert plan.check().ok
    assert len(plan.placements) > 20
    assert sum(out.copies for out in plan.left_out) + len(plan.placements) == sum(
        item.copies for item in items
    )


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_there_is_an_answer_without_time(seconds):
    """The first load of a small problem is always built."""
    items = tuple(Item(f"i{k}", (50, 40, 30), stop=k % 3) for k in range(30))
    plan = solve(LoadingProblem(TRUCK, items, must_load=False), stop=Stop(seconds=seconds))
    assert len(plan.placements) >= 20
    assert plan.check().ok


def test_rules_that_contradict_each_other_leave_the_floor():
    """Full support of bases that nothing may stand on: one layer, nothing more."""
    crate = Item("crate", (300, 250, 100), copies=6, stackable=False)
    rules = Rules(min_support=1.0, lifo=True, check_sequence=True)
    plan = solve(LoadingProblem(TRUCK, (crate,), rules), stop=Stop(iterations=50))
    assert len(plan.placements) == 2
    assert all(p.pos[2] == 0 for p in plan.placements)


@pytest.mark.parametrize("effort", [-1, 2**31])
def test_the_oracle_checks_its_effort(effort):
    """Effort is a whole number that fits the kernel's counter."""
    with pytest.raises(InvalidInput, match="effort"):
        LoadOracle(TRUCK, [[Item("a", (10, 10, 10))]]).ask([0], effort=effort)


def test_pallets_are_checked():
    """A pallet's size and stop are checked like an item's."""
    with pytest.raises(InvalidInput, match=r"items\[p\]\.size"):
        load_order([Pallet("p", 0, 10, (1_000, 0, 10))])
    with pytest.raises(InvalidInput, match=r"items\[p\]\.stop"):
        load_order([Pallet("p", -1, 10)])
