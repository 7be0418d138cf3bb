"""`backhaul solve slotting`: one JSON object on stdout, and errors without a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data" / "slotting"
PROBLEM = {
    "format": "backhaul-slotting-1",
    "layout": {"zones": [{"name": "ambient", "aisles": 2}], "bays": 3},
    "products": [
        {"id": "milk", "zone": "ambient", "picks_per_day": 9, "volume_cm3": 9, "weight_g": 9},
        {"id": "tea", "zone": "ambient", "picks_per_day": 1, "volume_cm3": 9, "weight_g": 9},
    ],
    "affinity": [["milk", "tea", 0.5]],
}


def run(*arguments):
    code = "from backhaul.service.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "solve", "slotting", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_json_problem(tmp_path):
    """The answer file lists every product with its slot's address."""
    file, out = tmp_path / "problem.json", tmp_path / "plan.json"
    file.write_text(json.dumps(PROBLEM))
    done = run(file, "--seconds", 0.2, "--out", out)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["unplaced"] == 0
    assert {"cost", "status", "bound", "seconds", "iterations"} <= summary.keys()
    plan = json.loads(out.read_text())
    assert {entry["product"] for entry in plan["assignments"]} == {"milk", "tea"}


def test_a_qaplib_file():
    """578 is the proven optimum of nug12."""
    done = run(DATA / "nug12.qap", "--seconds", 0.3)
    assert json.loads(done.stdout)["cost"] == 578


def test_an_unknown_product_is_named(tmp_path):
    """Exit code 2, one line on stderr, nothing on stdout."""
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(PROBLEM | {"affinity": [["milk", "beer", 1]]}))
    done = run(file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "affinity[0]: found beer" in done.stderr
    assert "Traceback" not in done.stderr


LINES = [["milk", "tea"], ["milk"], ["tea"]]
WITH_ORDERS = {key: value for key, value in PROBLEM.items() if key != "affinity"}


def test_whole_orders_come_back_from_the_answer():
    """What was solved can be read again: orders, congestion and the walk that they make."""
    from backhaul.engine import slotting
    from backhaul.engine.stop import Stop

    data = WITH_ORDERS | {
        "orders": {"days": 2, "lines": LINES},
        "congestion": {"meeting_mm": 500, "waves": 2},
    }
    solution = slotting.solve(slotting.problem_from_dict(data), stop=Stop(iterations=50))
    again = slotting.SlottingSolution.from_dict(json.loads(json.dumps(solution.to_dict())))
    assert slotting.problem_to_dict(again.problem)["orders"] == data["orders"]
    assert again.check().ok, str(again.check())


def test_seasons_are_told_apart(tmp_path):
    seasons = [
        {"name": "summer", "days": 90, "lines": LINES},
        {"name": "winter", "days": 90, "lines": [["tea"]] * 4},
    ]
    file, out = tmp_path / "problem.json", tmp_path / "plan.json"
    file.write_text(json.dumps(WITH_ORDERS | {"seasons": seasons, "judge": "worst"}))
    done = run(file, "--seconds", 0.2, "--out", out)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["metres_per_day"].keys() == {"summer", "winter"}
    assert len(json.loads(out.read_text())["assignments"]) == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"orders": {"lines": [["milk"], ["beer"]]}}, "orders.lines[1]: found beer"),
        ({"orders": {"lines": ["milk"]}}, "orders.lines[0]: found milk"),
        ({"orders": {"days": 0, "lines": [["milk"]]}}, "orders.days: found 0"),
        ({"orders": {"rows": []}}, "orders.rows: found an unknown key"),
        ({"congestion": {"meeting_mm": 1}}, "congestion.waves: found no value"),
        ({"seasons": []}, "seasons: found none"),
        ({"seasons": [{"name": "all", "lines": []}]}, "seasons[0]: found no order lines"),
        ({"seasons": [{"lines": []}]}, "seasons[0].name: found no value"),
        (
            {"seasons": [{"name": "all", "lines": LINES}], "judge": "best"},
            "judge: found best",
        ),
        (
            {"seasons": [{"name": "all", "lines": LINES}], "orders": {"lines": LINES}},
            "seasons: found beside orders",
        ),
    ],
)
def test_what_is_wrong_with_orders_is_named(tmp_path, more, message):
    from backhaul.engine import slotting
    from backhaul.engine.errors import InvalidInput

    file = tmp_path / "problem.json"
    file.write_text(json.dumps(WITH_ORDERS | more))

    def read_and_solve():
        problem = slotting.read(file)
        slotting.solve_seasons(problem.problem, problem.seasons)

    with pytest.raises(InvalidInput) as raised:
        read_and_solve()
    assert message in str(raised.value)
