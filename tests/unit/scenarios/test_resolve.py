"""What a scenario resolves to: levels, shapes, and sources."""

import json

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios import resolve, shipped
from backhaul.sim.world.decisions import DECISIONS


@pytest.fixture(scope="module")
def demo():
    return resolve("demo")


@pytest.fixture(scope="module")
def year():
    return resolve("us-grocer-48", overrides={"catalogue.product_count": 1000})


def expected(world):
    """Expected units and sales by week and product at a store of scale 1."""
    goods, calendar = world.products, world.promotions
    weeks = range(world.weeks)
    factor = np.stack([calendar.factor(goods, week) for week in weeks])
    units = 7 * goods.demand_per_day * factor * world.demand.season[:, goods.department]
    paid = np.stack([calendar.price_cents(goods, week) for week in weeks])
    return units, units * paid


def test_sales_meet_the_target(year):
    """15,183 baskets of 42.07 USD are 638,749 USD: calibration over 52 weeks is exact."""
    sales = expected(year)[1].sum(axis=1).mean()
    assert sales == pytest.approx(15_183 * 4_207, rel=1e-6)


def test_a_quarter_is_near_the_target(demo):
    """A quarter has its own season and its own promotions, within a few percent of the year."""
    assert expected(demo)[1].sum(axis=1).mean() == pytest.approx(15_183 * 4_207, rel=0.05)


def test_margin_is_the_departments(year):
    """Costs are set so that each department earns its margin on the price paid."""
    units, sales = expected(year)
    margin = 1 - (units * year.products.cost_cents).sum() / sales.sum()
    wanted = (year.departments.sales_share * year.departments.margin_share).sum()
    assert margin == pytest.approx(wanted, abs=0.003)  # whole cents of cost
    assert 0.26 < margin < 0.29  # base.gross_margin_target


@pytest.mark.parametrize("name", ["demo", "year"])
def test_concentration_and_discounts(name, request):
    """80 % of sales from the top 15.9 % of products, 50.1 % of lines on discount: within 5 points."""
    world = request.getfixturevalue(name)
    units, sales = expected(world)
    ranked = np.sort(sales.sum(axis=0))[::-1]
    top = ranked[: round(0.159 * len(ranked))].sum() / ranked.sum()
    assert top == pytest.approx(0.80, abs=0.05)
    discounted = (units * (world.promotions.depth > 0)).sum() / units.sum()
    assert discounted == pytest.approx(0.501, abs=0.05)


def test_department_shares_are_the_panels(year):
    """The chosen products stand for the whole range: departments keep their weight."""
    shares = dict(zip(year.departments.name, year.departments.sales_share, strict=True))
    assert shares["grocery"] == pytest.approx(0.361097, abs=1e-4)
    assert shares["drug_gm"] == pytest.approx(0.151477, abs=1e-4)
    assert sum(shares.values()) == pytest.approx(1)


def test_network_is_the_base_case(year):
    """48 stores in 23 cities, 3 DCs; Atlanta to Charlotte is 364 km as the crow flies."""
    assert (len(year.stores), len(set(year.stores.city)), len(year.dcs)) == (48, 23, 3)
    row = year.stores.name.index("Charlotte 1")
    metres = year.roads.distance_m[0, len(year.dcs) + row]
    assert metres == pytest.approx(364_000 * 1.2, abs=16_000 * 1.2)
    off = ~np.eye(51, dtype=bool)
    assert (year.roads.distance_m[off] > 0).all()
    assert (year.roads.distance_m == year.roads.distance_m.T).all()
    assert (year.roads.time_s[off] > 0).all()
    assert year.stores.scale.mean() == pytest.approx(1)


def test_columns_are_sound(year):
    """No product costs nothing, weighs nothing, or fits nowhere."""
    goods = year.products
    for column in ("cost_cents", "price_cents", "case_pack", "width_mm", "weight_g"):
        assert (getattr(goods, column) > 0).all(), column
    assert (goods.case_per_pallet > 0).all()
    assert (goods.case_weight_g >= goods.case_pack * goods.weight_g).all()
    case = goods.case_width_mm * goods.case_depth_mm * goods.case_height_mm
    assert (case >= goods.case_pack * goods.width_mm * goods.depth_mm * goods.height_mm).all()
    assert (goods.cost_cents < goods.price_cents).mean() > 0.99
    assert ((goods.dispersion > 0) & (goods.dispersion <= 10)).all()
    assert (goods.lead_time_d == year.suppliers.lead_time_d[goods.supplier]).all()
    fresh = goods.shelf_life_d > 0
    assert set(np.array(year.departments.name)[goods.department[fresh]]) >= {"produce", "meat"}
    assert not fresh[goods.zone == 2].any()  # frozen goods keep
    with pytest.raises(ValueError, match="read-only"):
        goods.price_cents[0] = 1


def test_profiles(demo):
    """Sunday is the busiest day (16.7 % of baskets); nobody shops while the store is closed."""
    assert demo.demand.weekday.argmax() == 6
    assert demo.demand.weekday.mean() == pytest.approx(1)
    assert demo.demand.hour.sum(axis=1) == pytest.approx(np.ones(7))
    assert (demo.demand.hour[:, :6] == 0).all()
    assert (demo.demand.hour[:, 23] == 0).all()
    assert demo.demand.hour.mean(axis=0).argmax() in (16, 17)  # after work, in store time
    assert demo.demand.affinity.lift[0] > 2


def test_every_decision_has_a_policy(demo):
    """The gate asks for each decision by name."""
    assert set(demo.policies) == set(DECISIONS)


