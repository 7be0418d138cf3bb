"""Values that nobody should send, one by one: an error that names item and field, or an answer."""

import math
import time

import pytest

from backhaul.engine import InvalidInput, Stop
from backhaul.engine.packing import (
    ORIENTATIONS,
    Bin,
    Item,
    PackingProblem,
    Rules,
    build_pallets,
    cartonize,
    solve,
)

BIN = Bin("b", (100, 80, 60))
WORK = Stop(iterations=100)
EMPTY = PackingProblem([BIN], [])
ARTICLES = [Item("jar", (8, 8, 10))]


@pytest.mark.parametrize("value", [0, -1, 1 << 31, math.nan, math.inf, 1.5, "3", None, True])
def test_a_size_that_is_none_is_named(value):
    """Sizes are whole numbers of 1 to 2^30: anything else names the item and the axis."""
    with pytest.raises(InvalidInput, match=r"items\[crate\]\.size\[1\]"):
        Item("crate", (10, value, 10))
    with pytest.raises(InvalidInput, match=r"bins\[van\]\.size\[2\]"):
        Bin("van", (10, 10, value))


@pytest.mark.parametrize("field", ["copies", "weight", "max_load", "profit", "stop"])
@pytest.mark.parametrize("value", [-1, math.nan, 1 << 63])
def test_a_number_out_of_range_is_named(field, value):
    """None of these may be negative, not a number or beyond what the kernel can add up."""
    with pytest.raises(InvalidInput, match=rf"items\[crate\]\.{field}"):
        Item("crate", (1, 1, 1), **{field: value})


def test_sums_beyond_whole_numbers_are_refused():
    """Two items of a volume of 2^61 each add up to the limit; three are beyond it."""
    side = (1 << 30, 1 << 30, 2)
    bins = [Bin("b", (1 << 30, 1 << 30, 4))]
    assert PackingProblem(bins, [Item("a", side, 2)]).volume == 1 << 62
    with pytest.raises(InvalidInput, match="total volume"):
        PackingProblem(bins, [Item("a", side, 3)])


def test_the_largest_lengths_are_packed():
    """Positions up to 2^30 stay whole: two halves of the largest bin fill it."""
    half = Item("a", (1 << 29, 1 << 15, 1 << 15), 2)
    problem = PackingProblem([Bin("b", (1 << 30, 1 << 15, 1 << 15))], [half])
    solution = solve(problem, stop=WORK)
    assert solution.cost == 0
    assert solution.check().ok


def test_no_orientation_is_an_error():
    """An item that may stand in no way can never be packed: that is a slip, not a problem."""
    with pytest.raises(InvalidInput, match=r"items\[crate\]\.orientations"):
        Item("crate", (1, 1, 1), orientations=())


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Item("crate", (1, 1, 1), orientations="xyz"), r"items\[crate\]\.orientations"),
        (lambda: Item("crate", (1, 1, 1), orientations=None), r"items\[crate\]\.orientations"),
        (lambda: Bin("van", (9, 9, 9), doors=None), r"bins\[van\]\.doors"),
        (lambda: Bin("van", (9, 9, 9), cog={"x": ("0", "1")}), r"bins\[van\]\.cog\.x"),
        (lambda: Rules(min_support="0.5"), "rules.min_support"),
        (lambda: Rules(min_support=math.nan), "rules.min_support"),
        (lambda: PackingProblem([BIN], None), "items"),
        (lambda: PackingProblem([BIN], ["crate"]), r"items\[0\]"),
        (lambda: PackingProblem([None], []), r"bins\[0\]"),
        (lambda: solve(EMPTY, threads=1 << 40), "threads"),
        (lambda: solve(EMPTY, threads=1.5), "threads"),
        (lambda: solve(EMPTY, seed=math.nan), "seed"),
        (lambda: cartonize([[0, 1]], ARTICLES, [BIN]), r"orders\[0\]"),
        (lambda: cartonize([{"jar": 1}], ARTICLES, [BIN]), r"orders\[0\]"),
        (lambda: cartonize([{}, {0: 2.5}], ARTICLES, [BIN]), r"orders\[1\]\[0\]"),
        (lambda: cartonize([{0: 1 << 31}], ARTICLES, [BIN]), r"orders\[0\]\[0\]"),
        (lambda: cartonize([{0: 1}], ARTICLES, [BIN], threads=0), "threads"),
        (lambda: cartonize([{0: 1}], ARTICLES, [BIN], fills=-1), "fills"),
        (lambda: cartonize([{0: 1}], ARTICLES, [BIN], seed=-1), "seed"),
        (lambda: build_pallets(ARTICLES, BIN, aisles=[math.nan]), r"aisles\[0\]"),
        (lambda: build_pallets(ARTICLES, BIN, aisles=["a"]), r"aisles\[0\]"),
        (lambda: build_pallets(ARTICLES, BIN, fills=0), "fills"),
        (lambda: build_pallets(ARTICLES, BIN, heavy_below_percent=math.nan), "heavy_below_percent"),
    ],
)
def test_what_is_of_another_kind_is_named(make, path):
    """Strings, halves and nothing where a number or a list belongs: never another error."""
    with pytest.raises(InvalidInput, match=path):
        make()


def test_an_item_larger_than_every_bin_is_left_out():
    """Longer than the bin in its only orientation; the other one still goes in."""
    items = [Item("pole", (101, 1, 1)), Item("case", (10, 10, 10))]
    solution = solve(PackingProblem([BIN], items), stop=WORK)
    assert [(out.item, out.count, out.reason) for out in solution.left_out] == [(0, 1, "size")]
    assert solution.packed == 1


