"""Placement under limits, on instances small enough to see the answer."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from backhaul.engine.errors import Infeasible, InvalidInput
from backhaul.engine.slotting import (
    DEFAULT_LEVELS,
    Affinity,
    Layout,
    QapProblem,
    SlottingProblem,
    SlottingSolution,
    Zone,
    assign,
    assign_in_order,
    read_qaplib,
    solve,
)
from backhaul.engine.solution import Status
from backhaul.engine.stop import Stop

DATA = Path(__file__).parents[3] / "data" / "slotting"


def slots(distance, volume=None, weight=None, zone=None):
    n = len(distance)
    return Layout.from_slots(
        distance,
        volume_cm3=volume or [100] * n,
        weight_g=weight or [100] * n,
        zone=zone or ["a"] * n,
    )


def test_the_most_picked_stands_nearest():
    """Rank one costs: sorting both sides is optimal (rearrangement inequality)."""
    problem = SlottingProblem(slots([9000, 1000, 5000]), [1, 3, 2], [1] * 3, [1] * 3, ["a"] * 3)
    solution = solve(problem)
    assert solution.slot.tolist() == [0, 1, 2]
    assert solution.cost == 1 * 9 + 3 * 1 + 2 * 5
    assert solution.status is Status.OPTIMAL
    assert solution.check().ok


def test_a_big_product_keeps_its_slot_by_a_chain_of_moves():
    """Product 0 is picked most and would take the only large slot; it must make room."""
    layout = slots([1000, 2000], volume=[500, 100])
    problem = SlottingProblem(layout, [9, 1], [50, 400], [1, 1], ["a", "a"])
    assert solve(problem).slot.tolist() == [1, 0]


def test_what_finds_no_slot_is_listed_with_its_rule():
    """Three rules, three reasons: cube, weight, and a full zone."""
    layout = slots([1000, 2000], volume=[100, 100], weight=[10, 10])
    problem = SlottingProblem(
        layout, [5, 4, 3, 2, 1], [500, 1, 1, 1, 1], [1, 500, 1, 1, 1], ["a"] * 5
    )
    solution = solve(problem)
    assert solution.status is Status.INFEASIBLE
    assert solution.unplaced == [0, 1, 4]
    assert solution.why_unplaced(0).startswith("cube")
    assert solution.why_unplaced(1).startswith("weight")
    assert solution.why_unplaced(4).startswith("full")
    assert solution.check().codes() == ["unplaced"]


def test_fixed_products_stay():
    """The least picked product holds the nearest slot because it is fixed there."""
    layout = slots([1000, 2000, 3000])
    problem = SlottingProblem(layout, [9, 1], [1, 1], [1, 1], ["a", "a"], fixed_slot=[-1, 0])
    solution = solve(problem)
    assert solution.slot.tolist() == [1, 0]
    assert solution.check().ok


def test_affinity_brings_partners_together():
    """Four equally picked products, two pairs: each pair must end in one aisle. Checked by brute force."""
    layout = Layout.build([Zone("a", 2, levels=DEFAULT_LEVELS[:1])], bays=2)
    n = 4
    pairs = Affinity([0, 1], [3, 2], [50.0, 50.0])
    problem = SlottingProblem(layout, [1.0] * n, [1] * n, [1] * n, ["a"] * n, affinity=pairs)
    solution = solve(problem, seed=3)
    best = min(
        solve(problem, start=list(p), stop=Stop(iterations=0)).cost
        for p in itertools.permutations(range(len(layout)), n)
    )
    assert solution.check().ok, str(solution.check())
    assert solution.cost == pytest.approx(best)
    second = solution.second_best(0)
    assert second is not None
    moved = solution.slot.copy()
    holder = np.flatnonzero(moved == second[0])
    moved[holder] = moved[0]
    moved[0] = second[0]
    again = solve(problem, start=moved, stop=Stop(iterations=0))
    assert again.cost - solution.cost == pytest.approx(second[1])


def test_same_seed_same_answer():
    """The streams are counter-based: no run may depend on another."""
    generator = np.random.default_rng(0)
    layout = Layout.build([Zone("a", 3)], bays=5)
    n = 60
    a, b = np.triu_indices(n, 1)
    keep = generator.random(len(a)) < 0.1
    pairs = Affinity(a[keep], b[keep], generator.random(keep.sum()))
    problem = SlottingProblem(
        layout, generator.random(n), [1] * n, [1] * n, ["a"] * n, affinity=pairs
    )
    one, two = (solve(problem, seed=5, stop=Stop(iterations=20_000)) for _ in range(2))
    assert one.slot.tolist() == two.slot.tolist()
    assert one.stats.iterations == 20_000
    assert one.cost < solve(problem, stop=Stop(iterations=0)).cost
    assert one.check().ok


def test_a_solution_survives_its_dictionary():
    """JSON and back: the same slots, cost and problem."""
    layout = Layout.build([Zone("a", 2)], bays=3)
    pairs = Affinity([0], [1], [2.5])
    problem = SlottingProblem(layout, [3, 1], [1, 1], [1, 1], ["a", "a"], affinity=pairs)
    solution = solve(problem, stop=Stop(iterations=100))
    again = SlottingSolution.from_dict(json.loads(json.dumps(solution.to_dict())))
    assert again.slot.tolist() == solution.slot.tolist()
    assert again.check().ok


@pytest.mark.parametrize("name", ["nug12", "had20", "chr25a"])
def test_qaplib_optima_are_found(name):
    """Proven optima of QAPLIB, from the files' first lines."""
    problem = read_qaplib(DATA / f"{name}.qap")
    optimum = int((DATA / f"{name}.qap").read_text().split()[1])
    solution = solve(problem, stop=Stop(iterations=300_000, target=optimum))
    assert solution.cost == optimum
    assert solution.check().ok


