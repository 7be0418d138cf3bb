"""One slotting for several seasons."""

from dataclasses import replace

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import Layout, Orders, SlottingProblem, Zone, solve, solve_seasons
from backhaul.engine.stop import Stop

N = 80


def season(group, days=10.0, orders=150, seed=1):
    """Orders of three of forty products each, from one half of the range."""
    draw = np.random.default_rng(seed + group)
    rows = [draw.choice(N // 2, 3, replace=False) + group * N // 2 for _ in range(orders)]
    return Orders(np.arange(orders + 1) * 3, np.concatenate(rows), days)


@pytest.fixture(scope="module")
def problem():
    layout = Layout.build([Zone("a", 4)], bays=4)
    ones = np.ones(N)
    return SlottingProblem(layout, ones, ones, ones, ["a"] * N)


def test_a_slotting_for_both_seasons_does_better_in_the_worse_one(problem):
    """What is best for the summer alone walks farther in winter than one that knows both."""
    parts = [season(0), season(1)]
    both = solve_seasons(problem, parts, stop=Stop(iterations=8_000))
    assert both.check().ok, str(both.check())
    summer = solve_seasons(problem, parts[:1], stop=Stop(iterations=8_000))
    alone = solve(replace(problem, orders=parts[0]), stop=Stop(iterations=8_000))
    assert summer.metres_per_day[0] == pytest.approx(alone.cost)
    winter = replace(problem, orders=parts[1])
    other = solve(winter, start=summer.solution.slot, stop=Stop(iterations=0)).cost
    assert both.metres_per_day[1] < other
    assert both.mean == pytest.approx(both.metres_per_day.mean())


def test_a_season_that_counts_more_walks_less(problem):
    """Ten to one for the summer, against one to ten."""
    parts = [season(0), season(1)]
    limits = Stop(iterations=8_000)
    summer = solve_seasons(problem, parts, weights=[10, 1], stop=limits)
    winter = solve_seasons(problem, parts, weights=[1, 10], stop=limits)
    assert summer.metres_per_day[0] < winter.metres_per_day[0]
    assert summer.metres_per_day[1] > winter.metres_per_day[1]


def test_the_worst_season_is_no_worse_than_with_the_first_mean(problem):
    """A short season hardly counts in the mean; judged by the worst it must not be forgotten."""
    parts = [season(0, days=100.0, orders=400), season(1, days=10.0, orders=40)]
    limits = Stop(iterations=24_000)
    found = solve_seasons(problem, parts, worst=True, rounds=4, stop=limits)
    first = solve_seasons(problem, parts, worst=True, rounds=1, stop=Stop(iterations=6_000))
    assert found.check().ok
    assert found.worst <= first.worst


def test_a_wrong_walk_is_found(problem):
    """The checker walks every season itself."""
    found = solve_seasons(problem, [season(0)], stop=Stop(iterations=0))
    wrong = replace(found, metres_per_day=found.metres_per_day * 1.01)
    assert "cost" in wrong.check().codes()


@pytest.mark.parametrize(
    ("seasons", "weights", "path"),
    [
        ([], None, "seasons"),
        ([Orders([0], [])], None, "seasons[0]"),
        ([season(0), season(1)], [1.0, float("nan")], "weights[1]"),
        ([season(0), season(1)], [1.0, 0.0], "weights[1]"),
        ([season(0), season(1)], [1.0], "weights"),
    ],
)
def test_bad_seasons_are_named(problem, seasons, weights, path):
    """No seasons, one without orders, weights that are none."""
    with pytest.raises(InvalidInput) as caught:
        solve_seasons(problem, seasons, weights=weights)
    assert caught.value.path == path
