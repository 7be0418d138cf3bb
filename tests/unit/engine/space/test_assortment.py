"""Assortments against all lists there are, and clusters of stores that are plain to see."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.errors import InvalidInput
from backhaul.engine.space import AssortmentProblem, choose_assortment, cluster_stores


def best_of_all(problem):
    """Profit of the best list, by trying all."""
    best = -np.inf
    for choice in itertools.product([False, True], repeat=len(problem)):
        listed = np.array(choice)
        fits = problem.width_mm[listed].sum() <= problem.room_mm
        if fits and all(listed[k] for k in problem.keep):
            best = max(best, problem.profit(listed))
    return best


@st.composite
def problems(draw):
    n = draw(st.integers(1, 7))

    def row(least, most):
        return draw(st.lists(st.floats(least, most), min_size=n, max_size=n))

    width = draw(st.lists(st.integers(1, 6), min_size=n, max_size=n))
    room = draw(st.integers(0, 18))
    keep = (0,) if draw(st.booleans()) and width[0] <= room else ()
    common = {"margin": row(-20, 100), "width_mm": width, "room_mm": room, "keep": keep}
    if draw(st.booleans()):
        return AssortmentProblem(**common, attraction=row(0, 3), customers=100)
    shares = np.array([row(0, 1) for _ in range(n)]) / n
    return AssortmentProblem(**common, demand=row(0, 50), substitution=shares)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_lists_are_the_best_or_near_it(problem):
    """Multinomial logit exactly; exogenous substitution within its bound and near the best."""
    answer = choose_assortment(problem)
    assert answer.check().ok, str(answer.check())
    best = best_of_all(problem)
    tolerance = 1e-7 * max(1.0, abs(best))
    assert answer.bound >= best - tolerance
    if problem.attraction is not None:
        assert answer.profit == pytest.approx(best, abs=tolerance)
    else:
        assert answer.profit >= best - 0.1 * abs(best) - tolerance


def test_a_poor_seller_is_left_out_even_where_there_is_room():
    """Listing it would draw customers away from what earns more."""
    problem = AssortmentProblem([100.0, 5.0], [1, 1], 2, attraction=[2.0, 2.0])
    answer = choose_assortment(problem)
    assert answer.listed.tolist() == [True, False]
    assert "less would be earned" in str(answer.explain(1))


def test_two_hundred_products_by_width_are_proven():
    """The knapsack is exact, so that Dinkelbach's iteration ends with a proof."""
    draw = np.random.default_rng(1)
    problem = AssortmentProblem(
        draw.uniform(10, 90, 200),
        draw.integers(60, 200, 200),
        9_000,
        attraction=draw.exponential(0.05, 200),
        customers=1_000,
    )
    answer = choose_assortment(problem)
    assert answer.status == "optimal"
    assert answer.check().ok


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"margin": [1.0, np.nan]}, "margin[1]"),
        ({"attraction": None}, "attraction"),
        ({"demand": [1.0, 1.0]}, "attraction"),
        ({"width_mm": [1, 0]}, "width_mm[1]"),
        ({"keep": (0, 1), "room_mm": 1}, "keep"),
        ({"keep": (7,)}, "keep[0]"),
        (
            {"attraction": None, "demand": [1.0, 1.0], "substitution": [[0, 1.2], [0, 0]]},
            "substitution[0]",
        ),
    ],
)
def test_bad_assortments_are_named(change, path):
    """The path says which entry is wrong."""
    good = {"margin": [1.0, 2.0], "width_mm": [1, 1], "room_mm": 2, "attraction": [1.0, 1.0]}
    with pytest.raises(InvalidInput) as caught:
        AssortmentProblem(**(good | change))
    assert caught.value.path == path


def test_three_kinds_of_stores_are_found():
    """Three profiles with a little noise: three clusters, the largest first, whatever the size."""
    draw = np.random.default_rng(3)
    kinds = np.array([[6, 2, 1, 1], [1, 6, 2, 1], [1, 1, 2, 6]], dtype=float)
    true = np.repeat([2, 0, 1], [12, 8, 5])
    sales = kinds[true] * draw.uniform(0.9, 1.1, (25, 4)) * draw.uniform(100, 900, (25, 1))
    found = cluster_stores(sales, categories=["beer", "milk", "tea", "wine"])
    assert len(found) == 3
    assert np.bincount(found.label).tolist() == [12, 8, 5]
    assert found.silhouette > 0.7
    assert all(found.label[found.medoid[c]] == c for c in range(3))
    assert "12 stores" in str(found.explain(0))
    assert "wine" in str(found.explain(0))


@pytest.mark.parametrize(
    ("sales", "more", "path"),
    [
        ([[1, np.nan], [1, 1]], {}, "sales[0][1]"),
        ([[1, 1], [0, 0]], {}, "sales[1]"),
        ([[1, 1]], {}, "sales"),
        ([[1, 2], [2, 1]], {"clusters": 3}, "clusters"),
    ],
)
def test_bad_store_tables_are_named(sales, more, path):
    """The path says which entry is wrong."""
    with pytest.raises(InvalidInput) as caught:
        cluster_stores(sales, **more)
    assert caught.value.path == path


def test_stores_that_are_all_alike_are_one_cluster():
    """Nothing to tell apart is an answer, not an error."""
    assert len(cluster_stores([[1, 2], [2, 4], [3, 6]])) == 1
