"""Sizing of a store, access by equipment, and pick faces filled before the wave."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import (
    Equipment,
    Layout,
    PickFaces,
    SlotKind,
    Zone,
    replenish_pick_faces,
    size_storage,
)

KINDS = [
    SlotKind("face", "ambient", 20_000, 50_000, pick_face=True),
    SlotKind("pallet", "ambient", 100_000, 200_000),
    SlotKind("cold", "chill", 50_000, 200_000),
]


def size(inbound, outbound, opening, **more):
    n = len(opening)
    given = {
        "unit_volume_cm3": [1_000] * n,
        "unit_weight_g": [100] * n,
        "zone": ["ambient"] * n,
        "kinds": KINDS,
    }
    return size_storage(inbound, outbound, opening, **(given | more))


def test_slots_are_counted_at_the_peak():
    """130 units on day 1: 20 in the face, 110 in two pallets of 100; day 0 needs one."""
    need = size([[0], [80]], [[10], [10]], [60], quantile=1.0)
    assert [(n.kind.name, n.slots) for n in need.needs] == [("face", 1), ("pallet", 2), ("cold", 0)]
    assert need.volume_cm3 == 130_000
    assert need.needs[1].mean_slots == 1.5
    assert need.needs[1].fill == pytest.approx(110 / 200)


def test_a_lower_quantile_needs_no_more():
    """One day of a hundred is a peak: 98 % of the days get by with less."""
    inbound = np.zeros((100, 1), dtype=int)
    inbound[50] = 1_000
    outbound = np.zeros((100, 1), dtype=int)
    outbound[50] = 1_000
    most = size(inbound, outbound, [30], quantile=1.0)
    usual = size(inbound, outbound, [30], quantile=0.98)
    assert most.needs[1].slots == 11
    assert usual.needs[1].slots == 1


def test_heavy_goods_fill_a_slot_by_weight():
    """A pallet carries 200 kg: 10 units of 20 kg, though 100 would fit by volume."""
    need = size([[0]], [[0]], [30], unit_weight_g=[20_000], quantile=1.0)
    assert need.needs[1].slots == 3  # 2 in the face, 28 on pallets


def test_what_fits_no_slot_is_named():
    """No kind in its zone, or none large enough: listed with the rule."""
    zones = ["ambient", "freeze", "ambient"]
    need = size([[0] * 3], [[0] * 3], [5] * 3, zone=zones, unit_volume_cm3=[1_000, 1_000, 500_000])
    assert [i for i, _ in need.unplaced] == [1, 2]
    assert need.volume_cm3 == 5_000


def test_equipment_sets_the_access_to_levels():
    """4 m up and down at 0.4 m/s take 20 s, as long as 24 m of walking at 1.2 m/s."""
    truck = Equipment("truck", 6_000, lift_mm_s=400, walk_mm_s=1_200)
    assert truck.access_mm(4_000) == 24_000
    layout = Layout.build([Zone("ambient", 1, truck.levels([0, 4_000]))], bays=1)
    low, high = layout.slot_distance_mm[layout.slot_side == 0]
    assert high - low == 24_000
    with pytest.raises(InvalidInput, match="reaches"):
        truck.access_mm(7_000)


def test_faces_are_filled_before_they_run_out():
    """Product 0 would run out in wave 0; wave 1 would leave both below their least."""
    faces = PickFaces([4, 9], [30, 30], [3, 4], [10, 10], [3, 3], [60, 60])
    plan = replenish_pick_faces(faces, [[5, 2], [4, 4]])
    assert [(m.product, m.wave, m.urgent) for m in plan.moves] == [
        (0, 0, True),
        (0, 1, False),
        (1, 1, False),
    ]
    assert plan.check().ok, str(plan.check())


def test_short_work_goes_where_most_is_missing():
    """One move of 60 s: the product that would miss four units, not the one that would miss one."""
    faces = PickFaces([4, 1], [30, 30], [0, 0], [10, 10], [5, 5], [60, 60])
    plan = replenish_pick_faces(faces, [[5, 5]], budget_s=60)
    assert [m.product for m in plan.moves] == [1]
    assert plan.short.tolist() == [[1, 0]]
    assert plan.check().ok


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_face_plans_keep_every_rule(data):
    """Whatever the stock and the demand: nothing overfull, nothing from nowhere."""
    n, waves = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 5))

    def row(least, most, size=n):
        return data.draw(st.lists(st.integers(least, most), min_size=size, max_size=size))

    most = np.array(row(1, 30))
    faces = PickFaces(
        np.minimum(row(0, 30), most),
        row(0, 60),
        np.minimum(row(0, 10), most),
        most,
        np.minimum(row(1, 8), most),
        row(0, 90),
    )
    demand = np.array(row(0, 40, n * waves)).reshape(waves, n)
    plan = replenish_pick_faces(faces, demand, budget_s=data.draw(st.integers(0, 300)))
    assert plan.check().ok, str(plan.check())


@pytest.mark.parametrize(
    ("call", "path"),
    [
        (lambda: size([[0]], [[0, 0]], [1]), "outbound"),
        (lambda: size([[0]], [[0]], [np.nan]), "opening[0]"),
        (lambda: size([[0]], [[0]], [1], quantile=2), "quantile"),
        (lambda: PickFaces([11], [0], [0], [10], [1], [1]), "face[0]"),
        (lambda: PickFaces([1], [0], [11], [10], [1], [1]), "least[0]"),
        (lambda: PickFaces([1], [0], [1], [10], [11], [1]), "case[0]"),
        (
            lambda: replenish_pick_faces(PickFaces([1], [0], [1], [10], [1], [1]), [[np.nan]]),
            "demand[0]",
        ),
    ],
)
def test_bad_numbers_are_named(call, path):
    """The path says which entry is wrong."""
    with pytest.raises(InvalidInput) as caught:
        call()
    assert caught.value.path == path
