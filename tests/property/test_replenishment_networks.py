"""Networks, moves and calendars are generated; every answer is held against its checker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul import Stop, replenishment

SEEDS = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 8), st.integers(0, 5), SEEDS)
def test_promises_are_kept_and_paid_for(places, more, seed):
    """Any network whose flow goes to later places, with outside customers where it likes."""
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(0, i)), i) for i in range(1, places)}
    for _ in range(more if places > 2 else 0):
        a, b = sorted(rng.choice(places, 2, replace=False).tolist())
        edges.add((a, b))
    inner = {a for a, _ in edges}
    ends = np.array([i not in inner or rng.random() < 0.3 for i in range(places)])
    found = replenishment.guaranteed_service(
        sorted(edges),
        rng.integers(0, 6, places).astype(np.int32),
        rng.uniform(0, 5, places),
        np.where(ends, rng.uniform(0, 9, places), 0.0),
        np.where(ends, rng.integers(0, 4, places), -1).astype(np.int32),
        supplier_time=rng.integers(0, 3, places).astype(np.int32),
        stop=Stop(iterations=200),
    )
    report = found.check()
    assert report.ok, str(report)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 3), st.floats(0.2, 4), st.floats(1, 3), st.floats(2, 40), SEEDS)
def test_chains_cost_what_is_claimed_and_no_neighbour_less(stages, mean, ratio, backorder, seed):
    """Serial chains with counted demand: followed from the supplier to the customers."""
    rng = np.random.default_rng(seed)
    lead = rng.integers(1, 3, stages).astype(float)
    holding = np.cumsum(rng.uniform(0.2, 1.5, stages))[::-1]
    chain = replenishment.clark_scarf(
        lead.tolist(), holding.tolist(), holding[0] * backorder, mean, variance_to_mean=ratio
    )
    report = chain.check()
    assert report.ok, str(report)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 4), st.floats(0, 3), st.floats(0.3, 1.5), SEEDS)
def test_a_warehouse_and_its_stores_are_at_their_best(stores, lead, holding, seed):
    """Generating functions find the same cost, and nothing better one unit away."""
    rng = np.random.default_rng(seed)
    found = replenishment.warehouse_levels(
        rng.uniform(0.1, 2, (2, stores)),
        lead_time=rng.uniform(0, 2, (2, stores)),
        backorder=rng.uniform(2, 30, (2, stores)),
        warehouse_lead_time=lead,
        warehouse_holding=holding,
    )
    report = found.check()
    assert report.ok, str(report)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 7), st.integers(1, 4), st.floats(0, 2), SEEDS)
def test_no_round_of_moves_saves_more(stores, pack, holding, seed):
    """Lanes, limits, minimums and cases at random: Bellman and Ford find nothing left."""
    rng = np.random.default_rng(seed)
    lanes = [(a, b) for a in range(stores) for b in range(stores) if a != b and rng.random() < 0.6]
    found = replenishment.transship(
        lanes,
        rng.uniform(0, 3, len(lanes)),
        rng.integers(0, 15, (2, stores)),
        rng.gamma(2.0, 2.0, (2, stores)),
        variance_to_mean=rng.uniform(1, 3, (2, stores)),
        short=rng.uniform(1, 9, (2, stores)),
        holding=holding,
        minimum=rng.integers(0, 3, (2, stores)),
        case_pack=pack,
        lane_limit=rng.integers(-1, 8, len(lanes)).astype(np.int32),
    )
    report = found.check()
    assert report.ok, str(report)


LAWS = {
    "count": lambda mean: None,
    "gamma": lambda mean: replenishment.gamma_demand(mean, 0.8 * mean),
    "normal": lambda mean: replenishment.normal_demand(mean, 0.3 * mean),
    "empirical": lambda mean: replenishment.empirical_demand(
        np.random.default_rng(1).poisson(mean[:, None], (len(mean), 6)).tolist()
    ),
    "compound": lambda mean: replenishment.compound_demand(
        np.tile([0.3, 0.4, 0.3], (len(mean), 1)), np.tile([0.0, 0.6, 0.0, 0.4], (len(mean), 1))
    ),
}


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(LAWS)),
    st.integers(1, 4),
    st.integers(0, 3),
    st.floats(0, 20),
    st.integers(1, 4),
    st.sampled_from([0, 25]),
    SEEDS,
)
def test_calendars_cost_what_is_claimed(law, days, lead, setup, pack, shelf, seed):
    """Every demand model, reviews and deliveries at random: the chain of positions is solved anew."""
    rng = np.random.default_rng(seed)
    review, delivery = rng.random(days) < 0.6, rng.random(days) < 0.6
    review[rng.integers(days)] = delivery[rng.integers(days)] = True
    mean = rng.uniform(0.1, 4, days)
    table = LAWS[law](mean)
    demand = {"mean": mean[None, :]} if table is None else {"demand": table.reshape(1, days, -1)}
    found = replenishment.calendar_levels(
        **demand,
        review_days=review,
        delivery_days=delivery,
        lead_time=lead,
        setup=setup,
        backorder=float(rng.uniform(2, 20)),
        case_pack=pack,
        shelf_capacity=shelf,
    )
    report = found.check()
    assert report.ok, str(report)
