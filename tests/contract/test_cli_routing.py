"""`backhaul solve routing`: one JSON object on stdout, a plan file, clear errors."""

import json
from pathlib import Path

from typer.testing import CliRunner

from backhaul.engine import InvalidInput
from backhaul.engine.routing import read, read_solution
from backhaul.service.cli import app

DATA = Path(__file__).parents[1] / "data" / "routing"


def test_one_json_object_and_a_plan(tmp_path):
    out = tmp_path / "plan.sol"
    file = DATA / "X-n101-k25.vrp"
    args = ["solve", "routing", str(file), "--seconds", "0.3", "--seed", "1", "--out", str(out)]
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert {"cost", "status", "bound", "seconds", "iterations"} <= set(summary)
    solution = read_solution(read(file), out)
    assert solution.cost == summary["cost"]
    assert f"Cost {summary['cost']}" in out.read_text()


def test_an_unreadable_file_is_one_clear_error(tmp_path):
    (tmp_path / "a.vrp").write_text("nonsense")
    result = CliRunner().invoke(app, ["solve", "routing", str(tmp_path / "a.vrp")])
    assert isinstance(result.exception, InvalidInput)
    assert "a.vrp" in str(result.exception)
