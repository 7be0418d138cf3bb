"""`backhaul solve loading`: one JSON object on stdout, files whole or not at all."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backhaul.engine.loading import JointPlan, LoadingProblem
from backhaul.engine.packing import layout_from_dict

DATA = Path(__file__).parents[1] / "data" / "loading"
INSTANCE = {
    "format": "packing-instance/1",
    "name": "two stops",
    "problem": "bin_packing",
    "rules": {"min_support": 0.75, "lifo": True, "check_sequence": True},
    "bins": [{"id": "van", "size": [20, 10, 10]}],
    "items": [
        {"id": "near", "size": [10, 10, 5], "copies": 2, "stop": 0, "weight": 1.5},
        {"id": "far", "size": [10, 10, 10], "stop": 1, "weight": 2},
    ],
}


def run(*args):
    code = "from backhaul.service.cli import main; main()"
    command = [sys.executable, "-c", code, "solve", "loading", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_solve_loading(tmp_path):
    """All three boxes fit only with the later stop at the front wall."""
    file, out, page = tmp_path / "i.json", tmp_path / "o.json", tmp_path / "p.html"
    file.write_text(json.dumps(INSTANCE))
    done = run(file, "--seconds", 1, "--out", out, "--instructions", page)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["cost"], summary["status"], summary["loaded"]) == (0, "optimal", 3)
    problem = LoadingProblem.read(file)
    layout = layout_from_dict(problem.as_packing(), json.loads(out.read_text()))
    assert [p.item for p in layout[0].placements] == [1, 0, 0]
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("change", "words"),
    [({"bins": []}, "bins"), ({"items": [{"id": "a", "size": [0, 1, 1]}]}, "items")],
)
def test_bad_input_exits_with_2_and_one_line(tmp_path, change, words):
    """One line on stderr that names file and path; nothing on stdout."""
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({**INSTANCE, **change}))
    done = run(file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "bad.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_solve_loading_takes_routes_with_loads(tmp_path):
    """A cvrp3l file gives routes; the optimum of this one is 301.658 (proven)."""
    out = tmp_path / "plan.json"
    done = run(DATA / "3l_cvrp01.json", "--seconds", 1, "--out", out)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cost"] >= 301.657
    assert JointPlan.from_dict(json.loads(out.read_text())).check().ok
