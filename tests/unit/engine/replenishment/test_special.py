"""Lost sales, fresh products, lot sizes and networks: against exact answers worked out here."""

import itertools
import math

import numpy as np
import pytest

from backhaul import InvalidInput, replenishment
from backhaul.engine.replenishment import checker


def optimal_lost_sales(mean, holding, lost, most=12):
    """Relative value iteration for lead time 1: the state is what is on hand."""
    p = checker.period_demand({"mean": mean, "variance_to_mean": 1.0})
    d = np.arange(len(p))
    states = np.arange(3 * most)
    left = np.maximum(states[:, None] - d, 0)
    now = left @ p * holding + np.maximum(d - states[:, None], 0) @ p * lost
    value = np.zeros(len(states))
    for _ in range(400):
        options = [now + value[np.minimum(left + q, len(states) - 1)] @ p for q in range(most + 1)]
        new = np.min(options, axis=0)
        low, high = (new - value).min(), (new - value).max()
        value = new - new[0]
    assert high - low < 1e-6
    return (high + low) / 2


@pytest.mark.parametrize(("mean", "lost"), [(5.0, 9.0), (2.0, 19.0), (1.0, 4.0)])
def test_lost_sales_cost_little_more_than_the_optimum(mean, lost):
    """Within 0.6 % of the exact dynamic programme, simulation error of about 0.2 % included."""
    best = optimal_lost_sales(mean, 1.0, lost)
    cost = replenishment.LostSales([mean], lost=lost).cost(periods=400_000)[0]
    assert best * 0.996 < cost < best * 1.006


def test_lost_sales_of_many_items_do_not_depend_on_threads():
    """Every item has a stream of its own."""
    items = replenishment.LostSales(np.linspace(0.5, 4, 20), lead_time=2, lost=9.0)
    one, three = (items.cost(periods=500, threads=n) for n in (1, 3))
    assert np.array_equal(one, three)


def test_more_on_order_never_means_more_to_order():
    """Orders fall in each unit on hand or on order (Zipkin 2008b, monotone sensitivity)."""
    items = replenishment.LostSales([4.0], lead_time=3, lost=9.0)
    grid = list(itertools.product(range(6), repeat=3))
    order = {g: int(items.orders([g[0]], [list(g[1:])])[0]) for g in grid}
    for g in grid:
        for k in range(3):
            more = tuple(v + (i == k) for i, v in enumerate(g))
            if more in order:
                assert order[g] - 1 <= order[more] <= order[g]


def test_waste_free_fresh_products_are_lost_sales():
    """With a life far beyond any stock nothing is wasted: both simulations must cost the same."""
    fresh = replenishment.Fresh([3.0], life=25, lost=9.0, waste=7.0, tuning_periods=5000)
    cost = fresh.cost(periods=200_000)[0]
    assert cost == pytest.approx(optimal_lost_sales(3.0, 1.0, 9.0), rel=0.015)


def test_a_published_fresh_product():
    """Life 2, lead time 1, Poisson 4, FIFO, 1/5/7: the optimum is 5.0002 by exact iteration."""
    fresh = replenishment.Fresh([4.0], life=2, lost=5.0, waste=7.0)
    assert fresh.cost(periods=400_000)[0] == pytest.approx(5.0002, rel=0.01)


def test_a_published_product_of_four_days_taken_freshest_first():
    """Life 4, lead time 1, Poisson 4, LIFO, 1/5/7: the optimum is 5.0976 by exact iteration."""
    fresh = replenishment.Fresh([4.0], life=4, lost=5.0, waste=7.0, issuing="LIFO")
    assert fresh.cost(periods=200_000)[0] == pytest.approx(5.0976, rel=0.025)


@pytest.mark.parametrize("issuing", ["FIFO", "LIFO"])
def test_what_lasts_one_day_is_a_newsvendor(issuing):
    """Nothing is carried over: waste is the cost of a unit too many, whatever it costs to hold."""
    fresh = replenishment.Fresh([6.0], life=1, lost=9.0, waste=4.0, issuing=issuing)
    d = np.arange(60)
    p = np.exp(-6.0 + d * np.log(6.0) - np.cumsum(np.log(np.maximum(d, 1))))
    costs = [float(p @ np.where(d < q, 4.0 * (q - d), 9.0 * (d - q))) for q in range(20)]
    none = np.zeros((1, 0), dtype=np.int32)
    assert fresh.orders([[3]], none)[0] == int(np.argmin(costs))
    assert fresh.cost(periods=200_000)[0] == pytest.approx(min(costs), rel=0.01)


def test_freshest_first_costs_more():
    """LIFO leaves old units behind to be wasted."""
    fifo, lifo = replenishment.Fresh(
        [4.0, 4.0], life=2, lost=5.0, waste=7.0, issuing=["FIFO", "LIFO"]
    ).cost(periods=50_000)
    assert lifo > fifo * 1.2


def test_wagner_whitin_batches_and_broadcasts():
    """Two rows of the textbook example (Snyder and Shen 3.9) cost 1380 each."""
    plan = replenishment.wagner_whitin([[90, 120, 80, 70]] * 2, 500, 2.0)
    assert plan.cost.tolist() == [1380.0, 1380.0]
    assert plan.orders.sum() == 720


