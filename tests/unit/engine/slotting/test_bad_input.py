"""What goes wrong in real data, line by line: an error that names it, or the rest and why."""

from dataclasses import replace

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import (
    Affinity,
    Layout,
    Orders,
    SlottingProblem,
    Zone,
    families_apart,
    one_way_route,
    solve,
    temperature,
)
from backhaul.engine.stop import Stop

LAYOUT = Layout.build([Zone("a", 2)], bays=2)
ORDERS = Orders([0, 2, 4], [0, 1, 1, 2])


def problem(n, **fields):
    values = {"volume_cm3": np.ones(n), "weight_g": np.ones(n), "zone": ["a"] * n}
    return SlottingProblem(LAYOUT, np.arange(n, 0, -1), **(values | fields))


@pytest.mark.parametrize("orders", [None, ORDERS])
def test_more_products_than_slots(orders):
    """32 slots for 40 products: the eight least picked stand nowhere, each with the reason."""
    found = solve(problem(40, orders=orders), stop=Stop(iterations=500))
    assert found.status.value == "infeasible"
    assert found.unplaced == list(range(32, 40))
    assert all("full: all 32 slots" in found.why_unplaced(i) for i in found.unplaced)
    assert "product-39 stands nowhere" in str(found.explain())
    assert set(found.check().codes()) == {"unplaced"}


@pytest.mark.parametrize("orders", [None, ORDERS])
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"volume_cm3": [1, 10**9, 1]}, "cube: it takes 1000000000 cm3"),
        ({"weight_g": [1, 10**9, 1]}, "weight: it weighs 1000000000 g"),
    ],
)
def test_a_product_that_fits_no_slot(orders, fields, why):
    """All others are placed; it is listed with its size and the largest there is."""
    found = solve(problem(3, orders=orders, **fields), stop=Stop(iterations=500))
    assert found.unplaced == [1]
    assert found.why_unplaced(1).startswith(why)


def test_family_rules_that_contradict_each_other():
    """Food apart from soap by two plans that deal the aisles the other way round."""
    family = ["food", "soap", "food"]
    one = families_apart(LAYOUT, family, [["food"], ["soap"]])
    other = families_apart(LAYOUT, family, [["soap"], ["food"]])
    other = tuple(replace(rule, slots=rules.slots) for rule, rules in zip(other, one, strict=True))
    with pytest.raises(InvalidInput, match="leave every product at least one slot") as caught:
        problem(3, rules=[*one, *other])
    assert caught.value.path.startswith("rules[families apart")
    assert caught.value.value == "product-0"


def test_a_product_that_no_slot_is_cold_enough_for():
    """The product, its span, and what there is."""
    with pytest.raises(InvalidInput, match="holds a slot, 4 to 20 C") as caught:
        temperature([0, -25], [30, -18], [4.0, 20.0])
    assert caught.value.path == "coldest_c[1]"
    with pytest.raises(InvalidInput) as caught:
        temperature([5], [4], [4.0])
    assert caught.value.path == "warmest_c[0]"


@pytest.mark.parametrize("far", [float("inf"), float("nan"), -1.0])
def test_slots_that_cannot_be_reached(far):
    """A slot at no distance, and one that one-way aisles lead nobody to."""
    with pytest.raises(InvalidInput) as caught:
        Layout.from_slots([5.0, far], volume_cm3=[1, 1], weight_g=[1, 1], zone=["a", "a"])
    assert caught.value.path == "slots.distance_mm[1]"
    with pytest.raises(InvalidInput, match="cannot be"):
        one_way_route(LAYOUT, [0], [1, 1])


@pytest.mark.parametrize("joint", [float("nan"), float("inf"), -1.0])
def test_affinity_that_is_no_number(joint):
    """The entry is named."""
    with pytest.raises(InvalidInput) as caught:
        Affinity([0, 0], [1, 2], [1.0, joint])
    assert caught.value.path == "affinity.joint[1]"


@pytest.mark.parametrize(("number", "path"), [(7, "orders.product[3]"), (-1, "orders.product[3]")])
def test_order_lines_of_unknown_products(number, path):
    """The line and the number."""
    with pytest.raises(InvalidInput) as caught:
        problem(3, orders=Orders([0, 2, 4], [0, 1, 1, number]))
    assert caught.value.path == path
