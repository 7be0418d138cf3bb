"""`backhaul solve planogram`: one JSON object on stdout, and errors without a traceback."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments):
    code = "from backhaul.service.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "solve", "planogram", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_documented_problem(tmp_path):
    """The JSON of docs/space.md is solved; the answer file says what stands where."""
    text = (ROOT / "docs" / "space.md").read_text()
    start = text.index("```json") + 7
    file, out = tmp_path / "shelf.json", tmp_path / "plan.json"
    file.write_text(text[start : text.index("```", start)])
    done = run(file, "--seconds", 0.2, "--out", out)
    assert done.returncode == 0, done.stderr
    assert {"cost", "bound", "status", "unlisted"} <= json.loads(done.stdout).keys()
    plan = json.loads(out.read_text())
    assert {"product", "shelf", "x_mm", "facings", "high", "deep"} <= plan["standing"][0].keys()


def test_a_shelf_without_width_is_named(tmp_path):
    """Exit code 2, one line on stderr, nothing on stdout."""
    file = tmp_path / "shelf.json"
    shelf = {"width_mm": 0, "height_mm": 300, "depth_mm": 400}
    file.write_text(json.dumps({"shelves": [shelf], "products": []}))
    done = run(file)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "shelves[0].width_mm: found 0" in done.stderr
    assert "Traceback" not in done.stderr
