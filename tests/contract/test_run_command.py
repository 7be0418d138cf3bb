"""`backhaul run` and `compare` as a person meets them: one line for an error, nothing half written."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

SMALL = ["--set", "catalogue.product_count=60", "--set", "weeks=2"]


def backhaul(*words, **settings):
    code = "from backhaul.service.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True,
        timeout=100, check=False, **settings,
    )  # fmt: skip


def test_a_run_writes_a_folder_with_a_report(tmp_path):
    """The folder is complete in itself, and the report is one file."""
    out = tmp_path / "run"
    done = backhaul("run", "demo", *SMALL, "--audit", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "conservation audit: clean" in done.stdout
    assert json.loads((out / "experiment.json").read_text())["complete"]
    assert (out / "report.html").stat().st_size > 1_000_000
    assert not list(out.rglob(".*.part"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["run", "nowhere"], "nowhere"),
        (["run", "demo", "--set", "catalogue.product_cuont=5"], "product_cuont"),
        (["run", "demo", "--set", "fleet.dwell_s=-1"], "dwell_s"),
        (["run", "demo", "--set", "catalogue.price_level=nan"], "price_level"),
        (["compare", "demo", "baseline", "no-such-strategy"], "no-such-strategy"),
        (["run", "demo", "--set", "policies.slotting.policy=random"], "policies.slotting"),
        (["validate"], "validate"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(tmp_path, words, named):
    """File, path, value and what is allowed; no traceback, no folder."""
    done = backhaul(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_says_what_is_complete(tmp_path):
    """Ctrl-C in the middle: exit code 130, no traceback, no half-written run folder."""
    code = "from backhaul.service.entry import main; print('loading', flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", "demo", "--out", str(tmp_path / "run")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip
    process.stdout.readline()  # a busy machine takes its time to get here
    time.sleep(5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert "Traceback" not in out + err
    assert process.returncode == 130
    assert "interrupted" in out + err
    assert list(tmp_path.iterdir()) == []
