"""Levels of items: published answers, textbook answers, and what each rule of the trade does."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from backhaul import InvalidInput, Status, Stop, replenishment
from backhaul.engine.replenishment import checker

DATA = Path("tests/data/replenishment")


def one(**columns):
    return replenishment.solve(replenishment.ReplenishmentProblem(**columns))


def test_published_rows_are_met_to_a_millionth():
    """The file holds optimal costs found by separate code; ours must be the same numbers."""
    solution = replenishment.solve(replenishment.read(DATA / "ss_exact.csv"))
    with (DATA / "ss_exact.csv").open() as file:
        want = np.array([float(row["avg_cost"]) for row in csv.DictReader(file)])
    assert np.abs(solution.cost_rate - want).max() < 1e-6
    assert solution.status is Status.OPTIMAL
    assert solution.check().ok


def test_newsvendor_is_base_stock_without_lead_time():
    """Poisson 20, underage 4, overage 1: the smallest S with P(D <= S) >= 0.8 is 24."""
    solution = one(mean=[20.0], backorder=4.0, policy="base_stock")
    p = checker.period_demand({"mean": 20.0, "variance_to_mean": 1.0})
    want = int(np.searchsorted(np.cumsum(p), 0.8))
    assert solution.order_up_to[0] == want == 24


def test_an_empirical_distribution_is_taken_as_it_is():
    """Demand 0 or 10 with equal chance and backorders dear: hold 10, pay 5 on average."""
    p = np.zeros((1, 11))
    p[0, [0, 10]] = 0.5
    solution = one(demand=p, backorder=9.0, policy="base_stock")
    assert solution.order_up_to[0] == 10
    assert solution.cost == pytest.approx(5.0)


def test_a_sure_lead_time_given_as_a_distribution_changes_nothing():
    """All probability on three periods is a lead time of three periods."""
    plain = one(mean=[4.0], lead_time=3, setup=20.0, backorder=9.0)
    spread = one(mean=[4.0], lead_times=np.array([[0, 0, 0, 1.0]]), setup=20.0, backorder=9.0)
    assert spread.cost == pytest.approx(plain.cost, rel=1e-12)


def test_a_random_lead_time_costs_more_than_its_mean():
    """Backorder cost is convex in demand over the lead time, so spread around 2 costs (Jensen)."""
    sure = one(mean=[4.0], lead_time=2, backorder=9.0)
    spread = one(mean=[4.0], lead_times=np.array([[0.5, 0, 0, 0, 0.5]]), backorder=9.0)
    assert spread.cost > sure.cost + 1
    assert spread.check().ok


def test_batches_are_whole_cases():
    """Cases of 6 and at least 10 units: Q is 12, 18, ..."""
    solution = one(
        mean=[4.0], setup=8.0, backorder=9.0, case_pack=6, minimum_order=10, policy="s_nQ"
    )
    batch = int(solution.order_up_to[0] - solution.reorder_level[0])
    assert batch % 6 == 0
    assert batch >= 10
    assert solution.check().ok


def test_a_shelf_is_never_overfilled():
    """The position after an order fits 16 units, whatever the levels would like."""
    solution = one(
        mean=[4.0], lead_time=1, setup=64.0, backorder=9.0, case_pack=5, shelf_capacity=16
    )
    for position in range(-30, 17):
        assert position + int(solution.order([position])[0]) <= 16
    assert solution.check().ok
    assert solution.cost > solution.bound


@pytest.mark.parametrize("service", ["cycle", "fill", "ready"])
@pytest.mark.parametrize("policy", ["s_S", "s_nQ", "base_stock"])
def test_a_service_level_is_reached_and_not_exceeded_without_need(policy, service):
    """Both levels one unit lower must miss the target, else they were too high."""
    solution = one(
        mean=[3.0], lead_time=2, setup=10.0, service=service, service_level=0.95, policy=policy
    )
    assert solution.check().ok
    s, top = int(solution.reorder_level[0]), int(solution.order_up_to[0])
    lower = checker.figures(solution.problem.row(0), s - 1, top - 1)
    assert lower[service] < 0.95


def test_nobody_asks_nothing_is_held():
    """Demand zero: no stock, no cost, no division by zero."""
    solution = one(mean=[0.0], setup=64.0, backorder=9.0)
    assert solution.cost == 0
    assert solution.order([0])[0] == 0


def test_a_deadline_leaves_usable_levels_without_a_cost():
    """At the deadline of zero no item is solved: levels stand, costs are not made up."""
    problem = replenishment.ReplenishmentProblem(mean=np.full(1000, 5.0), setup=9.0, backorder=9.0)
    late = replenishment.solve(problem, stop=Stop(seconds=0.0))
    assert not late.solved.any()
    assert late.cost == 0
    assert np.isnan(late.cost_rate).all()
    assert (late.order_up_to > late.reorder_level).all()
    assert late.stats.stop_reason == "deadline"
    part = replenishment.solve(problem, stop=Stop(iterations=10))
    assert part.solved.sum() == 10
    whole = replenishment.solve(problem, start=part)
    assert whole.solved.all()


def test_threads_do_not_change_the_answer():
    """Each item is solved alone."""
    rng = np.random.default_rng(5)
    problem = replenishment.ReplenishmentProblem(
        mean=rng.uniform(0.1, 20, 500), backorder=9.0, setup=9.0
    )
    a, b = (replenishment.solve(problem, threads=n).to_dict() for n in (1, 3))
    a.pop("stats")
    b.pop("stats")
    assert a == b


def test_a_solution_survives_plain_data():
    """to_dict and from_dict are inverse, also for items without a cost."""
    problem = replenishment.ReplenishmentProblem(mean=[1.0, 2.0], backorder=9.0)
    solution = replenishment.solve(problem, stop=Stop(iterations=1))
    again = replenishment.ReplenishmentSolution.from_dict(solution.to_dict())
    assert again.to_dict() == solution.to_dict()
    assert again.cost == solution.cost


def test_the_checker_catches_wrong_claims():
    """A cost that is not that of the levels, and levels that are not the best, are both named."""
    item = replenishment.ReplenishmentProblem(mean=[10.0], setup=64.0, backorder=9.0).row(0)
    true = checker.figures(item, 6, 40)["cost"]
    assert checker.check_levels([(0, item, 6, 40, true, true)]).ok
    assert checker.check_levels([(0, item, 6, 40, true + 0.1, true)]).codes() == ["cost"]
    worse = checker.figures(item, 8, 44)["cost"]
    assert checker.check_levels([(0, item, 8, 44, worse, worse)]).codes() == ["not_best"]
    assert checker.check_levels([(0, item, 9, 9, true, true)]).codes() == ["levels"]


GOOD = {"mean": [1.0, 2.0, 3.0], "setup": [1.0, 1.0, 1.0], "backorder": 9.0}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"mean": [1.0, -2.0, 3.0]}, "mean[1]"),
        ({"mean": [1.0, 2.0, math.nan]}, "mean[2]"),
        ({"mean": np.array([1, 2, 3])}, "mean"),
        ({"mean": np.arange(6.0)[::2]}, "mean"),
        ({"mean": np.ones((3, 1))}, "mean"),
        ({"mean": "many"}, "mean"),
        ({"mean": [1e9, 1.0, 1.0]}, "mean[0]"),
        ({"setup": [1.0, 2.0]}, "setup"),
        ({"setup": [1.0, math.inf, 2.0]}, "setup[1]"),
        ({"holding": 0.0}, "holding[0]"),
        ({"backorder": 0.5}, "backorder[0]"),
        ({"backorder": None}, "backorder"),
        ({"variance_to_mean": 0.5}, "variance_to_mean[0]"),
        ({"lead_time": -1}, "lead_time[0]"),
        ({"lead_time": [1, 1.5, 2]}, "lead_time[1]"),
        ({"review": 0}, "review[0]"),
        ({"case_pack": 0}, "case_pack[0]"),
        ({"minimum_order": -1}, "minimum_order[0]"),
        ({"case_pack": 12, "shelf_capacity": 10}, "shelf_capacity[0]"),
        ({"service": "cycle", "service_level": 1.0}, "service_level[0]"),
        ({"service": "cycle", "service_level": 0.0}, "service_level[0]"),
        ({"service": "cycle", "case_pack": [1, 1, 6]}, "case_pack[2]"),
        ({"service": "often"}, "service"),
        ({"policy": "guess"}, "policy"),
        ({"mean": None}, "mean"),
        ({"mean": None, "demand": np.array([[0.5, 0.4]] * 3)}, "demand[0]"),
        ({"mean": None, "demand": np.array([[0.5, 0.5], [1.5, -0.5], [1, 0]])}, "demand[1][0]"),
        ({"mean": None, "demand": np.zeros((3, 0))}, "demand"),
        ({"lead_times": np.array([[0.5, 0.6]] * 3)}, "lead_times[0]"),
    ],
)
def test_bad_input_names_field_and_row(change, path):
    """One bad cell stops everything, and the message leads to it."""
    with pytest.raises(InvalidInput) as caught:
        replenishment.ReplenishmentProblem(**{**GOOD, **change})
    assert caught.value.path == path


def test_a_million_rows_with_one_bad_are_refused():
    """The bad row is found and named."""
    mean = np.ones(1_000_000)
    mean[765_432] = -1.0
    with pytest.raises(InvalidInput, match=r"mean\[765432\]: found -1"):
        replenishment.ReplenishmentProblem(mean=mean, backorder=9.0)


def test_the_caller_cannot_change_a_problem_afterwards():
    """A problem owns its columns."""
    mean = np.array([1.0, 2.0])
    problem = replenishment.ReplenishmentProblem(mean=mean, backorder=9.0)
    mean[0] = -5
    assert problem.mean[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        problem.mean[0] = 3.0