def test_every_value_has_a_source(demo):
    """Each row is data, published, derived or assumed, and says where it came from."""
    rows = {row.path: row for row in demo.provenance}
    assert {row.kind for row in demo.provenance} == {"data", "published", "derived", "assumed"}
    assert all(row.source for row in demo.provenance)
    assert rows["demand.online_share"].kind == "published"
    assert "FMI" in rows["demand.online_share"].source
    assert rows["products.width_mm"].kind == "assumed"
    assert "finance.taxes.OH" in rows
    for field in demo.products.__dataclass_fields__:
        assert f"products.{field}" in rows, field


def test_same_input_same_run(demo):
    """The run id is a hash of all that matters: the seed changes it, asking twice does not."""
    assert resolve("demo").document == demo.document
    assert resolve("demo").run_id == demo.run_id
    assert resolve("demo", overrides={"seed": 2}).run_id != demo.run_id
    content = json.loads(demo.document)
    assert content["scenario"]["demand"]["basket_value_cents"] == 4207
    assert content["base"]["policies"]["store_order"]["minutes"] == 2.0


@pytest.mark.parametrize("strategy", ["baseline", "minimum-wage-8", "dc-out"])
def test_resolved_file_gives_the_same_run(strategy, tmp_path):
    """A run folder is complete in itself: its resolved file alone gives the run again."""
    world = resolve("demo", strategy, {"catalogue.product_count": 60})
    file = tmp_path / "resolved.json"
    file.write_text(world.document)
    again = resolve(file)
    assert again.document == world.document
    assert again.run_id == world.run_id
    assert (again.products.demand_per_day == world.products.demand_per_day).all()
    assert [change.day for change in again.changes] == [change.day for change in world.changes]
    assert again.events == world.events


def test_resolved_file_of_another_version(tmp_path):
    """Other facts or another version would be another run: that is said, not done."""
    content = json.loads(resolve("demo", overrides={"catalogue.product_count": 60}).document)
    file = tmp_path / "resolved.json"
    for text, path in (
        (json.dumps(content | {"version": "0.0.0"}), "version"),
        (json.dumps(content | {"facts": "0"}), "facts"),
        (json.dumps({"version": 1}), "file"),
        ("[]", "file"),
        ("{", "file"),
    ):
        file.write_text(text)
        with pytest.raises(InvalidInput) as caught:
            resolve(file)
        assert caught.value.path == path
    with pytest.raises(InvalidInput, match="settled"):
        resolve(file, "baseline")


def test_products_do_not_depend_on_the_range():
    """A product has the same size and shelf life in a small range and in a large one."""
    small = resolve("demo", overrides={"catalogue.product_count": 60}).products
    large = resolve("demo", overrides={"catalogue.product_count": 90}).products
    rows = [large.id.tolist().index(number) for number in small.id]
    for column in ("width_mm", "weight_g", "case_pack", "shelf_life_d", "supplier"):
        assert (getattr(small, column) == getattr(large, column)[rows]).all(), column


@pytest.mark.parametrize("name", shipped("strategies"))
def test_shipped_strategies_resolve(name):
    """Every shipped strategy fits every shipped scenario."""
    for scenario in shipped():
        world = resolve(scenario, name, {"catalogue.product_count": 50})
        assert world.strategy == name


def test_a_store_needs_3510_hours(year):
    """FMI: 182 USD of sales an hour; fixed hours are what the standards leave of 3,510."""
    units = expected(year)[0].mean(axis=0)
    goods, want = year.products, year.demand
    cases = units / goods.case_pack
    names = [year.departments.name[row] for row in goods.department]
    counter = {"produce", "meat", "seafood", "deli", "bakery", "floral"}
    inside = want.baskets_per_store_week * (1 - want.online_share)
    staffed = 1 - want.self_checkout_share
    volume = {
        "baskets": inside * staffed,
        "self_baskets": inside * want.self_checkout_share,
        "units": units.sum() * (1 - want.online_share) * staffed,
        "cases_received": cases.sum(),
        "pallets": (cases / goods.case_per_pallet).sum(),
        "fresh_units": units[[name in counter for name in names]].sum(),
        "online_units": units.sum() * want.online_share,
    }
    roles = {role.name: role for role in year.staff.roles if role.site == "store"}
    hours = {name: role.fixed_hours_per_week for name, role in roles.items()}
    for standard in year.staff.standards:
        if standard.role in roles:
            hours[standard.role] += volume[standard.driver] * standard.seconds / 3600
    sales = want.baskets_per_store_week * want.basket_value_cents
    assert sales / 100 / sum(hours.values()) == pytest.approx(182, rel=0.05)
    wages = sum(hours[name] * role.wage_cents_per_h for name, role in roles.items())
    assert 0.087 < wages / sales < 0.105
    # the people at the start can work these hours, absence taken off
    for name, role in roles.items():
        able = role.heads * role.hours_per_week * (1 - role.absence_share)
        assert able == pytest.approx(hours[name], rel=0.12), name


def test_chain_wide_figures_follow_the_number_of_stores(demo, year):
    """Heads, credit and opening balances are stated for each store of the chain."""
    assert demo.finance.opening["cash"] * 4 == year.finance.opening["cash"]
    assert demo.finance.credit.limit_cents * 4 == year.finance.credit.limit_cents
    assert (demo.staff.role("office").heads, year.staff.role("office").heads) == (15, 60)
    assert demo.staff.role("driver").heads == 29  # 12 stores at one DC: 2.4 each, rounded up
    assert year.staff.role("driver").heads == 39  # 16 stores at each of three
    assert demo.staff.role("cashier").heads == year.staff.role("cashier").heads
