"""Networks that are no trees, and one warehouse with its stores."""

import itertools

import numpy as np
import pytest

import backhaul
from backhaul import InvalidInput, replenishment


def diamond(places, seed, extra):
    """Edges from earlier to later places: a random tree and some more ways between its places."""
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(0, i)), i) for i in range(1, places)}
    while len(edges) < places - 1 + extra:
        a, b = sorted(rng.choice(places, 2, replace=False).tolist())
        edges.add((a, b))
    edges = sorted(edges)
    inner = {a for a, _ in edges}
    ends = np.array([i not in inner for i in range(places)])
    return {
        "edges": edges,
        "processing_time": rng.integers(1, 6, places).astype(np.int32),
        "holding": np.sort(rng.uniform(1, 5, places)),
        "sd": np.where(ends, 7.0, 0.0),
        "promise": np.where(ends, 0, -1).astype(np.int32),
    }


def test_a_diamond_by_hand():
    """A component in two halves of one product: every combination of service times.

    Both halves bring the customer's demand to the component: its deviation is twice the customer's.
    """
    times, holding = [5, 2, 3, 1], [1.0, 2.0, 2.0, 6.0]
    found = replenishment.guaranteed_service(
        [(0, 1), (0, 2), (1, 3), (2, 3)],
        times,
        holding,
        [0.0, 0.0, 0.0, 10.0],
        [-1, -1, -1, 0],
        z=1.0,
    )
    best = np.inf
    for s0, s1, s2 in itertools.product(range(6), range(8), range(9)):
        nets = np.array([5 - s0, s0 + 2 - s1, s0 + 3 - s2, max(s1, s2) + 1])
        if (nets >= 0).all():
            best = min(best, float(np.array(holding) * [20, 10, 10, 10] @ np.sqrt(nets)))
    assert found.cost == pytest.approx(best, abs=1e-9)
    assert found.bound == pytest.approx(best, abs=1e-6)
    assert found.status is backhaul.Status.OPTIMAL


@pytest.mark.parametrize("seed", range(3))
def test_promises_of_a_network_are_kept_and_bounded(seed):
    """Forty places with ten ways more than a tree: feasible times, cost as defined, bound below."""
    network = diamond(40, seed, 10)
    found = replenishment.guaranteed_service(**network, stop=backhaul.Stop(iterations=60))
    inbound, outbound = found.inbound, found.outbound
    for a, b in network["edges"]:
        assert outbound[a] <= inbound[b]
    net = inbound + network["processing_time"] - outbound
    assert (net >= 0).all()
    assert (outbound[network["promise"] >= 0] == 0).all()
    assert found.cost == pytest.approx(found.stock @ network["holding"])
    assert 0 < found.bound <= found.cost + 1e-9
    assert found.gap < 0.1
    again = replenishment.guaranteed_service(**network, stop=backhaul.Stop(iterations=60))
    assert np.array_equal(again.outbound, outbound)


def test_a_tree_is_exact_whatever_the_limit():
    """The bound of a tree is its cost."""
    tree = diamond(60, 7, 0)
    found = replenishment.guaranteed_service(**tree, stop=backhaul.Stop(iterations=1))
    assert found.bound == found.cost
    assert found.status is backhaul.Status.OPTIMAL


def test_a_deadline_is_kept():
    """A large network stops in time with an answer and a bound."""
    found = replenishment.guaranteed_service(
        **diamond(400, 1, 200), stop=backhaul.Stop(seconds=0.3)
    )
    assert found.stats.seconds < 0.3 + 0.25
    assert 0 < found.bound <= found.cost


