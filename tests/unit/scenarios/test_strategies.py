"""What strategies do to a resolved scenario, and what they must not do."""

import pickle

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios import Insert, Remove, Scale, Set, Strategy, load_strategy, resolve

SMALL = {"catalogue.product_count": 120}


@pytest.fixture(scope="module")
def base():
    return resolve("demo", overrides=SMALL)


def laid(*edits):
    return resolve("demo", Strategy("test", edits), SMALL)


def same(one, other):
    """Whether two tables have the same columns, byte for byte."""
    return pickle.dumps(one) == pickle.dumps(other)


def test_empty_overlay_is_byte_identical(base):
    """Strategy `baseline` is empty: same document, same run, same columns."""
    for other in (resolve("demo", "baseline", SMALL), laid()):
        assert other.document == base.document
        assert other.run_id == base.run_id
        for part in ("products", "promotions", "stores", "roads", "demand", "staff", "finance"):
            assert same(getattr(other, part), getattr(base, part)), part


def test_rival_changes_policies_only(base):
    """`fixed-routine` is the same chain with the same customers, run otherwise."""
    rival = resolve("demo", "fixed-routine", SMALL)
    assert rival.policies["store_order"].policy == "fixed_weekly"
    assert rival.policies["slotting"].policy == "alphabetical"
    assert rival.policies["route_plan"].policy == "fixed"
    assert rival.policies["store_order"].options == base.policies["store_order"].options
    for part in ("products", "promotions", "stores", "roads", "demand", "fleet", "staff"):
        assert same(getattr(rival, part), getattr(base, part)), part
    assert rival.run_id != base.run_id


def test_halved_promotions_are_not_calibrated_away(base):
    """Base demand stays what it was; sales fall because fewer weeks are promoted."""
    fewer = resolve("demo", "halve-promotions", SMALL)
    assert (fewer.products.demand_per_day == base.products.demand_per_day).all()
    assert (fewer.products.cost_cents == base.products.cost_cents).all()
    on, was = (fewer.promotions.depth > 0), (base.promotions.depth > 0)
    assert on.mean() == pytest.approx(was.mean() / 2, rel=0.15)
    assert (was | ~on).all()  # weeks that stay promoted are the same weeks


def test_price_level_meets_the_elasticity(base):
    """Prices up by 10 %: costs stay, demand falls by 1.1 to the elasticity."""
    dearer = laid(Scale(path="catalogue.price_level", factor=1.1))
    assert (dearer.products.cost_cents == base.products.cost_cents).all()
    ratio = dearer.products.demand_per_day / base.products.demand_per_day
    assert ratio == pytest.approx(1.1**base.products.elasticity)
    assert dearer.products.price_cents.sum() / base.products.price_cents.sum() == pytest.approx(
        1.1, rel=0.01
    )


def test_a_dated_wage_rise(base):
    """Wages of 16.00 rise to 17.28 on the 28th day, and nothing else changes that day."""
    world = resolve("demo", "minimum-wage-8", SMALL)
    assert [change.day for change in world.changes] == [28]
    assert world.at(27).staff.role("cashier").wage_cents_per_h == 1600
    assert world.at(28).staff.role("cashier").wage_cents_per_h == 1728
    assert world.at(90).staff.role("driver").wage_cents_per_h == 2900
    assert same(world.at(28).products, base.products)
    assert same(world.at(28).stores, base.stores)


def test_opening_and_closing_stores_leaves_the_others_alone(base):
    """A new store in Louisville and none in Detroit: the other ten keep place, scale, customers."""
    world = laid(
        Insert(path="network.stores", value={"city": "Louisville"}),
        Remove(path="network.stores[city=Detroit]"),
    )
    assert len(world.stores) == 11
    for row, name in enumerate(world.stores.name):
        if name in base.stores.name:
            before = base.stores.name.index(name)
            assert world.stores.scale[row] == base.stores.scale[before]
            assert world.stores.lat[row] == base.stores.lat[before]
    assert (world.products.demand_per_day == base.products.demand_per_day).all()
    assert dict(world.finance.opening) == dict(base.finance.opening)


def test_events_get_a_day(base):
    """The centre stands still from 17 March, day 42 of a horizon from 3 February."""
    (event,) = resolve("demo", "dc-out", SMALL).events
    assert (event.day, event.kind, event.where, event.days) == (42, "close_dc", "Columbus", 5)


