"""Every kind of bad row, at every entry that takes rows: field and row are named, nothing is computed."""

import numpy as np
import pytest

from backhaul import InvalidInput, replenishment

NAN, INF = float("nan"), float("inf")


def levels_of(**columns):
    return replenishment.solve(replenishment.ReplenishmentProblem(**columns))


GOOD = {
    levels_of: {"mean": [4.0, 5.0, 6.0], "backorder": 9.0},
    replenishment.LostSales: {"mean": [4.0, 5.0, 6.0], "lead_time": 1, "lost": 9.0},
    replenishment.Fresh: {
        "mean": [4.0, 5.0, 6.0], "life": 3, "lost": 9.0, "waste": 2.0, "tuning_periods": 100,
    },
    replenishment.reorder_points: {
        "mean": [4.0, 5.0, 6.0], "lead_time": 1.0, "setup": 5.0, "backorder": 9.0,
    },
    replenishment.levels: {"mean": [4.0, 5.0, 6.0]},
}  # fmt: skip
COSTLY = [call for call in GOOD if call is not replenishment.levels]
SHORTAGE = {call: "lost" if "lost" in good else "backorder" for call, good in GOOD.items()}


def path_of(call, **change):
    with pytest.raises(InvalidInput) as caught:
        call(**{**GOOD[call], **change})
    return caught.value.path


@pytest.mark.parametrize("call", GOOD)
@pytest.mark.parametrize("bad", [-1.0, NAN, INF, -INF])
def test_demand_that_is_negative_or_no_number(call, bad):
    """The second of three rows."""
    assert path_of(call, mean=[4.0, bad, 6.0]) == "mean[1]"


@pytest.mark.parametrize("call", COSTLY)
def test_costs_that_make_no_sense(call):
    """Holding must cost something, and a unit short at least as much as a unit held."""
    short = SHORTAGE[call]
    assert path_of(call, holding=[1.0, 0.0, 1.0]) == "holding[1]"
    assert path_of(call, holding=[1.0, 1.0, NAN]) == "holding[2]"
    assert path_of(call, **{"holding": 2.0, short: [9.0, 1.0, 9.0]}) == f"{short}[1]"
    assert path_of(call, **{short: [9.0, 9.0, INF]}) == f"{short}[2]"


@pytest.mark.parametrize("bad", [0.0, 1.0, -0.1, 1.1, NAN])
def test_service_levels_of_nothing_and_of_everything(bad):
    """Above 0 and below 1, for each kind of service and for the nightly levels."""
    for service in ("cycle", "fill", "ready"):
        change = {"service": service, "service_level": [0.9, 0.9, bad], "backorder": None}
        assert path_of(levels_of, **change) == "service_level[2]"
    assert path_of(replenishment.levels, service_level=[0.9, bad, 0.9]) == "service_level[1]"


def test_lead_times_below_what_the_model_has():
    """Zero is a lead time where orders arrive before demand; lost sales and fresh products need a period."""
    assert levels_of(**GOOD[levels_of], lead_time=0).status.value == "optimal"
    assert path_of(levels_of, lead_time=[0, -1, 0]) == "lead_time[1]"
    assert path_of(replenishment.levels, lead_time=[0, -1, 0]) == "lead_time[1]"
    for call in (replenishment.LostSales, replenishment.Fresh):
        assert path_of(call, lead_time=[1, 1, 0]) == "lead_time[2]"
    with pytest.raises(InvalidInput) as caught:
        replenishment.clark_scarf([1.0, 0.0], [2.0, 1.0], 9.0, 4.0)
    assert caught.value.path == "lead_time[1]"


@pytest.mark.parametrize(
    ("table", "path"),
    [
        (np.zeros((3, 0)), "demand"),
        (np.zeros((0, 3)), "demand"),
        ([[0.5, 0.5], [0.5, 0.4], [1.0, 0.0]], "demand[1]"),
        ([[0.5, 0.5], [1.5, -0.5], [1.0, 0.0]], "demand[1][0]"),
        ([[0.5, 0.5], [0.5, 0.5], [NAN, 1.0]], "demand[2][0]"),
        (np.full((3, 2), 0.5, dtype=np.float32), "demand"),
        (np.full((3, 4), 0.5)[:, ::2], "demand"),
        (np.full(2, 0.5), "demand"),
    ],
)
def test_distributions_that_are_none(table, path):
    """Empty, or not probabilities that sum to one; of demand and of lead times."""
    if path == "demand" and np.size(table) == 0 and np.shape(table)[0] == 0:
        assert len(levels_of(demand=table, backorder=9.0).cost_rate) == 0
        return
    with pytest.raises(InvalidInput) as caught:
        levels_of(demand=np.asarray(table), backorder=9.0)
    assert caught.value.path == path
    lead = path.replace("demand", "lead_times")
    assert path_of(levels_of, lead_times=np.asarray(table)) == lead


@pytest.mark.parametrize("call", GOOD)
def test_columns_of_another_kind(call):
    """Length, dtype, order, dimension, text: the column is named before anything is computed."""
    other = "variance_to_mean"
    assert path_of(call, **{other: [1.0, 1.0]} if call is not replenishment.reorder_points else
                   {"setup": [1.0, 1.0]}) in (other, "setup")  # fmt: skip
    for bad in (
        np.ones(3, dtype=np.float32),
        np.ones(3, dtype=np.int64),
        np.ones(6)[::2],
        np.ones((3, 1)),
        ["a", "b", "c"],
        [[1.0], [1.0, 2.0]],
    ):
        assert path_of(call, mean=bad) == "mean"


def test_numbers_that_are_text():
    """Single numbers of networks and forecasts."""
    cases = [
        (lambda: replenishment.clark_scarf(["one"], [1.0], 9.0, 4.0), "lead_time[0]"),
        (lambda: replenishment.clark_scarf(1.0, [1.0], 9.0, 4.0), "lead_time"),
        (lambda: replenishment.clark_scarf([1.0], [1.0], None, 4.0), "backorder"),
        (lambda: replenishment.clark_scarf([1.0], [1.0], 0.5, 4.0), "backorder"),
        (lambda: replenishment.guaranteed_service([], [1], [1.0], [1.0], [0], z="z"), "z"),
        (lambda: replenishment.fit_demand([[1, 2]], [[True]]), "censored"),
        (lambda: replenishment.fit_demand([[1, 2], [1]]), "sales"),
        (lambda: replenishment.warehouse_levels([[]], lead_time=1.0, backorder=9.0), "mean"),
        (
            lambda: replenishment.warehouse_levels([[1.0, 2.0]], lead_time=1.0, backorder=0.5),
            "backorder[0][0]",
        ),
    ]
    for call, path in cases:
        with pytest.raises(InvalidInput) as caught:
            call()
        assert caught.value.path == path


@pytest.mark.parametrize("call", [levels_of, replenishment.LostSales, replenishment.levels])
def test_one_bad_row_in_a_million(call):
    """Found wherever it stands, before any row is solved."""
    mean = np.ones(1_000_000)
    mean[654_321] = NAN
    assert path_of(call, mean=mean) == "mean[654321]"


def test_nothing_is_asked_for():
    """No rows give no rows."""
    items = replenishment.Fresh(np.zeros(0), life=3, lost=9.0, waste=2.0)
    none = np.zeros((0, 3), dtype=np.int32)
    assert items.orders(none, none).shape == items.cost(periods=10).shape == (0,)
