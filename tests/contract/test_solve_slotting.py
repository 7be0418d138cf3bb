"""`backhaul solve slotting`: one JSON object on stdout, and errors without a traceback."""

import json
import subprocess
import sys
from pathlib import Path

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