def test_order_of_edits_does_not_change_the_run():
    """Commuting strategies are the same run."""
    one, other = load_strategy("diesel-40"), load_strategy("halve-promotions")
    assert (
        resolve("demo", [one, other], SMALL).run_id == resolve("demo", [other, one], SMALL).run_id
    )


def test_edits_are_named_in_the_sources():
    """A reader sees which values are the strategy's."""
    rows = {row.path: row.source for row in resolve("demo", "diesel-40", SMALL).provenance}
    assert rows["fleet.types[0].energy_cents_per_km"] == "edited by the strategy: scale"


@pytest.mark.parametrize(
    ("edit", "allowed"),
    [
        (Set(path="catalogue.product_count", value=5), "use --set"),
        (Set(path="catalogue", value={}), "use --set"),
        (Scale(path="demand.basket_value_cents", factor=2.0), "use --set"),
        (Set(path="network.stores[city=Columbus].count", value=9, start=resolve("demo").at(0).start.replace(month=3)), "whole horizon"),
        (Scale(path="policies.slotting.policy", factor=2.0), "a number to scale"),
        (Remove(path="staff.charges"), "entries of a list"),
        (Insert(path="staff.charges", value={}), "a list"),
        (Set(path="staff.roles[name=king].heads_per_store", value=1), "name one of cashier"),
        (Set(path="staff.roles[99].heads_per_store", value=1), "a list of"),
        (Set(path="title.x", value=1), "no parts"),
        (Set(path="staff..roles", value=1), "joined by dots"),
    ],
)  # fmt: skip
def test_edits_that_are_not_allowed(edit, allowed):
    """Each names the edit and what it could have been."""
    with pytest.raises(InvalidInput) as caught:
        laid(edit)
    assert caught.value.path.startswith("edits[0]")
    assert allowed in caught.value.allowed
    assert caught.value.file == "strategy test"


def test_edits_are_checked_when_they_are_made():
    """Nothing but the one hierarchy of errors leaves the API."""
    with pytest.raises(InvalidInput, match="factor: found inf"):
        Scale(path="staff.roles[*].heads_per_store", factor=float("inf"))
    with pytest.raises(InvalidInput, match="path: found nothing"):
        Set(value=1)


def test_values_of_edits_are_validated():
    """What a strategy puts in is held to the schema and to the rest of the scenario."""
    with pytest.raises(InvalidInput, match="at most 1"):
        laid(Set(path="demand.online_share", value=3.0))
    with pytest.raises(InvalidInput, match="sum to 1"):
        laid(Scale(path="finance.cards[name=debit].share", factor=0.5))
    with pytest.raises(InvalidInput, match="no supplier"):
        laid(Remove(path="network.suppliers[name=Frozen]"))
    with pytest.raises(InvalidInput, match="minimum wage"):
        laid(Set(path="staff.charges.minimum_wage_cents_per_h", value=1900))
    with pytest.raises(InvalidInput, match="known keys"):
        laid(Set(path="policies.store_order.polici", value="x"))


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ('name = "x"\n[[edits]]\ndo = "fly"\npath = "a"', "edits[0].do", "one of set"),
        ('name = "x"\n[[edits]]\npath = "a"', "edits[0].do", "one of set"),
        ('name = "x"\n[[edits]]\ndo = "scale"\npath = "a"', "edits[0].factor", "missing"),
        ('name = "x"\n[[edits]]\ndo = "set"\npath = "a"\nvalue = 1\nfoo = 2', "edits[0].foo", "only the keys"),
        ('name = "x"\ncolour = 1', "colour", "only the keys"),
        ('title = "x"', "name", "missing"),
    ],
)  # fmt: skip
def test_strategy_files(text, path, allowed, tmp_path):
    """A broken strategy file is one clear error."""
    file = tmp_path / "s.toml"
    file.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        resolve("demo", file)
    assert (caught.value.path, caught.value.file) == (path, str(file))
    assert allowed in caught.value.allowed


def test_a_resolved_scenario_can_be_sent_to_another_process(base):
    """Experiments run in processes: the whole of it survives pickling."""
    copy = pickle.loads(pickle.dumps(base))
    assert copy.run_id == base.run_id
    assert np.array_equal(copy.products.demand_per_day, base.products.demand_per_day)
    assert copy.policies["slotting"] == base.policies["slotting"]
    assert dict(copy.finance.taxes) == dict(base.finance.taxes)
