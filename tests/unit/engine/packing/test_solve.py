"""Small problems whose best answer is plain to see."""

import pytest

from backhaul.engine import Infeasible, InvalidInput, Stop
from backhaul.engine.packing import (
    Bin,
    Item,
    PackingProblem,
    PackingSolution,
    Rules,
    solve,
)

WORK = Stop(iterations=300)
ALL = ("xyz", "xzy", "yxz", "yzx", "zxy", "zyx")


def test_cubes_fill_a_cube():
    """64 cubes of edge 1 in a cube of edge 4: full, hence nothing can be better."""
    problem = PackingProblem([Bin("b", (4, 4, 4))], [Item("a", (1, 1, 1), copies=64)])
    solution = solve(problem, stop=WORK)
    assert (solution.cost, solution.utilisation, solution.status) == (0, 1.0, "optimal")
    assert solution.check().ok


def test_turning_makes_room():
    """Two planks of 4 x 1 x 1 fit side by side into 1 x 4 x 2 only when turned."""
    items = [Item("plank", (4, 1, 1), copies=2, orientations=ALL)]
    problem = PackingProblem([Bin("b", (1, 4, 2))], items)
    assert solve(problem, stop=WORK).cost == 0


def test_bins_of_least_number():
    """9 cubes of edge 5, 8 of them fill a bin of edge 10: two bins, and that is the bound."""
    problem = PackingProblem(
        [Bin("b", (10, 10, 10), copies=None)], [Item("a", (5, 5, 5), copies=9)], "bin_packing"
    )
    solution = solve(problem, stop=WORK)
    assert (solution.cost, solution.bound, solution.status) == (2, 2, "optimal")


@pytest.mark.parametrize("support", [0, 1])
def test_bins_without_a_gap(support):
    """Five bars around a middle, a slice on top, four quarters: exactly two bins, all supported."""
    bars = [(6, 4, 7), (4, 5, 7), (7, 5, 7), (3, 6, 7), (3, 1, 7)]
    items = [Item(f"bar {k}", size) for k, size in enumerate(bars)]
    items += [Item("slice", (10, 10, 3)), Item("quarter", (10, 5, 5), copies=4)]
    truck = Bin("b", (10, 10, 10), copies=None)
    problem = PackingProblem([truck], items, "bin_packing", Rules(min_support=support))
    solution = solve(problem, stop=WORK)
    assert (solution.cost, solution.status) == (2, "optimal")
    assert solution.check().ok


def test_support_is_kept_while_building():
    """The large plate cannot lie on the small block: with support only 1 of the two fits above."""
    items = [Item("foot", (2, 2, 2)), Item("plate", (4, 4, 1))]
    bins = [Bin("b", (4, 4, 3))]
    solution = solve(PackingProblem(bins, items, rules=Rules(min_support=1)), stop=WORK)
    assert solution.check().ok
    assert solution.cost == 0  # plate below, foot above
    assert solution.bins[0].placements[0].item == 1


def test_strength_limits_the_stack():
    """A case bears one other: stacks of two on a floor for one, three of five high stay out."""
    items = [Item("case", (2, 2, 2), copies=5, weight=10, max_load=10)]
    solution = solve(PackingProblem([Bin("b", (2, 2, 10))], items), stop=WORK)
    assert solution.packed == 2
    assert solution.check().ok


def test_what_never_fits_is_named_with_its_reason():
    """One is too long for the bin, one too heavy, and the bins run out for the third."""
    items = [
        Item("long", (9, 1, 1)),
        Item("heavy", (1, 1, 1), weight=99),
        Item("fill", (4, 4, 4), copies=3, weight=5),
    ]
    bins = [Bin("b", (4, 4, 4), copies=2, max_weight=20)]
    solution = solve(PackingProblem(bins, items, "bin_packing"), stop=WORK)
    assert solution.status == "infeasible"
    reasons = {items[out.item].id: (out.count, out.reason) for out in solution.left_out}
    assert reasons == {"long": (1, "size"), "heavy": (1, "weight"), "fill": (1, "bins")}
    assert "item long: 1 left out" in str(solution.explain())


def test_loading_rules_are_answered_by_the_loading_kernel():
    """Two stops of 4 cubes each fill half the hold: all go in, later ones behind, and it holds."""
    items = [Item("near", (2, 2, 2), 4, stop=0, weight=1), Item("far", (2, 2, 2), 4, stop=1)]
    problem = PackingProblem(
        [Bin("truck", (10, 4, 4))], items, rules=Rules(lifo=True, min_support=1)
    )
    solution = solve(problem, stop=Stop(seconds=0.5))
    assert solution.packed == 8
    assert solution.check().ok
    assert solution.status == "optimal"


def test_a_hundred_thousand_of_one_type():
    """50 x 40 x 50 = 100,000 cubes of edge 2 fill the container exactly."""
    problem = PackingProblem([Bin("b", (100, 80, 100))], [Item("a", (2, 2, 2), copies=100_000)])
    assert solve(problem, stop=Stop(seconds=2)).cost == 0


def test_a_solution_survives_plain_data():
    """to_dict and from_dict lose nothing."""
    problem = PackingProblem([Bin("b", (4, 4, 4))], [Item("a", (3, 2, 2), copies=3)])
    solution = solve(problem, stop=WORK)
    assert PackingSolution.from_dict(solution.to_dict()) == solution


def test_a_start_is_never_worsened():
    """Without any work allowed the answer is at least as good as the start."""
    problem = PackingProblem([Bin("b", (9, 9, 9))], [Item("a", (4, 3, 2), 40, ALL)])
    good = solve(problem, stop=WORK)
    assert solve(problem, stop=Stop(iterations=0), start=good).cost <= good.cost


def test_the_picture_has_a_trace_for_every_group_and_the_frame():
    """8 items: 8 groups of faces and edges, and the frame of the bin."""
    problem = PackingProblem([Bin("b", (4, 4, 4))], [Item("a", (2, 2, 2), copies=8, stop=1)])
    solution = solve(problem, stop=WORK)
    figure = solution.plot()
    assert len(figure.data) == 8 * 2 + 1
    assert len(figure.layout.sliders[0].steps) == 8
    with pytest.raises(InvalidInput, match="bin_number"):
        solution.plot(3)


def test_bad_arguments_are_named():
    """Threads and start."""
    problem = PackingProblem([Bin("b", (4, 4, 4))], [])
    with pytest.raises(InvalidInput, match="threads"):
        solve(problem, threads=0)
    other = solve(PackingProblem([Bin("c", (4, 4, 4))], []), stop=WORK)
    with pytest.raises(InvalidInput, match="start"):
        solve(problem, start=other)
    assert issubclass(Infeasible, InvalidInput)


@pytest.mark.parametrize("kind", ["knapsack", "bin_packing"])
@pytest.mark.parametrize("support", [0.0, 0.75, 1.0])
def test_even_a_deadline_of_a_millisecond_brings_an_answer(kind, support):
    """The first fill is finished after the deadline: late by milliseconds is better than nothing."""
    items = [Item(f"i{k}", (20 + k % 37, 25 + k % 41, 30 + k % 43)) for k in range(200)]
    bins = [Bin("b", (300, 200, 200), copies=None if kind == "bin_packing" else 1)]
    problem = PackingProblem(bins, items, kind, Rules(min_support=support))
    solution = solve(problem, stop=Stop(seconds=0.001))
    assert solution.packed > 0
    assert set(solution.check().codes()) <= {"missing_item"}
