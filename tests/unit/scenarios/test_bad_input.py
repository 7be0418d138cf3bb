"""Every wrong key, value and name is one clear error: file, path, value, what is allowed."""

import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios import check, resolve


def written(folder, text, name="mine.toml"):
    path = folder / name
    path.write_text(f'extends = "demo"\n{text}')
    return path


CASES = {
    "unknown key": ("colour = 1", "colour", "1", "known keys"),
    "unknown key inside": ("[demand]\nbasketts = 3", "demand.basketts", "3", "known keys"),
    "misspelt": ("[finance.credit]\nlimit_cent_per_store = 3", "finance.credit.limit_cent_per_store", "3", "limit_cents_per_store"),
    "wrong unit": ("[fleet]\ndwell_min = 15", "fleet.dwell_min", "15", "dwell_s (a whole number (seconds))"),
    "unit as text": ('[fleet]\ndwell_s = "15 min"', "fleet.dwell_s", "15 min", "a whole number (seconds)"),
    "fraction of a cent": ("[demand]\nbasket_value_cents = 42.5", "demand.basket_value_cents", "42.5", "whole number (cents)"),
    "truth as number": ("weeks = true", "weeks", "True", "a whole number"),
    "number as text": ("title = 7", "title", "7", "text"),
    "not a number": ("[demand]\nlevel = nan", "demand.level", "nan", "finite"),
    "infinite": ("[demand]\nday_noise_sd = inf", "demand.day_noise_sd", "inf", "finite"),
    "negative size": ("[network.store_format]\narea_m2 = -5", "network.store_format.area_m2", "-5", "at least 1"),
    "negative money": ("[finance]\nrent_cents_per_m2_y = -1", "finance.rent_cents_per_m2_y", "-1", "at least 0"),
    "share above one": ("[demand]\nonline_share = 6.5", "demand.online_share", "6.5", "at most 1"),
    "no weeks": ("weeks = 0", "weeks", "0", "at least 1"),
    "too many products": ("[catalogue]\nproduct_count = 7000", "catalogue.product_count", "7000", "at most 6000"),
    "not a table": ("demand = 3", "demand", "3", "a table"),
    "not a list": ("[network]\nstores = 3", "network.stores", "3", "a list"),
    "no stores": ("[network]\nstores = []", "network.stores", "[]", "at least 1"),
    "missing key": ('[[network.dcs]]\nname = "X"\ncity = "Columbus"', "network.dcs[0].area_m2", "nothing", "missing"),
    "no such dc": ('[[network.stores]]\ncity = "Cleveland"\ndc = "Memphis"', "network.stores[0].dc", "Memphis", "Columbus"),
    "no route to any dc": ('[[network.stores]]\ncity = "Austin"', "network.stores[0].city", "Austin", "route to a DC"),
    "no route to its dc": ('[[network.stores]]\ncity = "Austin"\ndc = "Columbus"', "network.stores[0].dc", "Columbus", "route to its DC"),
    "unknown city": ('[[network.stores]]\ncity = "Springfield"', "network.stores[0].state", "nothing", "facts do not know"),
    "state without tax": ('[[network.stores]]\ncity = "Erie"\nstate = "PA"\nlat = 42.1\nlon = -80.1', "network.stores[0].state", "PA", "sales tax"),
    "city twice": ('[[network.stores]]\ncity = "Columbus"\n[[network.stores]]\ncity = "Columbus"', "network.stores[1].city", "Columbus", "no other"),
    "closed before open": ("[network.store_format]\nclose_s = 100", "network.store_format.close_s", "100", "open_s"),
    "start not a Monday": ("start = 2025-02-04", "start", "2025-02-04", "a Monday"),
    "start as text": ('start = "2025-02-03"', "start", "2025-02-03", "date"),
    "shares do not sum": ("[demand.stock_out]\nleave_share = 0.9", "demand.stock_out", "1.5", "sum to 1"),
    "cards do not sum": ('[[finance.cards]]\nname = "cash"\nshare = 0.5\nfee_share = 0.0\nfee_cents = 0\nsettle_d = 0', "finance.cards", "0.5", "sum to 1"),
    "unknown decision": ('[policies.weather]\npolicy = "sun"', "policies.weather", "weather", "store_order"),
    "unknown policy": ('[policies.slotting]\npolicy = "random"', "policies.slotting.policy", "random", "alphabetical"),
    "unknown policy key": ('[policies.slotting]\npolicy = "affinity"\nfoo = 1', "policies.slotting.foo", "1", "autonomy"),
    "unknown autonomy": ('[policies.slotting]\npolicy = "affinity"\nautonomy = "robot"', "policies.slotting.autonomy", "robot", "'person'"),
    "event outside": ('[[events]]\ndate = 2026-01-01\nkind = "close_dc"', "events[0].date", "2026-01-01", "horizon"),
    "event nowhere": ('[[events]]\ndate = 2025-03-01\nkind = "close_dc"\nwhere = "Rome"', "events[0].where", "Rome", "Columbus"),
    "campaign without channel": ('[[marketing.campaigns]]\nname = "a"\nchannel = "fax"\ndepartment = "deli"\nstart_day = 0\ndays = 1\nbudget_cents = 1\nmessages = 1\ncoupon_share = 0.1\nredeem_share = 0.1\nuplift = 1.0', "marketing.campaigns[0].channel", "fax", "sms"),
    "standard without role": ('[[staff.standards]]\nrole = "wizard"\ndriver = "baskets"\nseconds = 1.0', "staff.standards[0].role", "wizard", "cashier"),
    "goal upside down": ('[[goals]]\nkpi = "x"\nlow = 2.0\nhigh = 1.0', "goals[0].high", "1.0", "at least low"),
    "source of nothing": ('[sources]\n"demand.x" = { kind = "data", text = "t" }', "sources", "demand.x", "path of a value"),
    "unknown kind of source": ('[sources]\n"demand" = { kind = "rumour", text = "t" }', 'sources."demand"', "rumour", "published"),
    "unknown parameter": ('[sources]\n"demand" = { parameter = "x.y" }', 'sources."demand"', "x.y", "parameters.csv"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_clear_error(case, tmp_path):
    """The first error names file, path, value and what is allowed."""
    text, path, value, allowed = CASES[case]
    file = written(tmp_path, text)
    with pytest.raises(InvalidInput) as caught:
        resolve(file)
    error = caught.value
    assert error.path == path
    assert error.file == str(file)
    assert error.exit_code == 2
    assert f"found {value}" in str(error) or value in str(error)
    assert allowed in error.allowed


def test_product_without_supplier(tmp_path):
    """A department that nobody delivers is an error of the department, named."""
    text = """
[[network.suppliers]]
name = "All but flowers"
departments = ["grocery", "drug_gm", "dairy", "frozen", "produce", "meat", "packaged_meat",
    "seafood", "deli", "bakery", "nutrition", "spirits"]
count = 1
lead_time_d = 1
lead_time_sd_d = 0.0
min_order_cases = 0
terms_d = 1
discount_share = 0.0
discount_d = 0
on_time_share = 1.0
in_full_share = 1.0
"""
    with pytest.raises(InvalidInput, match=r"found floral.*no supplier"):
        resolve(written(tmp_path, text))


def test_all_errors_are_collected(tmp_path):
    """`check` lists every error; `resolve` shows the first and counts the others."""
    file = written(tmp_path, "weeks = 0\n[demand]\nlevel = -1.0\nonline_share = 2.0")
    found = check(file)
    assert [error.path for error in found] == ["weeks", "demand.level", "demand.online_share"]
    with pytest.raises(InvalidInput, match="and 2 more"):
        resolve(file)
    assert check("demo") == []


@pytest.mark.parametrize(
    ("text", "allowed"),
    [("weeks = \n[demand]", "valid TOML"), ("weeks = 1\nweeks = 2\n", "valid TOML")],
)
def test_unreadable_file(text, allowed, tmp_path):
    """Broken TOML says where it breaks."""
    with pytest.raises(InvalidInput, match="line") as caught:
        resolve(written(tmp_path, text))
    assert caught.value.allowed == allowed


def test_files_that_are_none(tmp_path):
    """No such name, a folder, and bytes that are not text."""
    with pytest.raises(InvalidInput, match="one of demo, us-grocer-48"):
        resolve("no-such")
    with pytest.raises(InvalidInput, match="one of demo"):
        resolve(tmp_path)
    with pytest.raises(InvalidInput, match="one of baseline"):
        resolve("demo", "no-such")
    blob = tmp_path / "blob.toml"
    blob.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidInput, match="readable file"):
        resolve(blob)


def test_files_that_extend_each_other(tmp_path):
    """A circle of files is an error, not an endless loop."""
    (tmp_path / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "b.toml").write_text('extends = "a.toml"')
    with pytest.raises(InvalidInput, match="extend each other"):
        resolve(tmp_path / "a.toml")


def test_error_in_the_base_names_the_base(tmp_path):
    """The file that states the value is named, not the one that extends it."""
    base = written(tmp_path, "weeks = 0", "base.toml")
    child = tmp_path / "child.toml"
    child.write_text('extends = "base.toml"\nseed = 3')
    with pytest.raises(InvalidInput) as caught:
        resolve(child)
    assert caught.value.path == "weeks"
    assert base.name in str(caught.value.file)


@pytest.mark.parametrize(
    ("sets", "path", "allowed"),
    [
        ({"catalogue.product_count": -1}, "catalogue.product_count", "at least 10"),
        ({"catalogue.colour": 1}, "catalogue.colour", "known keys"),
        ({"network.nowhere.x": 1}, "network.nowhere.x", "one of dcs"),
        (
            {"staff.roles[name=king].heads_per_store": 1},
            "staff.roles[name=king].heads_per_store",
            "name one of cashier",
        ),
        ({"seed": 1, "a..b": 1}, "a..b", "keys joined by dots"),
    ],
)
def test_overrides(sets, path, allowed):
    """An override that is wrong is named as such."""
    with pytest.raises(InvalidInput) as caught:
        resolve("demo", overrides=sets)
    assert (caught.value.path, caught.value.file) == (path, "--set")
    assert allowed in caught.value.allowed


TABLES = {
    "unknown column": ("product_id,colour\n1029743,3", "colour"),
    "no product": ("price_cents\n100", "product_id"),
    "unknown product": ("product_id,price_cents\n5,100", "product_id[0]"),
    "product twice": ("product_id,price_cents\n1029743,100\n1029743,100", "product_id[1]"),
    "negative": ("product_id,price_cents\n1029743,-1", "price_cents[0]"),
    "not a number": ("product_id,weight_g\n1029743,nan", "weight_g[0]"),
    "no supplier": ("product_id,supplier\n1029743,", "supplier[0]"),
    "unknown supplier": ("product_id,supplier\n1029743,Nobody 1", "supplier[0]"),
}


@pytest.mark.parametrize("case", TABLES)
def test_product_table(case, tmp_path):
    """The table beside the file is held to the same rules."""
    text, path = TABLES[case]
    (tmp_path / "mine.csv").write_text(text)
    file = written(tmp_path, '[catalogue]\ntable = "mine.csv"')
    with pytest.raises(InvalidInput) as caught:
        resolve(file)
    assert (caught.value.path, caught.value.file) == (path, "mine.csv")
    assert [error.path for error in check(file)] == [path]


def test_product_table_goes_before_the_facts(tmp_path):
    """Stated values are taken as they are, demand still meets the sales target."""
    (tmp_path / "mine.csv").write_text(
        "product_id,price_cents,case_pack,supplier\n1029743,400,4,Dairy 3\n1082185,99,40,Fresh 1\n"
    )
    text = '[catalogue]\nproduct_count = 50\ntable = "mine.csv"'
    world = resolve(written(tmp_path, text))
    row = world.products.id.tolist().index(1029743)
    assert world.products.price_cents[row] == 400
    assert world.products.case_pack[row] == 4
    assert world.suppliers.name[world.products.supplier[row]] == "Dairy 3"
    (tmp_path / "mine.csv").write_text("product_id,price_cents\n1029743,401\n")
    assert resolve(tmp_path / "mine.toml").run_id != world.run_id
    (tmp_path / "mine.csv").unlink()
    with pytest.raises(InvalidInput, match="readable CSV"):
        resolve(tmp_path / "mine.toml")