def test_guaranteed_service_of_a_chain_by_enumeration():
    """Three places in line: every combination of service times, by hand."""
    times, holding, sd, z = [2, 3, 1], [1.0, 2.0, 4.0], 5.0, 1.0
    best = min(
        z
        * sd
        * sum(
            h * math.sqrt(i + t - s)
            for h, t, i, s in zip(holding, times, (0, a, b), (a, b, 0), strict=True)
        )
        for a in range(3)
        for b in range(a + 4)
    )
    found = replenishment.guaranteed_service(
        [(0, 1), (1, 2)], times, holding, [0.0, 0.0, sd], [-1, -1, 0], z=z
    )
    assert found.cost == pytest.approx(best, abs=1e-9)
    assert (found.stock @ np.array(holding)) == pytest.approx(found.cost)


def test_clark_scarf_normal_is_the_limit_of_counts():
    """A large Poisson mean is nearly normal: cost within 1 % of the normal chain."""
    counts = replenishment.clark_scarf([1, 2], [3.0, 1.0], 20.0, 400.0)
    normal = replenishment.clark_scarf([1, 2], [3.0, 1.0], 20.0, 400.0, sd=20.0)
    assert counts.cost == pytest.approx(normal.cost, rel=0.01)


def test_clark_scarf_of_one_stage_is_the_newsvendor():
    """Mean 100, deviation 30, underage 8, overage 2: cost 83.988576 (Arrow, Harris, Marschak 1951)."""
    chain = replenishment.clark_scarf([1], [2.0], 8.0, 100.0, sd=30.0)
    assert chain.cost == pytest.approx(83.988576, abs=1e-6)
    assert chain.levels[0] == pytest.approx(125.24864, abs=1e-4)


def test_clark_scarf_two_stages_by_simulation():
    """The exact cost must agree with a simulated chain under its own levels."""
    chain = replenishment.clark_scarf([1, 2], [2.0, 1.0], 15.0, 4.0)
    s1, s2 = (round(level) for level in chain.levels)
    rng = np.random.default_rng(3)
    demand = rng.poisson(4.0, 200_000)
    # Echelon positions: the upper stage orders up to S2 at once; it ships what it has, two periods on.
    total = np.concatenate([[0], np.cumsum(demand)])
    n = len(demand)
    have = s2 + total[: n - 2]  # units that have reached stage 2 by period t + 2
    want = s1 + total[2:n]
    shipped = np.minimum(have, want)  # cumulative shipments at period t + 2
    net = shipped[:-1] - total[3:n]  # after one period of transport and its demand
    in_echelon_2 = have[:-1] - total[2 : n - 1]
    cost = 1.0 * in_echelon_2 + 1.0 * net + (15.0 + 2.0) * np.maximum(-net, 0)
    assert cost.mean() == pytest.approx(chain.cost, rel=0.02)


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: replenishment.LostSales([1.0, -1.0], lost=9.0), "mean[1]"),
        (lambda: replenishment.LostSales([1.0], lead_time=0, lost=9.0), "lead_time[0]"),
        (lambda: replenishment.LostSales([1.0], lost=0.5), "lost[0]"),
        (lambda: replenishment.LostSales([1.0], lost=9.0).orders([-1], [[0]]), "on_hand[0]"),
        (
            lambda: replenishment.LostSales([1.0], lead_time=3, lost=9.0).orders([1], [[0]]),
            "due[0]",
        ),
        (lambda: replenishment.Fresh([1.0], life=0, lost=9.0, waste=1.0), "life[0]"),
        (lambda: replenishment.Fresh([1.0], life=2, lost=9.0, waste=math.nan), "waste[0]"),
        (
            lambda: replenishment.Fresh([1.0], life=2, lost=9.0, waste=1.0, issuing="SIRO"),
            "issuing[0]",
        ),
        (lambda: replenishment.wagner_whitin([[1, -2]], 1, 1), "demand[0][1]"),
        (lambda: replenishment.wagner_whitin([[1, 2]], [[1, 2, 3]], 1), "setup"),
        (
            lambda: replenishment.guaranteed_service(
                [(0, 1), (1, 0)], [1, 1], [1.0, 1.0], [0.0, 1.0], [-1, 0]
            ),
            "edges",
        ),
        (
            lambda: replenishment.guaranteed_service([(0, 5)], [1], [1.0], [1.0], [0]),
            "edges[0]",
        ),
        (lambda: replenishment.clark_scarf([1, 0], [2, 1], 9, 1), "lead_time[1]"),
        (lambda: replenishment.clark_scarf([1, 1], [1, 2], 9, 1), "holding[1]"),
        (lambda: replenishment.clark_scarf([1], [1], 0.5, 1), "backorder"),
    ],
)
def test_bad_input_is_named(call, path):
    """Field and row lead to the mistake."""
    with pytest.raises(InvalidInput) as caught:
        call()
    assert caught.value.path == path