def test_strength_zero_with_weight_above():
    """Nothing with weight may rest on it, so one stands on each place of the floor; what weighs
    nothing still goes on top.
    """
    items = [Item("egg", (10, 10, 10), 5, weight=3, max_load=0), Item("lid", (10, 10, 10), 2)]
    problem = PackingProblem([Bin("b", (20, 10, 20))], items, rules=Rules(min_support=1))
    solution = solve(problem, stop=WORK)
    assert solution.check().ok
    assert solution.packed == 4
    assert {out.item: out.count for out in solution.left_out} == {0: 3}


def test_nothing_to_pack_is_an_answer():
    """No items, or none of any type: an empty answer that costs nothing."""
    for items in ([], [Item("a", (1, 1, 1), copies=0)]):
        solution = solve(PackingProblem([BIN], items), stop=WORK)
        assert (solution.cost, solution.packed, solution.status) == (0, 0, "optimal")


def test_many_types_are_read_and_left_out_within_the_deadline():
    """60,000 types of which hardly any fit: what goes in and what stays out are columns, so that
    most of the 0.3 seconds is left to the kernel. The least of three tries counts, in time of this
    process: an object for each type, made twice, took longer than the deadline itself.
    """
    items = [Item(f"i{k}", (20 + k % 97, 25 + k % 83, 30 + k % 71)) for k in range(60_000)]
    problem = PackingProblem([Bin("b", (300, 200, 200))], items)
    spent = []
    for _ in range(3):
        start = time.process_time()
        solution = solve(problem, stop=Stop(seconds=0.3))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.35
    assert solution.left_out.copies == 60_000 - solution.packed
    assert solution.check().ok


@pytest.mark.parametrize("rules", [Rules(), Rules(min_support=1.0), Rules(min_support=0.75)])
@pytest.mark.parametrize("kind", ["knapsack", "bin_packing"])
def test_a_few_milliseconds_give_an_answer(kind, rules):
    """300 types of one item each, six turns, in 5 ms: all packed where bins do not run out, and
    a bin half full where there is one. The best of thirty tries counts, in time of this process,
    as a busy machine may give it none of those milliseconds.
    """
    items = [
        Item(f"i{k}", (20 + k % 97, 25 + k % 83, 30 + k % 71), orientations=ORIENTATIONS)
        for k in range(300)
    ]
    bins = [Bin("b", (587, 233, 220), copies=None if kind == "bin_packing" else 1)]
    problem = PackingProblem(bins, items, kind, rules=rules)
    spent = []
    for _ in range(30):
        start = time.process_time()
        solution = solve(problem, stop=Stop(seconds=0.005))
        seconds = time.process_time() - start
        codes = set(solution.check().codes())
        assert codes <= {"missing_item"}
        if not codes and solution.utilisation > 0.4:
            spent.append(seconds)
            if seconds < 0.015:
                break
    # Thrice the limit, for slower machines: such bins took up to 24 ms with spaces that overlap.
    assert min(spent) < 0.015


@pytest.mark.parametrize("support", [0.0, 0.75, 1.0])
def test_a_first_answer_leaves_none_of_hundreds_of_types_out(support):
    """With no time at all the blocks of 256 types were made, and 44 of 300 boxes stayed out. The
    best of ten tries counts, as a busy machine may not even give it the 30 ms of grace.
    """
    items = [
        Item(f"i{k}", (20 + k % 97, 25 + k % 83, 30 + k % 71), orientations=ORIENTATIONS)
        for k in range(300)
    ]
    bins = [Bin("b", (587, 233, 220), copies=None)]
    problem = PackingProblem(bins, items, "bin_packing", rules=Rules(min_support=support))
    for _ in range(10):
        solution = solve(problem, stop=Stop(seconds=1e-6))
        if solution.packed == 300:
            break
    assert solution.check().ok
    assert solution.packed == 300


@pytest.mark.parametrize("support", [0.0, 1.0])
def test_a_crowd_of_small_items_is_packed_whole_in_time(support):
    """8,000 types of one box each into bins: maximal spaces alone took longer than there was, and
    most boxes stayed out. A busy machine gets a second try with twice the time.
    """
    items = [Item(f"i{k}", (20 + k % 97, 25 + k % 83, 30 + k % 71)) for k in range(8_000)]
    bins = [Bin("b", (1200, 800, 900), copies=None)]
    problem = PackingProblem(bins, items, "bin_packing", rules=Rules(min_support=support))
    for seconds in (1.0, 2.0):
        solution = solve(problem, stop=Stop(seconds=seconds))
        if solution.packed == 8_000:
            break
    assert solution.packed == 8_000
    assert solution.check().ok


@pytest.mark.parametrize("kind", ["knapsack", "bin_packing"])
def test_thousands_of_types_keep_the_deadline(kind):
    """8,000 types, six turns each: blocks are made as far as there is time. What counts is the
    time of this process, which a busy machine does not stretch.
    """
    items = [
        Item(f"i{k}", (20 + k % 97, 25 + k % 83, 30 + k % 71), orientations=ORIENTATIONS)
        for k in range(8_000)
    ]
    bins = [Bin("b", (1200, 800, 900), copies=None if kind == "bin_packing" else 1)]
    problem = PackingProblem(bins, items, kind)
    start = time.process_time()
    solution = solve(problem, stop=Stop(seconds=0.3))
    assert time.process_time() - start < 0.9
    assert solution.packed > 0
    assert set(solution.check().codes()) <= {"missing_item"}
