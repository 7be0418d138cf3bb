"""Filled bins as columns: the same as objects, and made only when someone looks."""

import pickle

from backhaul.engine.packing import Bin, Item, PackingProblem, PackingSolution, solve
from backhaul.engine.stop import Stop

ITEMS = [Item("a", (4, 3, 2), copies=9), Item("b", (5, 2, 2), copies=7)]
PROBLEM = PackingProblem([Bin("c", (8, 6, 4), copies=None)], ITEMS, "bin_packing")


def test_columns_are_what_objects_would_be():
    solution = solve(PROBLEM, stop=Stop(iterations=50))
    objects = tuple(solution.bins)
    assert solution.packed == sum(len(b.placements) for b in objects) == 16
    assert solution.bins == objects
    assert objects == solution.bins
    assert list(objects) == solution.bins
    assert solution.bins != objects[:-1]
    assert solution.bins != 3
    assert hash(solution.bins) == hash(objects)
    assert (solution.bins[0], solution.bins[-1]) == (objects[0], objects[-1])
    assert solution.bins[0] is solution.bins[0]
    assert solution.bins[1:] == objects[1:]
    again = pickle.loads(pickle.dumps(solution.bins))
    assert again == solution.bins
    assert type(again) is type(solution.bins)
    known = PackingSolution.from_dict(solution.to_dict())
    assert known.bins == solution.bins
    assert known.packed == 16
    assert [[p.seq for p in b.placements] for b in objects] == [
        list(range(len(b.placements))) for b in objects
    ]


def test_a_hundred_thousand_lengths_keep_a_deadline():
    """50,000 bins made as objects took most of a second after a deadline of 0.3 s."""
    items = [Item(f"i{k}", (100 + k % 800, 1, 1)) for k in range(100_000)]
    problem = PackingProblem([Bin("b", (1000, 1, 1), copies=None)], items, "bin_packing")
    solution = solve(problem, stop=Stop(seconds=0.3))
    assert solution.packed == 100_000
    assert solution.bins._made is None
    assert 2 * solution.bound >= len(solution.bins)
    assert sum(len(b.placements) for b in solution.bins) == 100_000
