"""`backhaul scenario`: one line and exit code 2 for bad input, and pages that tell the truth."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from backhaul.scenarios import resolve, shipped
from backhaul.scenarios.build import keys
from backhaul.service.commands.scenario import overrides

DOCS = Path(__file__).parents[2] / "docs"


def run(*arguments, cwd=None):
    code = "from backhaul.service.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "scenario", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def test_list_and_show():
    """What is listed can be shown."""
    listed = run("list").stdout.split("\n")
    assert "scenario demo" in listed
    assert "strategy fixed-routine" in listed
    done = run("show", "demo", "--set", "catalogue.product_count=50", "--strategy", "dc-out")
    assert done.returncode == 0
    assert "12 in 6 cities" in done.stdout


def test_resolve_writes_the_file_and_the_sources(tmp_path):
    """The file that is written gives the run that was printed."""
    out = tmp_path / "resolved.json"
    done = run("resolve", "demo", "--set", "catalogue.product_count=50", "--out", str(out))
    assert done.returncode == 0
    assert done.stdout.startswith(f"run {resolve(out).run_id}")
    assert re.search(r"products\.width_mm +assumed +rule of", done.stdout)
    assert json.loads(out.read_text())["scenario"]["catalogue"]["product_count"] == 50


@pytest.mark.parametrize("command", ["show", "check", "resolve"])
def test_bad_input_is_one_line_and_exit_code_2(command, tmp_path):
    """No traceback: file, path, value, what is allowed."""
    file = tmp_path / "bad.toml"
    file.write_text('extends = "demo"\n[fleet]\ndwell_min = 15\n')
    done = run(command, "bad.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "backhaul: bad.toml: fleet.dwell_min: found 15, allowed: only known keys: "
        "did you mean dwell_s (a whole number (seconds))?\n"
    )


def test_check_lists_every_error(tmp_path):
    """One line an error."""
    (tmp_path / "bad.toml").write_text('extends = "demo"\nweeks = 0\nseed = -1\n')
    done = run("check", "bad.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert [line.split(": ")[2] for line in done.stderr.splitlines()] == ["seed", "weeks"]


def test_nothing_is_written_when_the_input_is_bad(tmp_path):
    """No half-written file."""
    done = run("resolve", "demo", "--set", "weeks=0", "--out", str(tmp_path / "x.json"))
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("weeks=3", "weeks", 3),
        ("title=a = b", "title", "a = b"),
        (
            "staff.roles[name=cashier].heads_per_store=4",
            "staff.roles[name=cashier].heads_per_store",
            4,
        ),
        ("x=[1, 2]", "x", [1, 2]),
        (
            'policies.slotting={policy = "popularity"}',
            "policies.slotting",
            {"policy": "popularity"},
        ),
    ],
)
def test_set(text, path, value):
    """The first equals sign outside brackets parts path and value."""
    assert overrides([text]) == {path: value}


def test_key_page_is_the_schema():
    """The page is made from the schema: a new key without it fails here."""
    assert (DOCS / "scenario-keys.md").read_text() == keys.table()


def test_examples_of_the_page_run(tmp_path):
    """The two TOML files in the documentation resolve as they stand."""
    blocks = re.findall(r"```toml\n(.*?)```", (DOCS / "scenarios.md").read_text(), re.DOTALL)
    scenario, strategy = blocks
    (tmp_path / "mine.toml").write_text(scenario)
    (tmp_path / "mine.csv").write_text("product_id,price_cents\n1029743,300\n")
    world = resolve(tmp_path / "mine.toml")
    assert (len(world.stores), len(world.products)) == (2, 300)
    (tmp_path / "s.toml").write_text(strategy)
    edited = resolve("demo", tmp_path / "s.toml", {"catalogue.product_count": 50})
    assert (len(edited.stores), len(edited.postings), len(edited.changes)) == (10, 1, 1)
    assert tomllib.loads(strategy)["name"] == edited.strategy


def test_page_names_what_is_shipped():
    """Every shipped scenario and strategy is on the page."""
    page = (DOCS / "scenarios.md").read_text()
    for name in (*shipped(), *shipped("strategies")):
        assert f"`{name}`" in page
