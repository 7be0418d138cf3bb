"""Tours that keep one-way aisles."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import (
    Layout,
    Zone,
    one_way_distances,
    one_way_route,
    shortest_route,
)


@pytest.fixture(scope="module")
def layout():
    return Layout.build([Zone("ambient", 4)], bays=5, blocks=2, depot_aisle=0)


@given(st.lists(st.integers(0, 639), min_size=1, max_size=6, unique=True))
@settings(max_examples=25, deadline=None)
def test_without_directions_it_is_the_shortest_tour(slots):
    """The tour of the sweep, found by another method."""
    layout = Layout.build([Zone("ambient", 4)], bays=10, blocks=2, depot_aisle=0)
    tour = one_way_route(layout, slots, [0, 0, 0, 0])
    assert tour.metres == pytest.approx(shortest_route(layout, slots).metres)
    assert tour.proven
    assert tour.check().ok


def test_directions_never_make_a_tour_shorter(layout):
    """Up, down, up, down; and the shortest of all orders, tried one by one."""
    slots = [3, 60, 150, 220, 300]
    ways = [1, -1, 1, -1]
    tour = one_way_route(layout, slots, ways)
    assert tour.metres >= shortest_route(layout, slots).metres
    far = one_way_distances(layout, slots, ways)
    tried = min(
        sum(far[a, b] for a, b in itertools.pairwise([0, *order, 6]))
        for order in itertools.permutations(range(1, 6))
    )
    assert tour.metres == pytest.approx(tried / 1000)


def test_many_stops_come_close_to_the_sweep(layout):
    """Thirty stops without directions: insertion and moves stay near the exact tour."""
    slots = np.arange(0, 320, 11)
    tour = one_way_route(layout, slots, [0, 0, 0, 0])
    assert not tour.proven
    assert sorted(tour.slots.tolist()) == slots.tolist()
    assert tour.check().ok
    assert tour.metres <= 1.15 * shortest_route(layout, slots).metres


def test_an_aisle_that_nobody_can_leave_is_named():
    """A single aisle, up only: the slot is reached, but there is no way back to the depot."""
    layout = Layout.build([Zone("ambient", 1)], bays=2, depot_aisle=0)
    with pytest.raises(InvalidInput, match="cannot be left"):
        one_way_route(layout, [0], [1])
    with pytest.raises(InvalidInput, match="direction"):
        one_way_route(layout, [0], [1, 0])
