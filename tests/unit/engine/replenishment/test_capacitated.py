"""Capacitated lot sizing: small answers by hand, a published instance, and bad input."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul import InvalidInput, Status, Stop, replenishment
from backhaul.engine.replenishment.capacitated_checker import check_lots

DATA = Path(__file__).parents[3] / "data" / "replenishment"
FAST = Stop(iterations=20_000)


@pytest.fixture(scope="module")
def small():
    """Three items, four periods, room for about two lots a period."""
    demand = np.array([[5.0, 0, 5, 5], [0, 4, 4, 4], [3.0, 3, 0, 6]])
    return replenishment.LotSizingProblem(
        demand, capacity=16.0, setup_cost=[9.0, 6.0, 12.0], setup_time=2.0
    )


def test_a_published_instance_is_read_and_solved():
    """HiGHS proves 25,637.8 for X11217D: no less is possible, and 2 % above is near."""
    problem = replenishment.LotSizingProblem.read(DATA / "X11217D")
    assert problem.demand.shape == (10, 20)
    solution = replenishment.lot_sizes(problem, stop=Stop(iterations=400_000))
    assert solution.check().ok, str(solution.check())
    assert 25_637.8 - 1e-6 <= solution.cost <= 25_637.8 * 1.02
    assert 25_400 < solution.bound <= 25_637.8 + 1e-6


def test_a_plan_goes_to_plain_data_and_back(small):
    """The rebuilt solution passes the checker with the same figures."""
    solution = replenishment.lot_sizes(small, stop=FAST)
    plain = json.loads(json.dumps(solution.to_dict()))
    again = replenishment.LotSizingSolution.from_dict(plain)
    assert again.check().ok
    assert again.to_dict() == solution.to_dict()
    assert "lots" in str(solution.explain())
    assert len(solution.plot().data) == 4


def test_the_same_work_gives_the_same_plan_and_a_start_is_kept(small):
    """Iteration limits read no clock; a start is returned or improved."""
    one = replenishment.lot_sizes(small, stop=FAST, seed=3, threads=2)
    two = replenishment.lot_sizes(small, stop=FAST, seed=3, threads=2)
    assert np.array_equal(one.quantities, two.quantities)
    after = replenishment.lot_sizes(small, stop=Stop(iterations=512), start=one)
    assert after.cost <= one.cost + 1e-9


def test_too_little_capacity_is_an_answer_not_an_error():
    """30 units by period 1 with 20 of capacity: the period is named and the overtime counted."""
    problem = replenishment.LotSizingProblem([[10.0, 20.0]], capacity=10.0, setup_cost=1.0)
    solution = replenishment.lot_sizes(problem, stop=FAST)
    assert solution.status is Status.INFEASIBLE
    assert solution.short_by == 1
    assert solution.overtime == pytest.approx(10.0)
    assert solution.check().codes() == ["capacity"]
    assert "no plan exists" in str(solution.explain())


def test_the_checker_sees_what_is_wrong(small):
    """Each kind of fault is named by its code."""
    good = replenishment.lot_sizes(small, stop=FAST)
    columns = small.columns()
    less = good.quantities.copy()
    item, period = np.argwhere(less > 0)[0]
    less[item, period] -= 1
    assert "short" in check_lots(columns, less, good.cost, 0.0, feasible=True).codes()
    more = good.quantities.copy()
    more[0, 0] += 100
    assert {"capacity", "cost"} <= set(
        check_lots(columns, more, good.cost, 0.0, feasible=True).codes()
    )
    report = check_lots(columns, good.quantities, good.cost, good.cost + 1, feasible=True)
    assert report.codes() == ["bound"]
    below = -np.ones_like(less)
    assert "negative" in check_lots(columns, below, 0.0, 0.0, feasible=True).codes()


def test_a_deadline_is_kept():
    """200 items, 60 periods, 0.3 s: an answer in time (a second for a slow machine), and feasible."""
    rng = np.random.default_rng(1)
    demand = rng.integers(0, 100, (200, 60)).astype(float)
    problem = replenishment.LotSizingProblem(
        demand, capacity=demand.sum() / 60 * 1.3, setup_cost=300.0, setup_time=10.0
    )
    start = time.perf_counter()
    solution = replenishment.lot_sizes(problem, stop=Stop(seconds=0.3))
    assert time.perf_counter() - start < 1.3
    assert solution.status is Status.FEASIBLE
    assert solution.check().ok


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"demand": [[1.0, -1.0]]}, "demand[0][1]"),
        ({"demand": [[1.0, float("nan")]]}, "demand[0][1]"),
        ({"demand": np.zeros((0, 2))}, "demand"),
        ({"demand": np.ones((2, 4))[:, ::2]}, "demand"),
        ({"demand": np.ones((1, 2), dtype=np.float32)}, "demand"),
        ({"capacity": [1.0, 2.0, 3.0]}, "capacity"),
        ({"capacity": float("inf")}, "capacity[0]"),
        ({"setup_cost": -1.0}, "setup_cost[0]"),
        ({"setup_time": float("nan")}, "setup_time[0]"),
        ({"unit_time": [1.0, 2.0]}, "unit_time"),
        ({"holding": "much"}, "holding"),
    ],
)
def test_bad_input_is_named(change, path):
    """Field and place of the first bad value are in the message."""
    good = {"demand": [[1.0, 2.0]], "capacity": 9.0, "setup_cost": 1.0}
    with pytest.raises(InvalidInput) as caught:
        replenishment.LotSizingProblem(**{**good, **change})
    assert caught.value.path == path


@pytest.mark.parametrize(
    "text", ["", "2 3", "1 2 2 9", "a b 1", "1 2\n1\n9\n1 1 1 x\n3 4", "1 2\n1\n9\n1 1 1 1\n3"]
)
def test_a_broken_file_is_named(tmp_path, text):
    """Empty, short, not numbers, two resources: the file is named."""
    path = tmp_path / "instance"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        replenishment.LotSizingProblem.read(path)
    assert caught.value.path == str(path)
    with pytest.raises(InvalidInput):
        replenishment.LotSizingProblem.read(tmp_path / "nothing")


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 5),
    st.integers(1, 7),
    st.floats(0.9, 2.5),
    st.integers(0, 10_000),
)
def test_generated_plans_pass_the_checker(items, periods, room, seed):
    """Tight and loose capacities, setup times and costs of zero included."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 30, (items, periods)) * (rng.random((items, periods)) < 0.7) * 1.0
    problem = replenishment.LotSizingProblem(
        demand,
        capacity=room * max(demand.sum() / periods, 1.0) + rng.uniform(0, 5, periods),
        setup_cost=rng.integers(0, 50, items) * 1.0,
        setup_time=rng.integers(0, 4, items) * 1.0,
        unit_time=rng.uniform(0.5, 1.5, items),
        holding=rng.uniform(0, 3, items),
    )
    solution = replenishment.lot_sizes(problem, stop=Stop(iterations=4096))
    codes = solution.check().codes()
    assert codes == (["capacity"] if solution.status is Status.INFEASIBLE else [])
