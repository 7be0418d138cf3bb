"""Slotting against whole orders, affinity from baskets, and linear assignment."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from backhaul.engine.errors import Infeasible, InvalidInput
from backhaul.engine.slotting import (
    Affinity,
    Congestion,
    Layout,
    Level,
    Orders,
    SlotRule,
    SlottingProblem,
    Zone,
    affinity_from_baskets,
    linear_assignment,
    route_lengths,
    solve,
)
from backhaul.engine.stop import Stop


def shopping(orders=600, products=120, seed=1):
    """Orders drawn from ten groups of products that go together."""
    generator = np.random.default_rng(seed)
    rows = []
    for _ in range(orders):
        group = generator.integers(10)
        some = generator.choice(products // 10, 4, replace=False) * 10 + group
        rows.append(some)
    pointer = np.arange(orders + 1) * 4
    return Orders(pointer, np.concatenate(rows))


def test_what_is_ordered_together_is_walked_shorter():
    """Ten groups: after annealing, orders that were not seen must be shorter as well."""
    seen, unseen = shopping(seed=1), shopping(seed=2)
    layout = Layout.build([Zone("a", 4)], bays=8)
    n = 120
    picks = np.bincount(seen.product, minlength=n)
    ones = np.ones(n)
    problem = SlottingProblem(layout, picks, ones, ones, ["a"] * n, orders=seen)
    start = solve(problem, stop=Stop(iterations=0))
    end = solve(problem, stop=Stop(iterations=30_000), seed=4)
    assert start.check().ok, str(start.check())
    assert end.check().ok, str(end.check())

    def walk(solution):
        return route_lengths(layout, unseen.pointer, solution.slot[unseen.product]).sum()

    assert end.cost < 0.9 * start.cost
    assert walk(end) < 0.9 * walk(start)
    again = solve(problem, stop=Stop(iterations=30_000), seed=4, threads=2)
    assert again.slot.tolist() == end.slot.tolist(), "threads must not change the answer"


def test_families_say_where_rare_products_belong():
    """Forty orders tell little of 120 products, but what ten families come with is soon known."""
    seen, unseen = shopping(orders=40, seed=1), shopping(orders=400, seed=2)
    layout = Layout.build([Zone("a", 4)], bays=8)
    n = 120
    picks, ones = np.bincount(seen.product, minlength=n), np.ones(n)

    def walk(family):
        problem = SlottingProblem(layout, picks, ones, ones, ["a"] * n, orders=seen, family=family)
        slot = solve(problem, stop=Stop(iterations=20_000)).slot
        return route_lengths(layout, unseen.pointer, slot[unseen.product]).sum()

    groups = [f"shop/group {i % 10}" for i in range(n)]
    assert walk(groups) < 0.92 * walk([""] * n)
    nested = SlottingProblem(layout, picks, ones, ones, ["a"] * n, family=["x/y", "x"] * (n // 2))
    wide, narrow = nested.family_levels()
    assert set(wide.tolist()) == {0}
    assert narrow[:4].tolist() == [0, -1, 0, -1]


def test_meetings_in_aisles_spread_the_picks():
    """The dearer a meeting, the fewer pairs of picks share an aisle, and the farther one walks."""
    orders = shopping(orders=200)
    layout = Layout.build([Zone("a", 6)], bays=8)
    n = 120
    picks, ones = np.bincount(orders.product, minlength=n), np.ones(n)
    pairs, walks = [], []
    for metres in (0, 10):
        price = Congestion(meeting_mm=1_000 * metres, waves=20)
        problem = SlottingProblem(
            layout, picks, ones, ones, ["a"] * n, orders=orders, congestion=price
        )
        found = solve(problem, stop=Stop(iterations=20_000))
        assert found.check().ok, str(found.check())
        load = np.bincount(layout.slot_aisle[found.slot[orders.product]], minlength=6)
        pairs.append((load * (load - 1) // 2).sum())
        walks.append(route_lengths(layout, orders.pointer, found.slot[orders.product]).sum())
        assert found.cost == pytest.approx(walks[-1] + metres * pairs[-1] / 20)
    assert pairs[1] < 0.8 * pairs[0]
    assert walks[1] > walks[0]


def test_congestion_needs_orders_and_waves():
    """What meets is picks of orders; spread over no wave they would never be picked."""
    layout = Layout.build([Zone("a", 1)], bays=1)
    with pytest.raises(InvalidInput, match="orders") as caught:
        SlottingProblem(layout, [1], [1], [1], ["a"], congestion=Congestion(1, 1))
    assert caught.value.path == "congestion"
    with pytest.raises(InvalidInput) as caught:
        Congestion(1_000, 0)
    assert caught.value.path == "congestion.waves"


def test_orders_keep_limits_zones_rules_and_what_is_fixed():
    """Swaps are drawn from tables of costs alone; what may not stand there must still not."""
    generator = np.random.default_rng(3)
    levels = (Level(weight_g=900), Level(weight_g=200))
    layout = Layout.build([Zone("a", 3, levels), Zone("b", 2, levels)], bays=5, blocks=2)
    n = 80
    weight = np.where(generator.random(n) < 0.3, 500, 100)
    zone = np.where(np.arange(n) < 45, "a", "b")
    rule = SlotRule("cage", products=[0, 50], slots=list(range(0, 200, 5)))
    fixed = np.full(n, -1)
    fixed[7] = 12
    weight[[0, 50, 7]] = 100
    orders = shopping(400, n, seed=5)
    problem = SlottingProblem(
        layout, np.ones(n), np.ones(n), weight, zone, orders=orders, rules=[rule], fixed_slot=fixed
    )
    start = solve(problem, stop=Stop(iterations=0))
    end = solve(problem, stop=Stop(iterations=8_000), seed=2)
    assert end.check().ok, str(end.check())
    assert end.cost < 0.98 * start.cost
    assert end.slot[7] == 12
    assert (np.asarray(layout.slot_weight_g)[end.slot] >= weight).all()


def test_a_wrong_claim_is_found():
    """The checker walks small orders by trying every sequence, whatever the solver says."""
    from dataclasses import replace

    layout = Layout.build([Zone("a", 4)], bays=8)
    ones = np.ones(120)
    problem = SlottingProblem(layout, ones, ones, ones, ["a"] * 120, orders=shopping(30))
    solution = solve(problem, stop=Stop(iterations=0))
    assert "cost" in replace(solution, cost=solution.cost - 1.0).check().codes()


@pytest.mark.parametrize(
    ("pointer", "product", "path"),
    [
        ([0, 2], [1], "orders.pointer[1]"),
        ([0, 1], [9], "orders.product[0]"),
        ([1], [], "orders.pointer[0]"),
    ],
)
def test_orders_with_unknown_products(pointer, product, path):
    layout = Layout.build([Zone("a", 1)], bays=2)
    with pytest.raises(InvalidInput) as caught:
        SlottingProblem(layout, [1], [1], [1], ["a"], orders=Orders(pointer, product))
    assert caught.value.path == path


def test_orders_and_affinity_exclude_each_other():
    layout = Layout.build([Zone("a", 1)], bays=2)
    with pytest.raises(InvalidInput, match="not both"):
        SlottingProblem(
            layout,
            [1, 1],
            [1, 1],
            [1, 1],
            ["a", "a"],
            orders=Orders([0, 1], [0]),
            affinity=Affinity([0], [1], [1.0]),
        )


def test_lift_equals_the_direct_count():
    """Joint baskets and lift against counting with plain sets."""
    generator = np.random.default_rng(5)
    basket = generator.integers(0, 300, 3000)
    product = (generator.pareto(0.8, 3000) * 3).astype(int) % 30
    found = affinity_from_baskets(basket, product, minimum=1, discovery_rate=1.0)
    sets = [set(product[basket == b].tolist()) for b in range(300)]
    for a, b, joint, lift in zip(found.first, found.second, found.joint, found.lift, strict=True):
        both = sum(a in s and b in s for s in sets)
        alone = sum(a in s for s in sets), sum(b in s for s in sets)
        assert joint == both
        assert lift == pytest.approx(both * 300 / (alone[0] * alone[1]))
    threads = affinity_from_baskets(basket, product, minimum=1, discovery_rate=1.0, threads=2)
    assert threads.p_value.tolist() == found.p_value.tolist()


def test_independent_products_have_almost_no_affinity():
    """Baskets drawn product by product: what is found is chance, and held by the discovery rate."""
    generator = np.random.default_rng(6)
    inside = generator.random((4000, 40)) < 0.1
    basket, product = np.nonzero(inside)
    assert len(affinity_from_baskets(basket, product)) <= 5


def test_baskets_with_a_negative_product():
    with pytest.raises(InvalidInput, match=r"product\[1\]"):
        affinity_from_baskets([0, 0], [1, -1])


@pytest.mark.parametrize("kind", ["product", "noise", "zones", "wide"])
def test_linear_assignment_agrees_with_scipy(kind):
    """SciPy solves the same matrix by another method; the dual bound must meet the cost."""
    generator = np.random.default_rng(8)
    n, m = 60, 90 if kind == "wide" else 60
    cost = np.outer(generator.pareto(1.2, n), generator.uniform(1, 100, m))
    if kind in ("noise", "wide"):
        cost += generator.random((n, m)) * 20
    if kind == "zones":
        zone = np.arange(n) % 3
        cost[zone[:, None] != zone[None, :]] = np.inf
    found = linear_assignment(cost)
    rows, columns = linear_sum_assignment(cost)
    assert found.cost == pytest.approx(cost[rows, columns].sum())
    assert found.bound == pytest.approx(found.cost)
    assert len(set(found.column.tolist())) == n


def test_a_row_without_a_column():
    with pytest.raises(Infeasible):
        linear_assignment([[1.0, np.inf], [2.0, np.inf]])


def test_a_cost_that_is_no_number():
    with pytest.raises(InvalidInput, match=r"cost\[0\]\[1\]"):
        linear_assignment([[1.0, np.nan]])
