"""Order days, packs and least orders of joint plans."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul import Infeasible, InvalidInput, Stop, replenishment

SHORT = Stop(iterations=300)


def plan(demand, **rules):
    return replenishment.joint_replenishment(
        np.array(demand, dtype=float), 1.0, major=3.0, stop=SHORT, **rules
    )


def test_packs_carry_what_is_too_much():
    """Packs of 6 for 4 and 5: 12 units, however they are spread, and whole packs."""
    found = plan([[4, 5]], pack=6.0)
    assert found.orders.sum() == 12
    assert found.check().ok


def test_orders_wait_for_order_days():
    """With period 1 closed the need of period 1 comes with the order of period 0."""
    found = plan([[4, 50]], order_days=[True, False], holding=9.0)
    assert found.orders.tolist() == [[54.0, 0.0]]
    assert found.check().ok
    with pytest.raises(Infeasible):
        plan([[4, 50]], order_days=[False, True])


def test_least_orders_are_kept_by_every_measure():
    """Value, weight and pallets at once: the checker recomputes each."""
    rng = np.random.default_rng(2)
    demand = rng.integers(0, 9, (12, 10)).astype(float)
    minimum = [(rng.uniform(1, 4, 12), 200.0), (rng.uniform(0.1, 1, 12), 40.0), (0.01, 0.5)]
    found = plan(demand, minimum=minimum, pack=2.0)
    assert found.check().ok, str(found.check())
    free = plan(demand)
    assert found.cost >= free.bound


def test_the_bound_of_periods_without_cost_is_zero_prices():
    """One unit, no cost of an order: 1 for the item, and no bound above it."""
    found = replenishment.joint_replenishment(
        np.array([[0.0] * 6, [0, 0, 0, 0, 1.0, 0]]), 1.0, major=0.0, stop=SHORT
    )
    assert found.cost == 1.0
    assert found.bound <= 1.0


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ({"pack": -1.0}, "pack[0]"),
        ({"pack": [1.0, 2.0]}, "pack"),
        ({"pack": float("nan")}, "pack[0]"),
        ({"order_days": [True]}, "order_days"),
        ({"order_days": [1, 0]}, "order_days"),
        ({"minimum": [([1.0, 2.0], 3.0)]}, "minimum[0]"),
        ({"minimum": [(0.0, 3.0)]}, "minimum[0].measure"),
        ({"minimum": [(1.0, float("nan"))]}, "minimum[0].least"),
    ],
)
def test_bad_rules_are_named(rules, path):
    """Field and place are in the error."""
    with pytest.raises(InvalidInput) as caught:
        plan([[4, 5]], **rules)
    assert caught.value.path == path


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 10_000), st.booleans())
def test_generated_plans_pass_the_checker(items, periods, seed, trucks):
    """Whatever the rules, the plan keeps them and costs at least the bound."""
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 20, (items, periods)).astype(float)
    days = rng.random(periods) < 0.7
    days[0] = True
    found = replenishment.joint_replenishment(
        demand,
        rng.uniform(0, 9, items),
        major=float(rng.uniform(0, 50)),
        holding=rng.uniform(0.1, 2, items),
        volume=rng.uniform(0.1, 2, items),
        truck_cost=20.0 if trucks else 0.0,
        truck_capacity=25.0,
        pack=rng.integers(0, 5, items).astype(float),
        order_days=days,
        minimum=[(rng.uniform(0.5, 2, items), float(rng.uniform(0, 60)))],
        stop=SHORT,
    )
    assert found.check().ok, str(found.check())
