"""Tables of demand: moments by definition, and bad input by row."""

import numpy as np
import pytest

from backhaul import InvalidInput, replenishment


def moments(table):
    units = np.arange(table.shape[1])
    mean = table @ units
    return mean, np.sqrt(table @ units**2 - mean**2)


@pytest.mark.parametrize("family", [replenishment.gamma_demand, replenishment.normal_demand])
def test_rounding_keeps_the_moments(family):
    """Rounding to units adds a variance of about 1/12 (Sheppard) and moves the mean hardly."""
    centre, spread = np.array([12.0, 40.0, 300.0]), np.array([3.0, 8.0, 60.0])
    table = family(centre, spread)
    assert np.allclose(table.sum(axis=1), 1)
    mean, sd = moments(table)
    assert mean == pytest.approx(centre, rel=1e-3)
    assert sd == pytest.approx(np.sqrt(spread**2 + 1 / 12), rel=2e-3)


def test_tables_are_demand_of_the_solver():
    """Newsvendor with mean 50, sd 8: ratio 0.70 / 0.88 is z = 0.824, so 50 + 8 x 0.824 = 56.6."""
    problem = replenishment.ReplenishmentProblem(
        demand=replenishment.normal_demand(50.0, 8.0),
        holding=0.18,
        backorder=0.70,
        policy="base_stock",
    )
    solution = replenishment.solve(problem)
    assert solution.order_up_to[0] in (56, 57)
    assert solution.check().ok


def test_compound_poisson_is_what_wald_says():
    """Mean of the sum: customers times units; variance by Wald's identity."""
    customers = replenishment.gamma_demand(6.0, 2.0)
    sizes = np.array([[0.0, 0.5, 0.3, 0.2]])
    mean, sd = moments(replenishment.compound_demand(customers, sizes))
    (count, spread), (size, width) = moments(customers), moments(sizes)
    assert mean == pytest.approx(count * size)
    assert sd**2 == pytest.approx(count * width**2 + spread**2 * size**2)


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: replenishment.gamma_demand([1.0, -1.0], 1.0), "mean[1]"),
        (lambda: replenishment.normal_demand(1.0, float("nan")), "sd[0]"),
        (lambda: replenishment.normal_demand([1.0, 2.0], [1.0, 2.0, 3.0]), "mean"),
        (lambda: replenishment.empirical_demand([[1, -2]]), "history[0][1]"),
        (lambda: replenishment.empirical_demand([[1.5]]), "history[0][0]"),
        (lambda: replenishment.empirical_demand([[]]), "history"),
        (
            lambda: replenishment.compound_demand(np.array([[0.5, 0.4]]), np.array([[1.0]])),
            "arrivals[0]",
        ),
        (
            lambda: replenishment.compound_demand(np.array([[1.0]]), np.array([[-1.0, 2.0]])),
            "sizes[0]",
        ),
    ],
)
def test_bad_input_is_named(call, path):
    """Field and row are in the error."""
    with pytest.raises(InvalidInput) as caught:
        call()
    assert caught.value.path == path
