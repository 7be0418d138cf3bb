"""Reviews and deliveries on a calendar, and continuous review."""

import numpy as np
import pytest
from scipy import stats

from backhaul import InvalidInput, replenishment
from backhaul.engine.replenishment import checker

WEEK = [[2.0, 2.0, 2.0, 2.0, 3.0, 6.0, 0.0]]
MON_THU = [True, False, False, True, False, False, False]


def simulate(levels, pack, lead, delivery, setup, days=140_000):
    """Run the levels day by day as the calendar describes them."""
    rng = np.random.default_rng(1)
    demand = rng.poisson(np.array(WEEK[0]), (days // 7, 7)).ravel()
    review = dict(zip(levels.review_days.tolist(), range(7), strict=False))
    stock, position, due, cost = 20, 20, {}, 0.0
    for t in range(len(demand)):
        if t % 7 in review:
            k = review[t % 7]
            item = {"case_pack": pack, "minimum_order": 0, "shelf_capacity": 0}
            s, top = int(levels.reorder_level[0, k]), int(levels.order_up_to[0, k])
            units = checker.order(item, "s_S", s, top, position)
            if units:
                day = next(d for d in range(t + lead, t + lead + 7) if delivery[d % 7])
                due[day] = due.get(day, 0) + units
                position += units
                cost += setup
        stock += due.pop(t, 0) - demand[t]
        position -= demand[t]
        cost += max(stock, 0) + 9 * max(-stock, 0)
    return cost / len(demand)


@pytest.mark.parametrize(("pack", "setup"), [(1, 0.0), (1, 12.0), (6, 5.0)])
def test_the_cost_is_what_a_simulation_pays(pack, setup):
    """Twice a week, deliveries on Wednesday and Saturday two days later or more, demand by weekday."""
    delivery = [False, False, True, False, False, True, False]
    found = replenishment.calendar_levels(
        WEEK, review_days=MON_THU, delivery_days=delivery, lead_time=2, setup=setup, backorder=9.0,
        case_pack=pack,
    )  # fmt: skip
    assert simulate(found, pack, 2, delivery, setup) == pytest.approx(found.cost[0], rel=0.02)
    assert found.bound[0] <= found.cost[0] + 1e-9
    if pack == 1:
        assert found.bound[0] == pytest.approx(found.cost[0])


def test_without_setup_a_review_is_a_newsvendor():
    """Monday's order covers Wednesday to Friday, Thursday's until Tuesday: sums of day costs, by scipy."""
    found = replenishment.calendar_levels(WEEK, review_days=MON_THU, lead_time=2, backorder=9.0)
    week = np.array(WEEK[0] * 3)
    for k, (day, start, end) in enumerate([(0, 2, 5), (3, 5, 9)]):
        d = np.arange(120)
        cost = [
            sum(
                float(
                    stats.poisson.pmf(d, week[day : t + 1].sum())
                    @ np.where(d < y, y - d, 9 * (d - y))
                )
                for t in range(start, end)
            )
            for y in range(50)
        ]
        assert found.order_up_to[0, k] == int(np.argmin(cost))


def test_continuous_review_agrees_with_simulation():
    """Snyder and Shen, example 5.8, event by event."""
    found = replenishment.reorder_points(
        [1.5], lead_time=2.0, setup=100.0, holding=20.0, backorder=150.0
    )
    r, q = int(found.reorder_point[0]), int(found.batch[0])
    rng = np.random.default_rng(4)
    times = np.cumsum(rng.exponential(1 / 1.5, 300_000))
    # Inventory level at random instants: uniform position less Poisson demand of the lead time.
    level = rng.integers(r + 1, r + q + 1, 400_000) - rng.poisson(3.0, 400_000)
    cost = 100 * len(times) / q / times[-1] + (20 * np.maximum(level, 0)).mean()
    cost += (150 * np.maximum(-level, 0)).mean()
    assert found.cost[0] == pytest.approx(cost, rel=0.01)
    cased = replenishment.reorder_points(
        [1.5], lead_time=2.0, setup=100.0, holding=20.0, backorder=150.0, case_pack=4
    )
    assert cased.batch[0] % 4 == 0
    assert cased.cost[0] >= found.cost[0]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"mean": [[-1.0] * 7]}, "mean[0][0]"),
        ({"mean": [[1.0] * 6 + [np.nan]]}, "mean[0][6]"),
        ({"mean": [[1.0]]}, "review_days"),
        ({"review_days": [False] * 7}, "review_days"),
        ({"review_days": [1] * 7}, "review_days"),
        ({"delivery_days": [False] * 7}, "delivery_days"),
        ({"variance_to_mean": 0.9}, "variance_to_mean[0]"),
        ({"lead_time": -1}, "lead_time[0]"),
        ({"setup": -1.0}, "setup[0]"),
        ({"holding": 0.0}, "holding[0]"),
        ({"backorder": 0.5}, "backorder[0]"),
        ({"backorder": [9.0, 9.0]}, "backorder"),
        ({"case_pack": 0}, "case_pack[0]"),
        ({"minimum_order": -1}, "minimum_order[0]"),
        ({"case_pack": 6, "shelf_capacity": 5}, "shelf_capacity[0]"),
        ({"mean": [[900.0] * 7], "setup": 1e8}, "mean[0]"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_calendars_are_named(change, path):
    """Field and row lead to the mistake."""
    good = {"mean": WEEK, "review_days": MON_THU, "backorder": 9.0}
    with pytest.raises(InvalidInput) as caught:
        replenishment.calendar_levels(**{**good, **change})
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"mean": [1.0, 0.0]}, "mean[1]"),
        ({"mean": [1.0, np.nan]}, "mean[1]"),
        ({"lead_time": -1.0}, "lead_time[0]"),
        ({"lead_time": [1.0, 2.0, 3.0]}, "lead_time"),
        ({"setup": np.inf}, "setup[0]"),
        ({"holding": 0.0}, "holding[0]"),
        ({"backorder": 0.5}, "backorder[0]"),
        ({"case_pack": 0}, "case_pack[0]"),
        ({"threads": 0}, "threads"),
    ],
)
def test_bad_items_are_named(change, path):
    """Field and row lead to the mistake."""
    good = {"mean": [1.0, 2.0], "lead_time": 1.0, "setup": 5.0, "backorder": 9.0}
    with pytest.raises(InvalidInput) as caught:
        replenishment.reorder_points(**{**good, **change})
    assert caught.value.path == path
