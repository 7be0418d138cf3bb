"""Where the centre of gravity may lie: hand-made cases with one right answer."""

import pytest

from backhaul.engine import Stop
from backhaul.engine.packing import (
    Bin,
    Item,
    PackingProblem,
    Rules,
    cartonize,
    check_layout,
    solve,
)

STOP = Stop(iterations=60)


def packed(bin_, items, **rules):
    solution = solve(PackingProblem([bin_], items, rules=Rules(**rules)), stop=STOP)
    assert solution.check().ok
    return {items[p.item].id: p.pos for b in solution.bins for p in b.placements}


def test_a_small_load_is_pushed_towards_the_middle():
    """A cube of 2 in a hold of 10: its middle goes to 4, the least that is allowed."""
    hold = Bin("hold", (10, 10, 10), cog={"x": (0.4, 0.6)})
    assert packed(hold, [Item("cube", (2, 2, 2), weight=7)]) == {"cube": (3, 0, 0)}


def test_what_tilts_the_load_stays_out():
    """Both fill the hold; with the anvil at an end its centre is at 0.25 or 0.75 of the length."""
    items = [Item("anvil", (5, 4, 4), weight=100), Item("feathers", (5, 4, 4))]
    assert set(packed(Bin("hold", (10, 4, 4)), items)) == {"anvil", "feathers"}
    level = Bin("hold", (10, 4, 4), cog={"x": (0.4, 0.6)})
    assert len(packed(level, items)) == 1


@pytest.mark.parametrize("support", [0, 0.75, 1])
def test_a_low_centre_of_gravity(support):
    """Four layers of equal weight lie at 0.5 of the height; two of them at 0.25."""
    slab = Item("slab", (4, 4, 2), copies=4, weight=10)
    hold = Bin("hold", (4, 4, 8), cog={"z": (0, 0.3)})
    problem = PackingProblem([hold], [slab], rules=Rules(min_support=support))
    solution = solve(problem, stop=STOP)
    assert solution.check().ok
    assert 4 - solution.left_out.copies == 2


def test_bins_in_balance_take_all_that_weighs():
    """Slabs of 2 for a height of 8 with a centre of gravity below 0.3: two a bin."""
    slab = Item("slab", (4, 4, 2), copies=8, weight=10)
    hold = Bin("hold", (4, 4, 8), copies=None, cog={"z": (0, 0.3)})
    problem = PackingProblem([hold], [slab], "bin_packing")
    solution = solve(problem, stop=STOP)
    assert (solution.cost, solution.check().ok) == (4, True)


def test_cartons_in_balance():
    """The same for an order: its two bottles go into two cartons, each in the middle."""
    bottle = Item("bottle", (4, 4, 8), weight=10)
    carton = Bin("carton", (8, 4, 8), cog={"x": (0.4, 0.6)})
    assert cartonize([{0: 1}], [bottle], [carton], threads=1).carton_count.tolist() == [1]
    assert cartonize([{0: 2}], [bottle], [carton], threads=1).carton_count.tolist() == [1]
    glass = Item("glass", (8, 4, 2), weight=10)
    low = Bin("carton", (8, 4, 8), cog={"z": (0, 0.2)})
    done = cartonize([{0: 2}], [glass], [low], threads=1)
    assert done.carton_count.tolist() == [2]


def test_balance_on_every_leg_is_answered_by_the_loading_kernel():
    """What holds after each stop depends on the order of unloading."""
    hold = Bin("hold", (10, 4, 4), cog={"x": (0.2, 0.8)})
    items = [Item("first", (2, 4, 4), weight=5, stop=0), Item("last", (2, 4, 4), weight=5, stop=1)]
    problem = PackingProblem([hold], items, rules=Rules(axle_every_leg=True, lifo=True))
    assert problem.has_loading_rules
    solution = solve(problem, stop=STOP)
    assert solution.check().ok
    assert check_layout(problem, solution.bins).ok
