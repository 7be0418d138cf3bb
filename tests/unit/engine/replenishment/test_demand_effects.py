"""Planted effects are found again, through stock-outs too."""

import numpy as np
import pytest

from backhaul import InvalidInput, replenishment


def planted(n=40, periods=420):
    """Weekdays, a price with elasticity -2, a promotion that doubles demand."""
    rng = np.random.default_rng(3)
    week = np.eye(7)[np.arange(periods) % 7][:, 1:]
    price = np.log(rng.choice([0.8, 0.9, 1.0, 1.1], (n, periods)))
    promotion = (rng.random((n, periods)) < 0.1) * 1.0
    drivers = np.concatenate(
        [np.broadcast_to(week, (n, periods, 6)), price[..., None], promotion[..., None]], axis=2
    )
    effects = np.array([0.1, 0.2, 0.0, 0.3, 0.6, 0.4, -2.0, np.log(2)])
    base = rng.uniform(2, 8, n)
    return base, effects, drivers, rng.poisson(base[:, None] * np.exp(drivers @ effects))


def test_planted_effects_are_found():
    """40 series of 420 days: the mean over the series is within a few hundredths."""
    base, effects, drivers, demand = planted()
    fit = replenishment.fit_effects(demand.astype(np.int32), drivers)
    assert fit.effects.mean(axis=0) == pytest.approx(effects, abs=0.08)
    assert (fit.base / base).mean() == pytest.approx(1.0, abs=0.03)
    assert fit.mean(drivers) == pytest.approx(base[:, None] * np.exp(drivers @ effects), rel=0.6)


def test_a_fit_that_knows_of_stock_outs_beats_one_that_does_not():
    """Shelves that hold the base rate alone hide promotions; the censored fit finds them again."""
    base, effects, drivers, demand = planted()
    shelf = np.ceil(1.3 * base).astype(int)[:, None]
    sales, out = np.minimum(demand, shelf).astype(np.int32), demand >= shelf
    blind = replenishment.fit_effects(sales, drivers)
    seeing = replenishment.fit_effects(sales, drivers, out)
    off = lambda fit: np.abs(fit.effects.mean(axis=0) - effects)
    assert off(seeing)[-2:].max() < 0.2 < off(blind)[-2:].min()
    true = (base[:, None] * np.exp(drivers @ effects)).mean()
    assert abs(seeing.mean(drivers).mean() / true - 1) < 0.05
    assert blind.mean(drivers).mean() < 0.9 * true


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"sales": [[1, -1]]}, "sales[0][1]"),
        ({"drivers": np.array([[0.0], [np.nan]])}, "drivers[0][1][0]"),
        ({"drivers": np.zeros((3, 1))}, "drivers"),
        ({"drivers": np.zeros((2, 1), dtype=np.float32)}, "drivers"),
        ({"censored": np.zeros((1, 3), dtype=bool)}, "censored"),
        ({"shrink": -1.0}, "shrink"),
    ],
)
def test_bad_input_is_named(change, path):
    """Field and place are in the error."""
    good = {"sales": [[1, 2]], "drivers": np.zeros((2, 1))}
    with pytest.raises(InvalidInput) as caught:
        replenishment.fit_effects(**{**good, **change})
    assert caught.value.path == path
