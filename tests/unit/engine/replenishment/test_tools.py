"""Own policies, the simulator, allocation and demand from history."""

import numpy as np
import pytest

import backhaul
from backhaul import InvalidInput, replenishment


def test_base_stock_with_lost_sales_is_erlangs_formula():
    """Poisson 2.5 a day, lead time 4, S = 14: 5.68 % of demand is lost (Karush 1957), in small periods.

    The formula is for continuous time: with 50 periods a day the model is within half a percent point.
    """
    parts = 50
    run = replenishment.simulate(
        [-1],
        [[2.5 / parts]],
        [[13]],
        [[14]],
        lead_time=[[4 * parts]],
        periods=400_000,
        warm_up=5000,
    )
    assert run.short.sum() / run.demand.sum() == pytest.approx(0.0568, abs=0.005)


def test_two_echelons_conserve_and_repeat():
    """Same seed, same sums, whatever the threads; more stock, more served, on the same demand."""
    shape = {"parent": [-1, 0, 0], "mean": [[0.0, 3.0, 2.0]] * 4, "lead_time": [[2, 1, 1]]}
    low = replenishment.simulate(
        **shape, reorder_level=[[8, 3, 2]], order_up_to=[[30, 9, 7]], shelf_life=5, threads=1
    )
    again = replenishment.simulate(
        **shape, reorder_level=[[8, 3, 2]], order_up_to=[[30, 9, 7]], shelf_life=5, threads=3
    )
    high = replenishment.simulate(
        **shape, reorder_level=[[20, 9, 7]], order_up_to=[[45, 16, 12]], shelf_life=5
    )
    assert np.array_equal(low.held, again.held)
    assert np.array_equal(low.demand, high.demand)
    assert high.fill_rate > low.fill_rate
    out = low.served + low.waste + low.shipped + low.closing
    assert np.array_equal(low.opening + low.received, out)


def test_exact_levels_cost_what_they_claim_when_simulated():
    """Levels of the exact solver, run with backorders, case packs and lead times."""
    problem = replenishment.ReplenishmentProblem(
        mean=[3.0, 0.6, 9.0],
        variance_to_mean=2.0,
        lead_time=2,
        setup=15.0,
        backorder=9.0,
        case_pack=[1, 4, 6],
    )
    solution = replenishment.solve(problem)
    run = replenishment.simulate(
        [-1],
        problem.mean[:, None],
        solution.reorder_level[:, None],
        solution.order_up_to[:, None],
        variance_to_mean=2.0,
        lead_time=2,
        case_pack=problem.case_pack[:, None],
        backorders=True,
        periods=300_000,
    )
    cost = run.cost(setup=15.0, owed=9.0)[:, 0]
    assert cost == pytest.approx(solution.cost_rate, rel=0.02)


def test_allocation_never_gives_more_than_there_is_or_was_asked():
    """Both rules, minimums and cases, many products."""
    rng = np.random.default_rng(4)
    n, products = 3000, 100
    product = np.sort(rng.integers(0, products, n)).astype(np.int32)
    pack = rng.integers(1, 6, n).astype(np.int32)
    order = (rng.integers(0, 8, n) * pack).astype(np.int32)
    supply = rng.integers(0, 400, products).astype(np.int32)
    minimum = np.minimum(order, pack).astype(np.int32)
    for sharing in ("fair", "value"):
        given = replenishment.allocate(
            supply,
            product,
            order,
            sharing=sharing,
            mean=rng.uniform(0, 9, n),
            case_pack=pack,
            minimum=minimum,
            threads=2,
        )
        assert (np.bincount(product, given, products) <= supply).all()
        assert ((given <= order) & (given % pack == 0)).all()
        asked = np.bincount(product, order, products)
        full = asked <= supply
        assert np.array_equal(given[full[product]], order[full[product]])


