"""Picker routes against proven optima, and the batch against single tours."""

import json
from pathlib import Path

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import Layout, Zone, route_lengths, shortest_route
from backhaul_native import slotting as native

DATA = Path(__file__).parents[3] / "data" / "slotting"
WAREHOUSES = json.loads((DATA / "picker_routing.json").read_text())


def lengths(case, method):
    """Length of the case's tour, in its own unit."""
    aisles = np.arange(case["aisles"], dtype=np.int64) * case["aisle_pitch"]
    crosses = np.arange(case["blocks"] + 1, dtype=np.int64) * case["block_pitch"]
    picks = np.array(case["picks"], dtype=np.int64)
    lines = np.arange(len(picks), dtype=np.int64)
    pointer = np.array([0, len(picks)], dtype=np.int64)
    grid = (aisles, crosses, case["depot"][0], 0)
    found = native.tour_lengths(
        grid, picks[:, 0].copy(), picks[:, 1].copy(), None, pointer, lines, method, 1
    )
    return int(found[0])


@pytest.mark.parametrize("case", WAREHOUSES, ids=lambda case: case["id"])
def test_the_exact_tour_is_the_proven_optimum(case):
    """Held and Karp's method proved these; the sweep is exact, so that it must agree."""
    assert lengths(case, "exact") == case["optimum"]


@pytest.mark.parametrize(
    "case", [c for c in WAREHOUSES if c["s_shape"] is not None], ids=lambda case: case["id"]
)
def test_the_s_shape_is_as_long_as_published_with_the_case(case):
    """The case gives the S-shape's length, worked out by separate code."""
    assert lengths(case, "s_shape") == case["s_shape"]


@pytest.fixture(scope="module")
def layout():
    return Layout.build([Zone("ambient", 3), Zone("chill", 2)], bays=6, blocks=2)


def test_a_tour_passes_the_independent_checker(layout):
    """Twelve picks spread over both zones and blocks."""
    tour = shortest_route(layout, np.arange(0, len(layout), len(layout) // 12))
    assert tour.check().ok, str(tour.check())
    assert tour.metres > 0


def test_the_batch_equals_single_tours_on_any_number_of_threads(layout):
    """Orders are independent: sharing them among threads must not change anything."""
    generator = np.random.default_rng(1)
    orders = [generator.integers(0, len(layout), k) for k in (0, 1, 5, 9, 20)]
    pointer = np.concatenate([[0], np.cumsum([len(o) for o in orders])])
    flat = np.concatenate(orders)
    one = route_lengths(layout, pointer, flat)
    assert one.tolist() == route_lengths(layout, pointer, flat, threads=2).tolist()
    assert one.tolist() == [shortest_route(layout, o).metres for o in orders]


def test_by_zone_every_zone_is_a_tour_of_its_own(layout):
    """One pick in each zone: the two tours together are the two single ones."""
    slots = [0, len(layout) - 1]
    both = route_lengths(layout, [0, 2], slots, by_zone=True)
    single = route_lengths(layout, [0, 1, 2], slots)
    assert both[0] == single.sum()
    assert both[0] > route_lengths(layout, [0, 2], slots)[0]


@pytest.mark.parametrize(
    ("pointer", "lines", "path"),
    [
        ([0, 1], [10**6], "line_slots[0]"),
        ([0, 1], [-1], "line_slots[0]"),
        ([0, 1, 0], [1], "orders.pointer"),
        ([], [], "order_pointer"),
    ],
)
def test_bad_orders_are_named(layout, pointer, lines, path):
    """The path says which entry is wrong."""
    with pytest.raises(InvalidInput) as caught:
        route_lengths(layout, pointer, lines)
    assert caught.value.path == path


def test_a_layout_of_distances_cannot_be_walked():
    """Without aisles there is no tour; the error says what is needed."""
    bare = Layout.from_slots([1], volume_cm3=[1], weight_g=[1], zone=["a"])
    with pytest.raises(InvalidInput, match="aisles"):
        route_lengths(bare, [0, 1], [0])
