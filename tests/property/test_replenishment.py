"""Whole problems are generated and every answer is held against the checker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul import replenishment

ITEMS = st.fixed_dictionaries(
    {
        "mean": st.floats(0.05, 8).map(lambda x: [x]),
        "variance_to_mean": st.floats(1, 4),
        "lead_time": st.integers(0, 4),
        "review": st.integers(1, 3),
        "setup": st.floats(0, 50),
        "backorder": st.floats(1, 50),
        "policy": st.sampled_from(["s_S", "s_nQ", "base_stock"]),
        "case_pack": st.integers(1, 8),
        "minimum_order": st.integers(0, 12),
    }
)


@settings(max_examples=60, deadline=None)
@given(ITEMS)
def test_costs_are_right_and_bounds_hold(item):
    """Cost, bound, batches and the neighbours: all by separate code."""
    solution = replenishment.solve(replenishment.ReplenishmentProblem(**item))
    report = solution.check()
    assert report.ok, str(report)


@settings(max_examples=30, deadline=None)
@given(ITEMS, st.sampled_from(["cycle", "fill", "ready"]), st.floats(0.5, 0.99))
def test_service_levels_are_reached(item, service, level):
    """The checker recomputes the service of the levels."""
    free = {} if item["policy"] == "s_nQ" else {"case_pack": 1, "minimum_order": 0}
    problem = replenishment.ReplenishmentProblem(
        **{**item, **free, "service": service, "service_level": level}
    )
    report = replenishment.solve(problem).check()
    assert report.ok, str(report)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9), st.integers(0, 3), st.floats(0, 30))
def test_any_distribution_will_do(weights, lead_time, setup):
    """Empirical demand, zeros and gaps included."""
    p = np.array([weights])
    problem = replenishment.ReplenishmentProblem(
        demand=p / p.sum(), lead_time=lead_time, setup=setup, backorder=9.0
    )
    report = replenishment.solve(problem).check()
    assert report.ok, str(report)