def test_the_fit_sees_through_stock_outs():
    """Planted demand with known mean and dispersion: censored beats naive in nearly all series."""
    rng = np.random.default_rng(6)
    mean, ratio, shelf = rng.uniform(1, 8, 200), 2.0, 5
    p = 1 / ratio
    demand = rng.negative_binomial((mean * p / (1 - p))[:, None], p, (200, 400))
    sales = np.minimum(demand, shelf).astype(np.int32)
    naive, _ = replenishment.fit_demand(sales)
    fitted, dispersion = replenishment.fit_demand(sales, np.ascontiguousarray(demand >= shelf))
    assert np.abs(fitted / mean - 1).mean() < 0.06 < np.abs(naive / mean - 1).mean() / 2
    assert np.median(dispersion) == pytest.approx(ratio, abs=0.25)


def test_quantile_forecasts_are_calibrated():
    """Stationary demand: a q-quantile is exceeded with probability of at most 1 - q."""
    rng = np.random.default_rng(8)
    history = rng.poisson(4.0, (300, 200)).astype(np.int32)
    future = rng.poisson(4.0, (300, 14))
    found = replenishment.forecast_demand(history, 14, season=7, quantiles=[0.5, 0.9], threads=2)
    assert found.shape == (300, 14, 2)
    covered = (future[:, :, None] <= found).mean(axis=(0, 1))
    assert 0.5 < covered[0] < 0.75
    assert 0.88 < covered[1] < 0.97


def test_intermittent_methods_know_that_nothing_sells_any_more():
    """After a long silence TSB forecasts less than Croston, which waits for the next sale."""
    sales = np.array([[5, 0, 0, 4] * 20 + [0] * 60], dtype=np.int32)
    croston, tsb = (
        replenishment.forecast_demand(sales, 1, method=m, quantiles=[0.9])[0, 0, 0]
        for m in ("croston", "tsb")
    )
    assert tsb < croston


@pytest.mark.parametrize("truck", [(0.0, np.inf), (60.0, 150.0)])
def test_joint_replenishment_is_near_its_bound(truck):
    """Shared orders: demand met in time, cost as defined, bound below; near it where trucks are free."""
    rng = np.random.default_rng(9)
    demand = rng.poisson(8.0, (20, 13)).astype(float)
    plan = replenishment.joint_replenishment(
        demand,
        rng.uniform(2, 10, 20),
        major=150.0,
        holding=0.4,
        truck_cost=truck[0],
        truck_capacity=truck[1],
        stop=backhaul.Stop(seconds=2),
    )
    assert plan.check().ok, str(plan.check())
    assert plan.gap < (0.02 if truck[0] == 0 else 0.15)
    wrong = replenishment.JointPlan(
        plan.orders * 0.5, plan.cost, plan.bound, plan.status, plan.stats, plan.problem
    )
    assert wrong.check().codes() == ["cost", "short"]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (
            lambda: replenishment.joint_replenishment(np.array([[1.0, -1.0]]), 1.0, major=1.0),
            "demand[0][1]",
        ),
        (lambda: replenishment.joint_replenishment(np.ones((1, 2)), 1.0, major=-1.0), "major"),
        (lambda: replenishment.simulate([0], [[1.0]], [[1]], [[2]]), "parent[0]"),
        (lambda: replenishment.simulate([-1], [[-1.0]], [[1]], [[2]]), "mean[0][0]"),
        (lambda: replenishment.simulate([-1], [[1.0]], [[2]], [[2]]), "order_up_to[0][0]"),
        (lambda: replenishment.allocate([-1], [0], [1]), "supply[0]"),
        (lambda: replenishment.allocate([1], [0, 0], [1, -1]), "order[1]"),
        (lambda: replenishment.allocate([1, 1], [1, 0], [1, 1]), "product[1]"),
        (lambda: replenishment.fit_demand([[1, -1]]), "sales[0][1]"),
        (lambda: replenishment.forecast_demand([[1, 2]], 1, season=3), "season"),
        (lambda: replenishment.forecast_demand([[1, 2]], 1, quantiles=[0.5, 0.4]), "quantiles[1]"),
    ],
)
def test_bad_input_is_named(call, path):
    """Field and place lead to the mistake."""
    with pytest.raises(InvalidInput) as caught:
        call()
    assert caught.value.path == path
