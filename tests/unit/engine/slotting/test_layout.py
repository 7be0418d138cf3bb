"""Warehouses for so many products: room for all of them, in a shape that somebody would build."""

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import Layout, Orders, SlottingProblem, solve
from backhaul.engine.stop import Stop


@pytest.mark.parametrize("blocks", [1, 2, 3])
@pytest.mark.parametrize("count", [900, 10_000, 60_000])
def test_a_warehouse_is_about_twice_as_wide_as_deep(count, blocks):
    layout = Layout.for_products({"ambient": count, "chill": count // 4}, blocks=blocks)
    rooms = np.bincount(layout.slot_zone)
    assert rooms[0] >= 1.1 * count
    assert rooms[1] >= 1.1 * (count // 4)
    wide = layout.aisle_x_mm[-1] - layout.aisle_x_mm[0]
    assert 1.4 < wide / layout.cross_y_mm[-1] < 2.6


def test_bays_may_be_told():
    layout = Layout.for_products({"ambient": 1000}, bays=20)
    assert len(layout.cross_y_mm) == 2
    assert layout.cross_y_mm[-1] == 20 * 1_400 + 3_000
    with pytest.raises(InvalidInput, match="bays"):
        Layout.for_products({"ambient": 10}, bays=0)


def test_busy_products_of_a_stop_stand_where_reaching_takes_least():
    """One stop has one aisle, bay and zone: over two sides and four levels walks are the same."""
    draw = np.random.default_rng(3)
    lines = [np.unique(draw.zipf(1.3, 6) % 120) for _ in range(400)]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in lines])])
    orders = Orders(ends, np.concatenate(lines))
    picks = np.bincount(orders.product, minlength=120).astype(float)
    layout = Layout.for_products({"ambient": 120})
    ones = np.ones(120, dtype=int)
    problem = SlottingProblem(layout, picks, ones, ones, ["ambient"] * 120, orders=orders)
    found = solve(problem, stop=Stop(iterations=20_000))
    assert found.check().ok
    spot = layout.slot_aisle[found.slot] * 10**6 + layout.slot_y_mm[found.slot]
    reach = layout.slot_distance_mm[found.slot]
    for stop in np.unique(spot):
        mine = spot == stop
        order = np.lexsort((reach[mine], -picks[mine]))
        busiest_first = reach[mine][order]
        assert (np.diff(busiest_first) >= 0).all()
