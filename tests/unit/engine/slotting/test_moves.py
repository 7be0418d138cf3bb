"""Plans of moves: order, rings, labour, and what they save."""

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import (
    Affinity,
    Layout,
    Orders,
    SlottingProblem,
    Zone,
    plan_moves,
    solve,
)
from backhaul.engine.slotting.moves_checker import check_moves
from backhaul.engine.stop import Stop


def problem(n=30, **fields):
    layout = Layout.build([Zone("a", 3)], bays=4)
    generator = np.random.default_rng(2)
    ones = np.ones(n, dtype=int)
    return SlottingProblem(layout, generator.pareto(1.0, n), ones, ones, ["a"] * n, **fields)


def shuffled(n, layout):
    return np.random.default_rng(5).permutation(len(layout))[:n]


def test_a_full_plan_ends_at_the_better_slotting():
    """All of what saves is moved: the plan saves at least what the better slotting does."""
    one = problem()
    solution = solve(one)
    before = shuffled(30, one.layout)
    plan = plan_moves(one, before, solution.slot)
    assert check_moves(plan).ok, str(check_moves(plan))
    walked = (one.picks_per_1000_days / 1000 * one.layout.slot_distance_mm[before]).sum() / 1000
    assert plan.metres_per_day >= walked - solution.cost - 1e-6


def test_half_the_labour_brings_more_than_half_of_the_saving():
    """The most saving a move comes first, and the budget holds."""
    one = problem()
    solution = solve(one)
    full = plan_moves(one, shuffled(30, one.layout), solution.slot)
    half = plan_moves(one, shuffled(30, one.layout), solution.slot, labour_seconds=full.seconds / 2)
    assert check_moves(half, full.seconds / 2).ok, str(check_moves(half, full.seconds / 2))
    assert half.metres_per_day > 0.5 * full.metres_per_day
    assert half.left_out


def test_a_ring_in_a_full_warehouse_needs_the_floor():
    """Two products that change places where no slot is empty."""
    layout = Layout.from_slots([1000, 9000], volume_cm3=[9, 9], weight_g=[9, 9], zone=["a", "a"])
    two = SlottingProblem(layout, [1.0, 8.0], [1, 1], [1, 1], ["a", "a"])
    plan = plan_moves(two, [0, 1], [1, 0])
    assert plan.moves[0].target == -1
    assert len(plan.moves) == 3
    assert check_moves(plan).ok
    assert plan.metres_per_day == pytest.approx(7 * 8)
    none = plan_moves(two, [0, 1], [1, 0], staging=False)
    assert none.moves == ()
    assert none.left_out == (0, 1)
    assert "2 products stay" in none.explain().lines[0]


@pytest.mark.parametrize("kind", ["orders", "affinity"])
def test_savings_with_company_are_worked_out_when_their_turn_comes(kind):
    """What was claimed group by group adds up to the difference of the whole costs."""
    generator = np.random.default_rng(7)
    if kind == "orders":
        lines = Orders(np.arange(0, 401, 4), generator.integers(0, 30, 400), days=2.0)
        one = problem(orders=lines)
    else:
        pairs = Affinity(np.arange(29), np.arange(1, 30), generator.random(29) * 5)
        one = problem(affinity=pairs)
    start = solve(one, stop=Stop(iterations=0), start=shuffled(30, one.layout))
    goal = solve(one, stop=Stop(iterations=4000), start=shuffled(30, one.layout))
    plan = plan_moves(one, start.slot, goal.slot)
    assert check_moves(plan).ok, str(check_moves(plan))
    assert plan.metres_per_day > 0
    end = solve(one, stop=Stop(iterations=0), start=plan.slot)
    assert start.cost - end.cost == pytest.approx(plan.metres_per_day)


@pytest.mark.parametrize(
    ("before", "after", "path"),
    [([0, 0], [1, 2], "before[1]"), ([0, 1], [2, 2], "after[1]"), ([0, 99], [1, 2], "before[1]")],
)
def test_bad_slottings_are_named(before, after, path):
    """Two products in one slot, and a slot that is not there."""
    layout = Layout.build([Zone("a", 1)], bays=2)
    two = SlottingProblem(layout, [1, 2], [1, 1], [1, 1], ["a", "a"])
    with pytest.raises(InvalidInput) as caught:
        plan_moves(two, before, after)
    assert caught.value.path == path
