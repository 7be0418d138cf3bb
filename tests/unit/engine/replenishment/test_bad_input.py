"""Bad columns of the simulator, of allocation and of own rules: named, and nothing computed."""

import numpy as np
import pytest

import backhaul
from backhaul import InvalidInput, replenishment
from backhaul.sim.policies import find_policy
from backhaul.sim.world import PolicyChoice


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"parent": [1, -1]}, "parent[0]"),
        ({"parent": [-1, -2]}, "parent[1]"),
        ({"parent": np.array([-1, 0])}, "parent"),
        ({"mean": [[0.0, np.nan]]}, "mean[0][1]"),
        ({"mean": [[0.0, -1.0]]}, "mean[0][1]"),
        ({"mean": [[1.0, 1.0, 1.0]]}, "mean"),
        ({"mean": np.zeros((1, 2, 2))}, "mean"),
        ({"variance_to_mean": 0.5}, "variance_to_mean[0][0]"),
        ({"variance_to_mean": np.nan}, "variance_to_mean[0][0]"),
        ({"lead_time": -1}, "lead_time[0][0]"),
        ({"lead_time": 0.5}, "lead_time[0][0]"),
        ({"reorder_level": [[1, 9]]}, "order_up_to[0][1]"),
        ({"case_pack": 0}, "case_pack[0][0]"),
        ({"shelf_life": -1}, "shelf_life[0]"),
        ({"shelf_life": [1, 2, 3]}, "mean"),
        ({"periods": 0}, "periods"),
        ({"warm_up": -1}, "warm_up"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_simulations_are_named(change, path):
    """Field, product and place lead to the mistake."""
    good = {
        "parent": [-1, 0],
        "mean": [[0.0, 2.0]],
        "reorder_level": [[5, 2]],
        "order_up_to": [[20, 6]],
    }
    with pytest.raises(InvalidInput) as caught:
        replenishment.simulate(**{**good, **change})
    assert caught.value.path == path


@pytest.mark.parametrize("sharing", ["fair", "value"])
@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"supply": [-1]}, "supply[0]"),
        ({"supply": np.array([5])}, "supply"),
        ({"product": [0, 1]}, "product[1]"),
        ({"product": [-1, 0]}, "product[0]"),
        ({"order": [1, -1]}, "order[1]"),
        ({"order": [1, 2, 3]}, "order"),
        ({"order": np.arange(4, dtype=np.int32)[::2]}, "order"),
        ({"minimum": [0, 9]}, "minimum[1]"),
        ({"case_pack": [1, 0]}, "case_pack[1]"),
        ({"mean": [1.0, np.nan]}, "mean[1]"),
        ({"mean": [1.0, -1.0]}, "mean[1]"),
        ({"mean": np.ones(2, dtype=np.float32)}, "mean"),
        ({"variance_to_mean": 0.0}, "variance_to_mean[0]"),
        ({"value": np.inf}, "value[0]"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_lines_are_named(change, path, sharing):
    """Column and row lead to the mistake, whether or not the rule looks at the column."""
    good = {"supply": [5], "product": [0, 0], "order": [3, 4]}
    with pytest.raises(InvalidInput) as caught:
        replenishment.allocate(**{**good, **change}, sharing=sharing)
    assert caught.value.path == path


def test_a_million_rows_with_one_bad_are_refused():
    """The row is found wherever it is: lines to divide, cells of the night, cells of an own rule."""
    n, bad = 1_000_000, 876_543
    product = np.arange(n, dtype=np.int32) // 50
    mean = np.ones(n)
    mean[bad] = np.nan
    order = np.ones(n, dtype=np.int32)
    with pytest.raises(InvalidInput) as caught:
        replenishment.allocate(np.full(n // 50, 9, dtype=np.int32), product, order, mean=mean)
    assert caught.value.path == f"mean[{bad}]"
    with pytest.raises(InvalidInput) as caught:
        replenishment.levels(mean)
    assert caught.value.path == f"mean[{bad}]"
    rule = backhaul.policy(lambda position, mean, sd, on_hand: mean, form="python")
    short = mean[bad - 1000 : bad + 1000].copy()
    with pytest.raises(InvalidInput) as caught:
        rule.orders(short, short, short, short)
    assert caught.value.path == "policy[1000]"


own = backhaul.policy(lambda position, mean, sd, on_hand: max(mean - position, 0.0), form="python")


def test_the_twin_takes_an_own_rule_for_store_orders_only():
    """A scenario names it as module:name; a centre's order is no rule of one cell."""
    name = f"{__name__}:own"
    choice = PolicyChoice("store_order", name, "auto", 0, 1.0, {})
    assert callable(find_policy(choice))
    choice = PolicyChoice("dc_order", name, "auto", 0, 1.0, {})
    with pytest.raises(InvalidInput, match="stores only"):
        find_policy(choice)
