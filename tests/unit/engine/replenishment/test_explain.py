"""Explained order lines."""

import numpy as np
import pytest
from scipy import stats

from backhaul import InvalidInput, replenishment


def lines(n=400):
    rng = np.random.default_rng(3)
    s = rng.integers(0, 20, n).astype(np.int32)
    pack = rng.integers(1, 7, n).astype(np.int32)
    least = rng.integers(0, 20, n).astype(np.int32)
    shelf = np.where(rng.random(n) < 0.5, 0, 26 + rng.integers(0, 12, n)).astype(np.int32)
    levels = {"reorder_level": s, "order_up_to": s + rng.integers(1, 15, n).astype(np.int32)}
    rules = {"case_pack": pack, "minimum_order": least, "shelf_capacity": shelf}
    stock = {
        "on_hand": rng.integers(0, 20, n).astype(np.int32),
        "on_order": rng.integers(0, 5, n).astype(np.int32),
        "owed": rng.integers(0, 3, n).astype(np.int32),
    }
    return levels, rules, stock, rng.uniform(0.1, 5, n)


def test_the_terms_add_up_to_the_order_that_is_placed():
    """The account of every line is the order of `order_quantities`; every rule binds somewhere."""
    levels, rules, stock, mean = lines()
    position = stock["on_hand"] + stock["on_order"] - stock["owed"]
    orders = replenishment.order_quantities(position, **levels, **rules)
    found = replenishment.explain(**levels, **rules, **stock, mean=mean, lead_time=2)
    for line, order in zip(found, orders, strict=True):
        total = line.forecast + line.protection + line.batch
        total += line.owed - line.on_hand - line.on_order
        total += line.minimum + line.rounding - line.shelf - line.waits
        assert total == pytest.approx(order)
        assert line.order == order
    assert {line.bound for line in found} == {
        "above_reorder_level", "order_up_to", "minimum_order", "case_pack", "shelf_capacity",
        "no_room_for_minimum",
    }  # fmt: skip


def test_a_unit_more_or_less_costs_what_the_distribution_says():
    """Expected cost before and after from scipy's Poisson and negative binomial."""
    for ratio in (1.0, 2.0):
        levels, rules, stock, mean = lines(60)
        found = replenishment.explain(
            **levels, **rules, **stock, mean=mean, variance_to_mean=ratio, lead_time=2, review=2,
            holding=0.5, short=7.0,
        )  # fmt: skip
        for i, line in enumerate(found):
            m = 4 * mean[i]
            law = stats.poisson(m) if ratio == 1 else stats.nbinom(m / (ratio - 1), 1 / ratio)
            d = np.arange(400)
            p = law.pmf(d)

            def cost(y, d=d, p=p):
                return p @ (0.5 * np.maximum(y - d, 0) + 7 * np.maximum(d - y, 0))

            y = line.on_hand + line.on_order - line.owed + line.order
            pack = rules["case_pack"][i]
            assert line.unit_more == pytest.approx(cost(y + 1) - cost(y), abs=1e-7)
            assert line.unit_less == pytest.approx(cost(y - 1) - cost(y), abs=1e-7)
            assert line.case_more == pytest.approx(cost(y + pack) - cost(y), abs=1e-7)
            assert line.case_less == pytest.approx(cost(y - pack) - cost(y), abs=1e-7)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"on_hand": [1, -1]}, "on_hand[1]"),
        ({"on_order": [0, -1]}, "on_order[1]"),
        ({"owed": [0, 1, 2]}, "owed"),
        ({"owed": -1}, "owed[0]"),
        ({"order_up_to": [5, 1]}, "order_up_to[1]"),
        ({"case_pack": [1, 0]}, "case_pack[1]"),
        ({"mean": [1.0, np.nan]}, "mean[1]"),
        ({"mean": [1.0, 2.0, 3.0]}, "mean"),
        ({"variance_to_mean": 0.5}, "variance_to_mean[0]"),
        ({"lead_time": -1}, "lead_time[0]"),
        ({"review": 0}, "review[0]"),
        ({"holding": np.inf}, "holding[0]"),
        ({"short": -1.0}, "short[0]"),
    ],
)
def test_bad_lines_are_named(change, path):
    """Column and row lead to the mistake."""
    good = {"on_hand": [1, 2], "reorder_level": [1, 1], "order_up_to": [5, 5], "mean": [1.0, 2.0]}
    with pytest.raises(InvalidInput) as caught:
        replenishment.explain(**{**good, **change})
    assert caught.value.path == path
