"""Facings by rule."""

import itertools

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.space import facings


def test_the_greedy_rule_is_the_best_of_all_allocations():
    """Equal widths and falling margins: greedy is optimal; checked against every allocation."""
    demand, margin, shelf = np.array([9.0, 4.0, 1.0]), np.array([20.0, 30.0, 90.0]), 700
    found = facings([demand], margin, [100] * 3, [1] * 3, [shelf])[0]

    def profit(f):
        return (demand * margin * np.asarray(f) ** 0.17).sum()

    every = (f for f in itertools.product(range(1, 8), repeat=3) if sum(f) <= 7)
    assert profit(found) == pytest.approx(max(profit(f) for f in every))


def test_a_case_fits_the_shelf():
    """Cases of 24 with 6 units a facing need 4 facings, however slow the product."""
    found = facings([[0.01, 9.0]], [10, 10], [100, 100], [24, 6], [800])[0]
    assert found.tolist() == [4, 4]


def test_stores_are_independent_and_threads_do_not_matter():
    """48 stores x 5,000 products, the twin's size; the first store alone gives the same row."""
    generator = np.random.default_rng(3)
    demand = generator.pareto(1.5, (48, 5000))
    margin = generator.uniform(5, 200, 5000)
    width = generator.integers(40, 300, 5000)
    pack = generator.integers(1, 25, 5000)
    shelf = np.full(48, 1_500_000)
    one = facings(demand, margin, width, pack, shelf)
    assert (one == facings(demand, margin, width, pack, shelf, threads=2)).all()
    assert (one[:1] == facings(demand[:1], margin, width, pack, shelf[:1])).all()
    assert ((one * width).sum(axis=1) <= shelf).all()
    assert (one >= 1).all()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"demand": [[1.0, float("nan")]]}, "demand[0][1]"),
        ({"width_mm": [10, 0]}, "width_mm[0][1]"),
        ({"margin": [1, 2, 3]}, "margin"),
        ({"shelf_width_mm": [-5]}, "shelf_width_mm[0]"),
        ({"elasticity": 1.5}, "elasticity"),
    ],
)
def test_bad_input_is_named(change, path):
    fields = {
        "demand": [[1.0, 2.0]],
        "margin": [1, 1],
        "width_mm": [10, 10],
        "case_pack": [1, 1],
        "shelf_width_mm": [100],
    }
    with pytest.raises(InvalidInput) as caught:
        facings(**(fields | change))
    assert caught.value.path == path
