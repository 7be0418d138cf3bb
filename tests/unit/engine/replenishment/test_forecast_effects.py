"""Forecasts that know of promotions; demand models in delivery calendars."""

import numpy as np
import pytest

from backhaul import InvalidInput, replenishment


def promoted(n=30, periods=120, ahead=8):
    """A promotion every now and then triples Poisson demand; the days to come have some too."""
    rng = np.random.default_rng(8)
    on = (rng.random((n, periods + ahead, 1)) < 0.3) * 1.0
    demand = rng.poisson(rng.uniform(3, 9, n)[:, None] * 3 ** on[:, :, 0]).astype(np.int32)
    return demand[:, :periods].copy(), demand[:, periods:], on[:, :periods], on[:, periods:]


def loss(truth, found, q):
    gap = truth[:, :, None] - found
    return float(np.maximum(q * gap, (q - 1) * gap).mean())


def test_known_promotions_make_better_forecasts():
    """Planted promotions: the pinball loss falls by a quarter, medians follow the calendar."""
    history, truth, past, ahead = promoted()
    q = np.array([0.1, 0.5, 0.9])
    blind = replenishment.forecast_demand(history, 8, quantiles=q)
    told = replenishment.forecast_demand(
        history, 8, quantiles=q, drivers=past, drivers_ahead=ahead, threads=2
    )
    assert loss(truth, told, q) < 0.75 * loss(truth, blind, q)
    on, off = told[:, :, 1][ahead[:, :, 0] == 1], told[:, :, 1][ahead[:, :, 0] == 0]
    assert on.mean() / off.mean() == pytest.approx(3, abs=0.4)


def test_effects_may_be_given():
    """Effects fitted before give the forecast that fitting here gives; no effect gives the plain one."""
    history, _, past, ahead = promoted(n=4)
    fit = replenishment.fit_effects(history, past)
    given = replenishment.forecast_demand(
        history, 8, drivers=past, drivers_ahead=ahead, effects=fit
    )
    fitted = replenishment.forecast_demand(history, 8, drivers=past, drivers_ahead=ahead)
    assert np.array_equal(given, fitted)
    none = replenishment.DemandEffects(fit.base, np.zeros((4, 1)))
    plain = replenishment.forecast_demand(
        history, 8, season=7, drivers=past, drivers_ahead=ahead, effects=none
    )
    assert np.array_equal(plain, replenishment.forecast_demand(history, 8, season=7))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"drivers": None}, "drivers"),
        ({"drivers_ahead": None}, "drivers_ahead"),
        ({"drivers": np.zeros((3, 1))}, "drivers"),
        ({"drivers_ahead": np.zeros((3, 1))}, "drivers_ahead"),
        ({"drivers_ahead": np.zeros((2, 2))}, "drivers_ahead"),
        ({"drivers_ahead": np.array([[0.0], [np.nan]])}, "drivers_ahead[0][1][0]"),
        (
            {"effects": replenishment.DemandEffects(np.ones(2), np.zeros((2, 1)))},
            "effects",
        ),
        ({"quantiles": ["half"]}, "quantiles[0]"),
        ({"quantiles": [0.5, 0.5]}, "quantiles[1]"),
    ],
)
def test_bad_drivers_are_named(change, path):
    """Field and place are in the error."""
    good = {"drivers": np.zeros((4, 1)), "drivers_ahead": np.zeros((2, 1))}
    with pytest.raises(InvalidInput) as caught:
        replenishment.forecast_demand([[1, 2, 3, 4]], 2, **{**good, **change})
    assert caught.value.path == path


def test_a_table_of_poisson_is_poisson():
    """Probabilities by day in place of means: the same levels, and the cost to the table's last unit."""
    week = np.array([2.0, 1.0, 4.0])
    review = [True, False, True]
    counted = replenishment.calendar_levels([week], review_days=review, setup=6.0, backorder=9.0)
    units = np.arange(40)
    log_factorial = np.cumsum(np.log(np.maximum(units, 1)))
    law = np.exp(units * np.log(week)[:, None] - week[:, None] - log_factorial)
    law /= law.sum(axis=1, keepdims=True)
    told = replenishment.calendar_levels(
        demand=law[None], review_days=review, setup=6.0, backorder=9.0
    )
    assert np.array_equal(told.reorder_level, counted.reorder_level)
    assert np.array_equal(told.order_up_to, counted.order_up_to)
    assert told.cost[0] == pytest.approx(counted.cost[0], rel=1e-9)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"demand": None}, "mean"),
        ({"mean": [[1.0, 1.0]]}, "mean"),
        ({"demand": np.zeros((1, 2, 0))}, "demand"),
        ({"demand": np.full((1, 2, 2), 0.5, dtype=np.float32)}, "demand"),
        ({"demand": np.full((2, 2), 0.5)}, "demand"),
        ({"demand": np.array([[[0.5, 0.5], [0.5, 0.4]]])}, "demand[0][1]"),
        ({"demand": np.array([[[0.5, 0.5], [1.5, -0.5]]])}, "demand[0][1]"),
        ({"demand": np.array([[[0.5, np.nan], [0.5, 0.5]]])}, "demand[0][0]"),
    ],
)
def test_bad_tables_are_named(change, path):
    """Item and day lead to the mistake."""
    good = {"demand": np.full((1, 2, 2), 0.5)}
    with pytest.raises(InvalidInput) as caught:
        replenishment.calendar_levels(
            **{**good, **change}, review_days=[True, False], backorder=9.0
        )
    assert caught.value.path == path
