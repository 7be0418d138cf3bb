"""The oracle remembers, and never says more than it knows."""

import json
from pathlib import Path

import pytest

from backhaul.engine import InvalidInput
from backhaul.engine.loading import Loadable, LoadOracle
from backhaul.engine.packing import Bin, Item

DATA = Path(__file__).parents[3] / "data" / "loading"


def test_a_customer_more_can_make_a_load_possible():
    """Two pillars of different stops are too narrow to carry the slab; a third one helps.

    The slab (first out) covers the hold's length and must rest on 75 % of its base, since it is
    too tall to stand upright and may not lie beside the pillars.
    """
    slab = [Item("slab", (8, 4, 2))]
    pillar = [Item("pillar", (4, 4, 3))]
    oracle = LoadOracle(Bin("van", (8, 4, 5)), [slab, pillar, pillar])
    assert oracle.ask([0, 1]) is Loadable.INFEASIBLE
    assert oracle.ask([0, 1, 2]) is Loadable.FEASIBLE


def test_answers_are_kept():
    """The second question about a route costs no work."""
    oracle = LoadOracle(Bin("van", (9, 9, 9)), [[Item("a", (5, 5, 5))], [Item("b", (4, 4, 4))]])
    assert oracle.ask([0, 1]) is Loadable.FEASIBLE
    work = oracle.stats["work"]
    assert oracle.ask([0, 1]) is Loadable.FEASIBLE
    assert oracle.stats == {"routes": 1, "hits": 1, "work": work}


def test_routes_are_checked():
    """An unknown or repeated customer is named."""
    oracle = LoadOracle(Bin("van", (9, 9, 9)), [[Item("a", (5, 5, 5))]])
    for route in ([1], [0, 0]):
        with pytest.raises(InvalidInput, match=r"route\["):
            oracle.ask(route)


@pytest.mark.parametrize("case", json.loads((DATA / "routes.json").read_text())["routes"])
def test_published_routes_can_be_loaded(case):
    """These tours were loaded by an exact method; every plan obeys all rules."""
    data = json.loads((DATA / "routes.json").read_text())
    vehicle = Bin("truck", tuple(data["space"]))
    customers = [
        [
            Item(str(k), tuple(size), orientations=("xyz", "yxz"), fragile=bool(fragile))
            for k, (*size, fragile) in enumerate(boxes)
        ]
        for boxes in case["customers"]
    ]
    plan = LoadOracle(vehicle, customers).plan(list(range(len(customers))), effort=5_000)
    assert plan is not None
    assert plan.check().ok
