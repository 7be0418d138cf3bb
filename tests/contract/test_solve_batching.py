"""`backhaul solve batching`: one JSON object on stdout, and errors without a traceback."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments):
    code = "from backhaul.service.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "solve", "batching", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def documented():
    """The JSON problem as docs/slotting.md shows it."""
    text = (ROOT / "docs" / "slotting.md").read_text()
    start = text.index("{", text.index("solve batching"))
    return json.loads(text[start : text.index("```", start)])


def test_the_documented_problem(tmp_path):
    """Both orders fit one cart; the answer file lists them with picker and times."""
    file, out = tmp_path / "orders.json", tmp_path / "plan.json"
    file.write_text(json.dumps(documented()))
    done = run(file, "--seconds", 0.2, "--out", out)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert {"cost", "status", "bound", "seconds", "batches"} <= summary.keys()
    plan = json.loads(out.read_text())
    assert sorted(o for b in plan["batches"] for o in b["orders"]) == ["o1", "o2"]
    assert {"metres", "picker", "start", "end", "late"} <= plan["batches"][0].keys()


def test_an_unknown_slot_is_named(tmp_path):
    """Exit code 2, one line on stderr, nothing on stdout."""
    data = documented()
    data["orders"][0]["slots"] = ["zz"]
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(data))
    done = run(file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "orders[0].slots: found zz" in done.stderr
    assert "Traceback" not in done.stderr
