"""Loads that hang over a pallet: hand-made cases with one right answer."""

import pickle

import pytest

from backhaul.engine import Stop
from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing import (
    Bin,
    Item,
    PackedBin,
    PackingProblem,
    Placement,
    Rules,
    build_pallets,
    check_layout,
    euro_pallet,
    problem_from_dict,
    problem_to_dict,
    solve,
)

STOP = Stop(iterations=60)


def packed(pallet, box, share):
    problem = PackingProblem([pallet], [box], rules=Rules(min_support=share))
    solution = solve(problem, stop=STOP)
    assert solution.check().ok
    return box.copies - solution.left_out.copies


def test_support_counts_on_the_real_pallet():
    """Two boxes of 6 along 10 hang over by 1 each: 5/6 of a base is 0.833 of it."""
    box = Item("box", (6, 8, 5), copies=2)
    pallet = Bin("pallet", (10, 8, 5), overhang=(1, 0))
    assert packed(pallet, box, 0.83) == 2
    assert packed(pallet, box, 0.84) == 1
    assert packed(pallet, box, 1.0) == 1
    assert packed(Bin("pallet", (10, 8, 5)), box, 0.83) == 1


def test_positions_count_from_the_corner_of_the_pallet():
    """Hanging over at -x by 2 means to begin at -2; the checker agrees rejects -3 (9 of 12)."""
    pallet = Bin("pallet", (10, 8, 5), overhang=(2, 0, 0, 0))
    problem = PackingProblem([pallet], [Item("box", (12, 8, 5))], rules=Rules(min_support=0.8))
    (answer,) = solve(problem, stop=STOP).bins
    assert answer.placements[0].pos == (-2, 0, 0)

    def codes(x):
        return check_layout(problem, [PackedBin(0, (Placement(0, "xyz", (x, 0, 0)),))]).codes()

    assert codes(-2) == []
    assert codes(-3) == ["outside", "support"]
    assert codes(-1) == ["outside"]  # beyond the other end, though 10 of 12 are supported


def test_volume_and_utilisation_count_the_room_over_the_edge():
    """Else a pallet could be more than full."""
    pallet = Bin("pallet", (10, 8, 5), overhang=1)
    assert pallet.volume == 12 * 10 * 5
    full = solve(PackingProblem([pallet], [Item("cube", (1, 1, 1), copies=600)]), stop=STOP)
    assert full.utilisation == 1.0


def test_obstacles_keep_their_place_on_the_pallet():
    """A post at the pallet's own corner leaves the overhang beside it free."""
    pallet = Bin("pallet", (4, 4, 2), overhang=(1, 0, 0, 0), obstacles=(((0, 0, 0), (1, 1, 2)),))
    solution = solve(PackingProblem([pallet], [Item("cube", (1, 1, 1), copies=40)]), stop=STOP)
    assert solution.check().ok
    assert 40 - solution.left_out.copies == 5 * 4 * 2 - 2


def test_store_pallets_may_hang_over():
    """Cases of 620 x 420 in layers of 2 x 2: with 20 mm over at all sides they do fit."""
    cases = [Item("case", (620, 420, 300), copies=8, weight=4000)]
    tight = build_pallets(cases, euro_pallet(600))
    over = build_pallets(cases, euro_pallet(600, overhang=20))
    assert (len(tight), len(over)) == (4, 1)
    assert check_layout(over.problem, list(over)).ok


def test_a_file_keeps_the_overhang():
    """Decimals are scaled with all other lengths; a pickle is the same bin."""
    data = {
        "bins": [{"id": "p", "size": [1.2, 0.8, 1.5], "overhang": [0.05, 0]}],
        "items": [{"id": "a", "size": [0.5, 0.5, 0.5]}],
    }
    problem = problem_from_dict(data)
    assert problem.bins[0].overhang == (5, 5, 0, 0)
    assert problem_from_dict(problem_to_dict(problem)).bins == problem.bins
    assert pickle.loads(pickle.dumps(problem.bins[0])) == problem.bins[0]


@pytest.mark.parametrize("given", [-1, 11, (1, 2, 3), 0.5, True, "x", (0, 9)])
def test_what_is_no_overhang_is_refused(given):
    """More than the pallet itself, a fraction, three numbers: the path names the field."""
    with pytest.raises(InvalidInput, match="overhang"):
        Bin("pallet", (10, 8, 5), overhang=given)


def test_overhang_and_stops_do_not_go_together():
    """The loading kernel knows no overhang: an error, not a wrong answer."""
    pallet = Bin("pallet", (10, 8, 5), overhang=1)
    problem = PackingProblem([pallet], [Item("a", (1, 1, 1))], rules=Rules(lifo=True))
    with pytest.raises(InvalidInput, match="rules"):
        solve(problem, stop=STOP)