def test_warehouse_and_stores_by_simulation():
    """Exact waiting times (Graves 1985) against the compiled simulator.

    A period of the simulator is a fortieth of the model's, so that hardly two orders meet in one. What
    is demanded in a period is ordered in the next: the way to a store is one small period longer.
    """
    parts = 40
    mean, lead, ware = np.array([[1.2, 0.6, 0.3]]), np.array([1.0, 2.0, 1.0]), 3.0
    found = replenishment.warehouse_levels(
        mean,
        lead_time=lead + 1 / parts,
        backorder=[9.0, 19.0, 9.0],
        warehouse_lead_time=ware,
        warehouse_holding=0.4,
    )
    assert found.warehouse_owed[0] > 0.2
    levels = np.concatenate([found.warehouse[:, None], found.stores], axis=1)
    run = replenishment.simulate(
        [-1, 0, 0, 0],
        np.concatenate([[[0.0]], mean / parts], axis=1),
        levels - 1,
        levels,
        lead_time=np.concatenate([[ware], lead])[None] * parts,
        backorders=True,
        keep_orders=True,
        periods=800_000,
        warm_up=4000,
    )
    held, owed = run.held[0] / run.periods, run.owed[0] / run.periods
    assert held[0] == pytest.approx(found.warehouse_on_hand[0], rel=0.03)
    assert held[1:] == pytest.approx(found.store_on_hand[0], rel=0.03)
    assert owed[1:] == pytest.approx(found.store_owed[0], rel=0.08, abs=0.004)
    cost = 0.4 * held[0] + held[1:].sum() + owed[1:] @ [9.0, 19.0, 9.0]
    assert cost == pytest.approx(found.cost[0], rel=0.02)


def test_no_level_of_the_warehouse_is_cheaper():
    """A product at a time or all at once: the same; dearer backorders never cost less."""
    rng = np.random.default_rng(2)
    mean = rng.uniform(0.1, 2, (5, 4))
    one = replenishment.warehouse_levels(mean, lead_time=1.0, backorder=9.0, threads=2)
    for p in range(5):
        alone = replenishment.warehouse_levels(mean[p], lead_time=1.0, backorder=9.0)
        assert alone.cost[0] == one.cost[p]
        assert np.array_equal(alone.stores[0], one.stores[p])
    dear = replenishment.warehouse_levels(mean, lead_time=1.0, backorder=30.0)
    assert (dear.cost > one.cost).all()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"mean": [[1.0, 0.0]]}, "mean[0][1]"),
        ({"mean": [[np.nan, 1.0]]}, "mean[0][0]"),
        ({"lead_time": -1.0}, "lead_time[0][0]"),
        ({"lead_time": [1.0, 2.0, 3.0]}, "lead_time"),
        ({"holding": 0.0}, "holding[0][0]"),
        ({"backorder": [[9.0, -1.0]]}, "backorder[0][1]"),
        ({"warehouse_lead_time": np.inf}, "warehouse_lead_time[0]"),
        ({"warehouse_holding": 0.0}, "warehouse_holding[0]"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_warehouses_are_named(change, path):
    """Field, product and store lead to the mistake."""
    good = {"mean": [[1.0, 1.0]], "lead_time": 1.0, "backorder": 9.0}
    with pytest.raises(InvalidInput) as caught:
        replenishment.warehouse_levels(**{**good, **change})
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"processing_time": [1, -1]}, "processing_time[1]"),
        ({"holding": [1.0, np.nan]}, "holding[1]"),
        ({"sd": [0.0, -1.0]}, "sd[1]"),
        ({"sd": [0.0, 1.0, 2.0]}, "sd"),
        ({"supplier_time": [0, -1]}, "supplier_time[1]"),
        ({"z": 0.0}, "z"),
        ({"z": float("nan")}, "z"),
        ({"edges": [(0, 1), (1, 0)]}, "edges"),
        ({"edges": [(0, 0)]}, "edges[0]"),
        ({"edges": "ab"}, "edges"),
    ],
)
def test_bad_networks_are_named(change, path):
    """Field and place lead to the mistake."""
    good = {
        "edges": [(0, 1)],
        "processing_time": [1, 1],
        "holding": [1.0, 2.0],
        "sd": [0.0, 1.0],
        "promise": [-1, 0],
    }
    with pytest.raises(InvalidInput) as caught:
        replenishment.guaranteed_service(**{**good, **change})
    assert caught.value.path == path