def test_the_twin_places_thousands_without_a_clock():
    """5,000 products in three zones: all limits hold, and walking is less than by alphabet."""
    generator = np.random.default_rng(7)
    n = 5000
    zone = np.sort(generator.choice(3, n, p=[0.7, 0.2, 0.1]))
    counts = np.bincount(zone)
    names = ["ambient", "chill", "freeze"]
    layout = Layout.for_products(dict(zip(names, counts.tolist(), strict=True)))
    picks = generator.pareto(1.2, n)
    cube, weight = generator.uniform(1e4, 9e5, n), generator.uniform(1e3, 4e5, n)
    slot = assign(picks, cube, weight, zone, layout)
    alphabet = assign_in_order(generator.permutation(n), cube, weight, zone, layout)
    assert len(set(slot.tolist())) == n
    problem = SlottingProblem(layout, picks, np.ceil(cube), np.ceil(weight), zone)
    distance = layout.slot_distance_mm
    from backhaul.engine.slotting.checker import check_placement

    assert check_placement(problem, slot.tolist()).ok
    assert check_placement(problem, alphabet.tolist()).ok
    assert (picks * distance[slot]).sum() < 0.7 * (picks * distance[alphabet]).sum()


def test_too_many_products_for_the_zone():
    """The error names the product and the rule; with partial=True the rest is placed."""
    layout = slots([1000])
    with pytest.raises(Infeasible, match=r"products\[1\].*taken"):
        assign([2, 1], [1, 1], [1, 1], ["a", "a"], layout)
    assert assign([2, 1], [1, 1], [1, 1], ["a", "a"], layout, partial=True).tolist() == [0, -1]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"picks_per_day": [1.0, float("nan")]}, "picks_per_day[1]"),
        ({"volume_cm3": [1, -1]}, "volume_cm3[1]"),
        ({"weight_g": [1]}, "weight_g"),
        ({"zone": ["a", "chill"]}, "zone[1]"),
        ({"names": ["x", "x"]}, "names"),
        ({"fixed_slot": [0, 99]}, "fixed_slot[1]"),
    ],
)
def test_bad_problems_are_named(change, path):
    """Validation happens once, at construction, and names the entry."""
    fields = {
        "picks_per_day": [1.0, 2.0],
        "volume_cm3": [1, 1],
        "weight_g": [1, 1],
        "zone": ["a", "a"],
    }
    with pytest.raises(InvalidInput) as caught:
        SlottingProblem(slots([1, 2]), **(fields | change))
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("first", "second", "joint", "path"),
    [
        ([0], [1], [float("nan")], "affinity.joint[0]"),
        ([0], [0], [1.0], "affinity[0]"),
        ([0, 1], [1, 0], [1.0, 2.0], "affinity[1]"),
    ],
)
def test_bad_affinity_is_named(first, second, joint, path):
    """A NaN, a product with itself, and a pair given twice."""
    with pytest.raises(InvalidInput) as caught:
        Affinity(first, second, joint)
    assert caught.value.path == path


def test_two_fixed_products_in_one_slot():
    """The kernel names the second of them."""
    problem = SlottingProblem(slots([1, 2]), [1, 1], [1, 1], [1, 1], ["a"] * 2, fixed_slot=[0, 0])
    with pytest.raises(InvalidInput, match="product 0 stands there"):
        solve(problem)


def test_a_matrix_that_is_not_square():
    with pytest.raises(InvalidInput, match="square"):
        QapProblem([[1, 2]], [[1]])
