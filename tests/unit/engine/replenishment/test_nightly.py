"""The nightly batch functions."""

import numpy as np
import pytest

from backhaul import InvalidInput, replenishment
from backhaul.engine.replenishment import checker


def test_orders_follow_the_rule_as_described():
    """Every combination in a small box, against the checker's own reading of the rule."""
    box = np.meshgrid(np.arange(-4, 14), [2, 6], [8, 11], [1, 4], [0, 3, 9], [0, 14], indexing="ij")
    position, s, top, pack, least, shelf = (a.ravel().astype(np.int32) for a in box)
    got = replenishment.order_quantities(
        position, s, top, case_pack=pack, minimum_order=least, shelf_capacity=shelf
    )
    for i, units in enumerate(got):
        item = {"case_pack": pack[i], "minimum_order": least[i], "shelf_capacity": shelf[i]}
        assert units == checker.order(item, "s_S", s[i], top[i], position[i])


def test_levels_are_quantiles():
    """s + 1 is the smallest position with P(demand over 4 periods <= position) >= 0.97."""
    mean = np.array([0.0, 0.2, 3.0, 40.0])
    s, top = replenishment.levels(mean, 1.7, lead_time=3, review=1, service_level=0.97, cover=2.0)
    for i in range(1, 4):
        p = checker.period_demand({"mean": mean[i] * 4, "variance_to_mean": 1.7})
        assert s[i] + 1 == int(np.searchsorted(np.cumsum(p), 0.97))
    assert (top - s == [1, 1, 6, 80]).all()
    assert s[0] == -1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"position": np.array([1, 2])}, "position"),
        ({"position": np.arange(4, dtype=np.int32)[::2]}, "position"),
        ({"reorder_level": [1, 2, 3]}, "reorder_level"),
        ({"order_up_to": [5, 1]}, "order_up_to[1]"),
        ({"case_pack": [1, 0]}, "case_pack[1]"),
        ({"case_pack": [1, 2.5]}, "case_pack[1]"),
        ({"shelf_capacity": [0, -1]}, "shelf_capacity[1]"),
        ({"case_pack": 12, "shelf_capacity": 10}, "shelf_capacity[0]"),
    ],
)
def test_bad_cells_are_named(change, path):
    """Nothing is ordered when a cell makes no sense."""
    good = {"position": [1, 2], "reorder_level": [1, 1], "order_up_to": [5, 5]}
    with pytest.raises(InvalidInput) as caught:
        replenishment.order_quantities(**{**good, **change})
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"mean": [1.0, np.nan]}, "mean[1]"),
        ({"mean": [1.0, -1.0]}, "mean[1]"),
        ({"service_level": 1.0}, "service_level[0]"),
        ({"service_level": 0.0}, "service_level[0]"),
        ({"review": 0}, "review[0]"),
        ({"lead_time": [1, 2, 3]}, "lead_time"),
        ({"cover": np.nan}, "cover[0]"),
        ({"variance_to_mean": 0.9}, "variance_to_mean[0]"),
    ],
)
def test_bad_demand_is_named(change, path):
    """As above, for levels."""
    with pytest.raises(InvalidInput) as caught:
        replenishment.levels(**{"mean": [1.0, 2.0], **change})
    assert caught.value.path == path
