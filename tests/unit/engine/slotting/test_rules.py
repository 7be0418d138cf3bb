"""Rules of where, and what the solver, the checker and the JSON format make of them."""

import json
from dataclasses import replace

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting import (
    Layout,
    Orders,
    SlotRule,
    SlottingProblem,
    SlottingSolution,
    Zone,
    families_apart,
    hazard,
    solve,
    weight_low,
)
from backhaul.engine.stop import Stop


def problem(rules=(), n=12, **fields):
    """Twelve products of three families in three aisles; the last ones are picked most."""
    layout = Layout.build([Zone("a", 3)], bays=3)
    weight = [30_000 if i % 4 == 0 else 500 for i in range(n)]
    family = [("food", "soap", "toys")[i % 3] for i in range(n)]
    picks = np.arange(1.0, n + 1)
    ones = np.ones(n, dtype=int)
    return SlottingProblem(
        layout, picks, ones, weight, ["a"] * n, family=family, rules=rules, **fields
    )


def test_heavy_products_stand_low_and_families_apart():
    """Without the rules the free levels and aisles would be mixed; with them nothing is."""
    plain = problem()
    layout = plain.layout
    rules = (
        weight_low(layout, plain.weight_g, above_g=20_000),
        *families_apart(layout, plain.family, [["food"], ["soap"]]),
    )
    solution = solve(problem(rules))
    assert solution.check().ok, str(solution.check())
    assert set(layout.slot_level[solution.slot[::4]].tolist()) == {0}
    aisles = layout.slot_aisle[solution.slot]
    assert not set(aisles[0::3].tolist()) & set(aisles[1::3].tolist())
    assert solution.cost >= solve(plain).cost
    again = SlottingSolution.from_dict(json.loads(json.dumps(solution.to_dict())))
    assert again.check().ok
    assert len(again.problem.rules) == 3


def test_the_checker_knows_a_broken_rule():
    """The same slots under a rule that forbids one of them."""
    plain = solve(problem())
    cage = SlotRule("cage", products=[11], slots=[int(plain.slot[3])], exclusive=True)
    broken = replace(plain, problem=problem([cage]))
    assert [v.code for v in broken.check().violations] == ["rule", "rule"]


def test_orders_are_annealed_within_the_rules():
    """Every proposal keeps the rules: hazardous goods stay in their cage."""
    generator = np.random.default_rng(3)
    lines = Orders(np.arange(0, 301, 3), generator.integers(0, 12, 300))
    cage = hazard([i < 3 for i in range(12)], [0, 1, 2, 3, 4])
    solution = solve(problem([cage], orders=lines), stop=Stop(iterations=3000))
    assert solution.check().ok, str(solution.check())
    assert set(solution.slot[:3].tolist()) <= {0, 1, 2, 3, 4}


def test_contradictory_rules_name_a_product_and_the_rules():
    """A product that must be in two places at once."""
    rules = [SlotRule("low", [2], [0, 1]), SlotRule("cage", [2], [5])]
    with pytest.raises(InvalidInput) as caught:
        problem(rules)
    assert caught.value.path == "rules[low, cage]"
    assert caught.value.value == "product-2"


def test_a_slot_kept_for_others_can_leave_a_product_nowhere():
    """All slots kept for one product: the rest can stand nowhere, which is said at once."""
    with pytest.raises(InvalidInput, match="product-1"):
        problem([SlotRule("cage", [0], range(len(problem().layout)), exclusive=True)])


def test_too_few_slots_by_rule_are_explained():
    """Two products for one slot: the less picked one stands nowhere, and the reason is the rule."""
    layout = Layout.build([Zone("a", 1)], bays=2)
    rule = SlotRule("by the door", [0, 1], [0])
    two = SlottingProblem(layout, [1, 2], [1, 1], [1, 1], ["a", "a"], rules=[rule])
    solution = solve(two)
    assert solution.unplaced == [0]
    assert "1 slots" in solution.why_unplaced(0)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: problem([SlotRule("x", [99], [0])]), "rules[x].products"),
        (lambda: problem([SlotRule("x", [0], [9999])]), "rules[x].slots"),
        (lambda: SlotRule("x", [0, 0], [1]), "rules[x].products"),
        (
            lambda: families_apart(problem().layout, ["f"], [["f"], ["f"]]),
            "groups[1]",
        ),
        (
            lambda: families_apart(problem().layout, ["f"], [["a"], ["b"], ["c"], ["d"]]),
            "layout.zones[a].aisles",
        ),
    ],
)
def test_bad_rules_are_named(make, path):
    """Unknown or repeated numbers, a family in two groups, and too few aisles."""
    with pytest.raises(InvalidInput) as caught:
        make()
    assert caught.value.path == path
