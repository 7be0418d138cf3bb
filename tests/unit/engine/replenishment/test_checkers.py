"""The checkers of networks, moves and calendars find planted mistakes; a right answer passes."""

import dataclasses

import numpy as np
import pytest

from backhaul import replenishment


@pytest.fixture(scope="module")
def promises():
    return replenishment.guaranteed_service(
        [(0, 1), (0, 2)], [5, 2, 3], [1.0, 2.0, 3.0], [0.0, 4.0, 3.0], [-1, 0, 1]
    )


def changed(values, place, by):
    other = values.copy()
    other[place] += by
    return other


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: {"cost": p.cost + 1}, "cost"),
        (lambda p: {"bound": p.cost + 1}, "bound"),
        (lambda p: {"stock": changed(p.stock, 1, 0.5)}, "stock"),
        (lambda p: {"outbound": changed(p.outbound, 2, 5)}, "promise"),
        (lambda p: {"outbound": changed(p.outbound, 0, 9)}, "time"),
        (lambda p: {"inbound": changed(p.inbound, 1, -20)}, "inbound"),
    ],
)
def test_broken_promises_are_found(promises, change, code):
    """One figure is changed at a time."""
    assert promises.check().ok
    assert code in dataclasses.replace(promises, **change(promises)).check().codes()


@pytest.mark.parametrize("sd", [None, 1.0])
def test_a_chain_off_its_best_is_found(sd):
    """Snyder and Shen, example 6.1: other levels cost more, and their cost is not the claimed one."""
    chain = replenishment.clark_scarf([1, 1, 2], [7, 4, 2], 37.12, 5.0, sd=sd)
    assert chain.check().ok
    worse = dataclasses.replace(chain, levels=(chain.levels[0] + 3, *chain.levels[1:]))
    assert worse.check().codes() == ["cost", "not_best"]


def test_a_warehouse_off_its_best_is_found():
    """One unit less in a store."""
    found = replenishment.warehouse_levels([[0.5, 1.0]], lead_time=1.0, backorder=9.0)
    assert found.check().ok
    worse = dataclasses.replace(found, stores=changed(found.stores, (0, 1), -1))
    assert worse.check().codes() == ["cost", "not_best"]


@pytest.mark.parametrize(
    ("units", "codes"),
    [
        ([2, 0], ["cost", "not_best"]),
        ([3, 0], ["cases", "cost"]),
        ([2, -2], ["cases", "cost"]),
        ([8, 0], ["cost", "limit"]),
        ([4, 40], ["cost", "minimum"]),
    ],
)
def test_wrong_moves_are_found(units, codes):
    """Cases of two, six units at most on the first lane, and two that must stay."""
    found = replenishment.transship(
        [(0, 1), (0, 2)], 1.0, [[20, 0, 8]], [[2.0, 9.0, 3.0]], short=9.0, case_pack=2,
        lane_limit=[6, -1], minimum=2,
    )  # fmt: skip
    assert found.check().ok
    wrong = dataclasses.replace(found, units=np.array([units], dtype=np.int32))
    assert wrong.check().codes() == codes


def test_levels_off_their_calendar_are_found():
    """S one lower on Thursday; s above S; a shelf that is too small; a bound above the cost."""
    found = replenishment.calendar_levels(
        [[2.0, 2.0, 2.0, 2.0, 3.0, 6.0, 0.0]],
        review_days=[True, False, False, True, False, False, False],
        lead_time=2, setup=8.0, backorder=9.0,
    )  # fmt: skip
    assert found.check().ok
    other = dataclasses.replace(found, order_up_to=changed(found.order_up_to, (0, 1), -1))
    assert other.check().codes() == ["cost", "not_best"]
    other = dataclasses.replace(found, reorder_level=found.order_up_to)
    assert other.check().codes() == ["levels"]
    small = {**found.problem, "shelf_capacity": np.array([5], dtype=np.int32)}
    assert dataclasses.replace(found, problem=small).check().codes() == ["capacity"]
    assert dataclasses.replace(found, bound=found.cost + 1).check().codes() == ["bound"]
