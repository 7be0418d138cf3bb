"""Reserve positions, and the ways from there to the pick faces."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from backhaul.engine.errors import Infeasible, InvalidInput
from backhaul.engine.slotting import (
    Layout,
    SlottingProblem,
    Zone,
    faces_below,
    place_reserve,
    solve,
    walk_between_mm,
)


def test_faces_stand_low_and_reserve_close_by():
    """Products only on the lowest level; a pallet of each above them, in its own aisle."""
    layout = Layout.build([Zone("a", 2)], bays=3)
    rule, reserve = faces_below(layout, 1, 8)
    ones = np.ones(8)
    problem = SlottingProblem(layout, np.arange(8), ones, ones, ["a"] * 8, rules=[rule])
    slot = solve(problem).slot
    assert set(layout.slot_level[slot].tolist()) == {0}
    plan = place_reserve(layout, slot, np.ones(8), np.ones(8), reserve)
    assert plan.check().ok, str(plan.check())
    # Two faces of a bay and six places above them: nobody has to leave the bay.
    assert walk_between_mm(layout, slot, plan.slot).diagonal().tolist() == [0] * 8


def test_no_other_placing_of_the_reserve_is_shorter():
    """Four pallets, six slots, all 360 ways to place them."""
    layout = Layout.build([Zone("a", 3)], bays=4)
    face, reserve = np.array([0, 40, 80]), np.array([3, 21, 22, 50, 66, 95])
    pallets, turns = [1, 2, 1], [0.5, 3.0, 1.0]
    plan = place_reserve(layout, face, pallets, turns, reserve)
    assert plan.check().ok
    each = np.array(turns)[plan.product] / np.array(pallets)[plan.product]
    way = walk_between_mm(layout, face[plan.product], reserve)
    home = layout.aisle_x_mm[layout.slot_aisle] - layout.aisle_x_mm[layout.depot_aisle]
    access = layout.slot_distance_mm - np.abs(home) - layout.slot_y_mm
    cost = each[:, None] * (2 * way + access[reserve]) / 1000
    best = min(sum(cost[range(4), list(some)]) for some in itertools.permutations(range(6), 4))
    assert plan.metres_per_day == pytest.approx(best)


def test_the_checker_finds_what_is_wrong():
    """Two pallets in one slot, one in a face, one in another zone, a wrong cost."""
    layout = Layout.build([Zone("a", 1), Zone("b", 1)], bays=2)
    plan = place_reserve(layout, [0, 16], [2, 1], [1.0, 1.0], [1, 2, 3, 17, 18])
    assert plan.check().ok
    for slot, code in (([1, 1, 17], "taken"), ([0, 1, 17], "face"), ([1, 18, 17], "zone")):
        assert code in replace(plan, slot=np.array(slot)).check().codes()
    assert "cost" in replace(plan, metres_per_day=0.1).check().codes()


@pytest.mark.parametrize(
    ("face", "pallets", "turns", "reserve", "path"),
    [
        ([0], [1], [1.0], [1, 1], "reserve"),
        ([0], [1], [1.0], [0, 1], "face[0]"),
        ([-1], [1], [1.0], [1], "face[0]"),
        ([0], [1], [float("nan")], [1], "turns_per_day[0]"),
        ([0], [1], [1.0], [99], "reserve[0]"),
    ],
)
def test_bad_reserves_are_named(face, pallets, turns, reserve, path):
    """A slot twice, a face in the reserve, no face, a NaN, an unknown slot."""
    layout = Layout.build([Zone("a", 1)], bays=2)
    with pytest.raises(InvalidInput) as caught:
        place_reserve(layout, face, pallets, turns, reserve)
    assert caught.value.path == path


def test_more_pallets_than_reserve():
    """The zone is named."""
    layout = Layout.build([Zone("a", 1)], bays=2)
    with pytest.raises(Infeasible, match="zone a"):
        place_reserve(layout, [0], [3], [1.0], [1, 2])
