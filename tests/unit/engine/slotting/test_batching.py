"""Order batching: readers, the search against what can be worked out, and bad input."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backhaul.engine.errors import Infeasible, InvalidInput
from backhaul.engine.slotting import (
    BatchingProblem,
    BatchingSolution,
    Dock,
    Layout,
    PickTimes,
    read_batching,
    route_lengths,
    solve_batching,
)
from backhaul.engine.slotting.batching_checker import check_batches
from backhaul.engine.stop import Stop

DATA = Path(__file__).parents[3] / "data" / "slotting"


@pytest.fixture(scope="module")
def parts():
    """Eighteen real orders of a spare parts warehouse with two blocks, due times and two pickers."""
    return read_batching(DATA / "van_gils_1_1.txt")


def line_of_orders(n, capacity=2, **more):
    """One aisle, orders of one pick each, ever farther from the depot."""
    layout = Layout.from_spots(
        [0], [0, 100_000], aisle=[0] * n, y_mm=[(i + 1) * 1_000 for i in range(n)]
    )
    ones = np.ones((n, 1), dtype=np.int64)
    return BatchingProblem(layout, range(n + 1), range(n), ones, [capacity], **more)


def test_the_published_optimum_of_a_single_order():
    """94 is the optimum that Hessler and Irnich (2022) give; cells count from the top."""
    problem = read_batching(DATA / "sprp_unit_12.txt")
    assert solve_batching(problem).cost == 94
    assert solve_batching(problem).status == "optimal"


def test_orders_of_one_aisle_are_batched_by_distance():
    """In one aisle a batch walks twice to its farthest pick, so that neighbours belong together."""
    solution = solve_batching(line_of_orders(6))
    assert solution.batches == ((0, 1), (2, 3), (4, 5))
    assert solution.cost == 2 * (2 + 4 + 6) == solution.bound
    assert solution.status == "optimal"


def test_real_orders_walk_less_than_with_savings_and_s_shape(parts):
    """Same cart, same orders; only the batching and the way of walking differ."""
    plain = replace(parts, times=None)
    taught = solve_batching(replace(plain, method="s_shape"), stop=Stop(iterations=0))
    found = solve_batching(plain, stop=Stop(iterations=20_000))
    assert found.check().ok, str(found.check())
    assert taught.check().ok
    assert found.bound <= found.cost < 0.96 * taught.cost


def test_due_times_come_before_walking_where_lateness_counts(parts):
    """With one picker and half the time, a plan that minds due times is late by less."""
    times = parts.times
    due = (np.asarray(times.due_s) * 0.5).astype(int)
    hurry = replace(parts, times=replace(times, pickers=1, due_s=due, lateness_mm_per_s=100))
    careless = solve_batching(replace(hurry, times=None), stop=Stop(iterations=5_000))
    minded = solve_batching(hurry, start=careless.batch, stop=Stop(iterations=20_000))
    began = solve_batching(hurry, start=careless.batch, stop=Stop(iterations=0))
    assert minded.check().ok, str(minded.check())
    assert minded.shifts["late"].sum() < began.shifts["late"].sum()
    waves = minded.waves
    assert [w.due_s for w in waves] == sorted(w.due_s for w in waves)
    assert sorted(b for w in waves for b in w.batches) == list(range(len(minded.metres)))


def test_a_batch_waits_for_its_last_order():
    """Order 1 comes at 100 s, so that a batch with it cannot begin before."""
    times = PickTimes(1, [0, 100], 1_000)
    solution = solve_batching(line_of_orders(2, times=times))
    assert solution.shifts["start"].tolist() == [100]
    assert solution.check().ok


def test_docks_on_both_sides():
    """In at the front and out at the back: one aisle is walked through once, not there and back."""
    layout = Layout.from_spots(
        [0], [0, 10_000], aisle=[0], y_mm=[9_000], starts=[Dock(0)], ends=[Dock(0, 1, 500)]
    )
    assert route_lengths(layout, [0, 1], [0])[0] == 10.5
    solution = solve_batching(BatchingProblem(layout, [0, 1], [0], [[1]], [1]))
    assert solution.cost == 10.5
    assert solution.check().ok, str(solution.check())


def test_the_same_seed_gives_the_same_plan(parts):
    """No clock is read with an iteration limit alone."""
    one, two = (solve_batching(parts, seed=3, stop=Stop(iterations=3_000)) for _ in range(2))
    assert one.batch.tolist() == two.batch.tolist()
    assert one.cost == two.cost


def test_there_and_back_as_json(parts, tmp_path):
    """The problem inside a saved solution is the problem."""
    solution = solve_batching(parts, stop=Stop(iterations=500))
    data = json.loads(json.dumps(solution.to_dict()))
    again = BatchingSolution.from_dict(data)
    assert again.check().ok, str(again.check())
    assert again.batches == solution.batches
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(data["problem"]))
    same = solve_batching(read_batching(file), stop=Stop(iterations=500))
    assert same.cost == solution.cost


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda b, m, c: ([b[0][:-1], *b[1:]], m, c), "orders"),
        (lambda b, m, c: ([b[0] + b[1], *b[2:]], [m[0] + m[1], *m[2:]], c), "load"),
        (lambda b, m, c: (b, [m[0] - 1, *m[1:]], c - 1), "walk"),
        (lambda b, m, c: (b, m, c + 1), "cost"),
    ],
)
def test_the_checker_finds_what_is_wrong(parts, spoil, code):
    """Each spoiled plan breaks one rule."""
    plain = replace(parts, times=None)
    solution = solve_batching(plain, stop=Stop(iterations=2_000))
    batches, metres, cost = spoil(list(solution.batches), solution.metres.tolist(), solution.cost)
    assert code in check_batches(plain, batches, metres, cost).codes()


def test_the_checker_finds_a_picker_in_two_places(parts):
    """Two batches of one picker may not overlap, and none may begin before its release."""
    solution = solve_batching(parts, stop=Stop(iterations=500))
    shifts = dict(solution.shifts)
    shifts["picker"] = np.zeros_like(shifts["picker"])
    report = check_batches(parts, solution.batches, solution.metres.tolist(), solution.cost, shifts)
    assert "picker" in report.codes()


def test_an_order_that_no_cart_holds_is_named():
    """Infeasible names the order and the limit."""
    with pytest.raises(Infeasible, match=r"orders\[order-0\].limit-0: found 1"):
        line_of_orders(2, capacity=0)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"line_slots": [0, 9]}, "line_slots[1]"),
        ({"order_pointer": [0, 2, 1, 2]}, "order_pointer[2]"),
        ({"order_pointer": [0, 1]}, "order_pointer"),
        ({"load": [[1], [np.nan]]}, "load[1]"),
        ({"names": ("a", "a")}, "names"),
        ({"times": PickTimes(0, 0, 10)}, "times.pickers"),
        ({"times": PickTimes(1, 0, [5])}, "times.due_s"),
    ],
)
def test_bad_problems_are_named(change, path):
    """The path says which entry is wrong."""
    with pytest.raises(InvalidInput) as caught:
        replace(line_of_orders(2), **change)
    assert caught.value.path == path


def test_bad_starts_are_named():
    """A start must fit the cart."""
    with pytest.raises(InvalidInput, match="start"):
        solve_batching(line_of_orders(3), start=[0, 0, 0])


def test_no_orders_make_no_batches():
    """Nothing to do is an answer, not an error."""
    solution = solve_batching(line_of_orders(0))
    assert solution.batches == ()
    assert solution.check().ok


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (lambda t: t.replace("1 54000 0 1 1 1", "1 54000 0 1 77 1"), "order 1: found product 77"),
        (lambda t: t[: len(t) // 2], "FILE|section|vertices"),
        (lambda t: "hello", "first line"),
    ],
)
def test_broken_files_are_named(tmp_path, cut, says):
    """An unknown product, half a file, another file."""
    file = tmp_path / "orders.txt"
    file.write_text(cut((DATA / "van_gils_1_1.txt").read_text()))
    with pytest.raises(InvalidInput, match=says):
        read_batching(file)


def test_it_can_be_explained_and_drawn(parts):
    """A batch says what it saves; the picture has a bar for every batch."""
    solution = solve_batching(parts, stop=Stop(iterations=500))
    assert "saves" in str(solution.explain(0))
    assert "18 orders" in str(solution.explain())
    assert sum(len(t.y) for t in solution.plot().data) == len(solution.metres)
    plain = solve_batching(replace(parts, times=None), stop=Stop(iterations=500))
    assert len(plain.plot().data[0].y) == len(plain.metres)
    assert plain.tour(0).check().ok
