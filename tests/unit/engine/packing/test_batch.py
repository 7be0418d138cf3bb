"""Cartons for orders and pallets for deliveries, on cases small enough to see through."""

import numpy as np
import pytest

from backhaul.engine import InvalidInput
from backhaul.engine.packing import Bin, Item, Rules, build_pallets, cartonize, check_layout

TURN = ("xyz", "yxz")
CATALOGUE = [
    Item("jar", (8, 8, 10), weight=5),
    Item("box", (20, 15, 5), orientations=TURN, weight=3),
    Item("pole", (90, 2, 2)),
]
CARTONS = [Bin("L", (40, 30, 30), cost=80, max_weight=100), Bin("S", (20, 20, 10), cost=30)]


def test_every_order_gets_its_cheapest_carton():
    """4 jars fill the floor of S; 5 need L; 21 weigh 105, more than one L may carry."""
    orders = [{0: 4}, {0: 5}, {0: 21}, {2: 1}, {}]
    done = cartonize(orders, CATALOGUE, CARTONS, rules=Rules(min_support=1))
    assert done.cost.tolist() == [30, 80, 110, 0, 0]
    assert done.missing.tolist() == [0, 0, 0, 1, 0]
    for number in range(3):
        assert check_layout(done.problem(number, Rules(min_support=1)), done.bins(number)).ok


def test_threads_do_not_change_the_answer():
    """Each order draws from its own stream."""
    orders = [{0: k % 7, 1: k % 5} for k in range(40)]
    one, two = (cartonize(orders, CATALOGUE, CARTONS, seed=3, threads=t) for t in (1, 2))
    assert all(np.array_equal(getattr(one, f), getattr(two, f)) for f in ("carton", "item", "pos"))


def test_pallets_keep_heavy_cases_below():
    """Nothing weighs more than 1.5 times a case that carries it; every case is on a pallet."""
    cases = [
        Item("milk", (400, 300, 200), 40, TURN, weight=9000),
        Item("crisps", (400, 300, 250), 30, TURN, weight=1500, max_load=20000),
        Item("eggs", (400, 300, 150), 20, TURN, weight=4000, stackable=False),
    ]
    delivery = build_pallets(cases, Bin("euro", (1200, 800, 1600), copies=None, max_weight=800_000))
    report = check_layout(delivery.problem, delivery.pallets)
    assert report.ok
    assert delivery.left_out == {}
    for pallet in delivery:
        boxes = [(p, cases[p.item], cases[p.item].turned(p.orientation)) for p in pallet.placements]
        for p, upper, size in boxes:
            for q, lower, other in boxes:
                rests = p.pos[2] == q.pos[2] + other[2] and all(
                    p.pos[a] < q.pos[a] + other[a] and q.pos[a] < p.pos[a] + size[a] for a in (0, 1)
                )
                assert not rests or upper.weight <= 1.5 * lower.weight


def test_pallets_follow_the_aisles():
    """Two aisles of one full pallet each: no pallet mixes them."""
    cases = [Item(f"a{k}", (400, 400, 400), 24, weight=100) for k in range(2)]
    delivery = build_pallets(cases, Bin("p", (1200, 800, 1600), copies=None), aisles=[7, 3])
    assert [{p.item for p in pallet.placements} for pallet in delivery] == [{1}, {0}]


def test_bad_orders_are_named():
    """An unknown article, a negative count, aisles that do not match."""
    with pytest.raises(InvalidInput, match=r"orders\[1\]"):
        cartonize([{0: 1}, {9: 1}], CATALOGUE, CARTONS)
    with pytest.raises(InvalidInput, match=r"orders\[0\]\[0\]"):
        cartonize([{0: -1}], CATALOGUE, CARTONS)
    with pytest.raises(InvalidInput, match="aisles"):
        build_pallets(CATALOGUE, CARTONS[0], aisles=[1])
