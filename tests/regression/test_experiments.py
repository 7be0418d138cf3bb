"""Experiments: A against A is exactly zero, and the number of workers changes nothing."""

import hashlib
import json

import polars as pl
import pytest

from backhaul.scenarios.experiments import run_experiment
from backhaul.sim.results import FILES, read_table

SMALL = {"catalogue.product_count": 60, "weeks": 2}


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "aa"
    return run_experiment("demo", ["baseline", "baseline"], replications=2, out=out,
                          overrides=SMALL, workers=1)  # fmt: skip


def test_a_against_a_is_exactly_zero(again):
    """The same streams give the same customers: not nearly, exactly."""
    assert (again.comparison["difference"] == 0.0).all()
    assert (again.comparison["low"] == 0.0).all()
    assert (again.comparison["high"] == 0.0).all()
    assert set(again.comparison["verdict"]) == {"no difference"}


def test_workers_change_no_byte(again, tmp_path):
    """Processes only share the work out; every table must be the same file."""
    two = run_experiment("demo", ["baseline", "baseline"], replications=2, out=tmp_path / "aa",
                         overrides=SMALL, workers=2)  # fmt: skip
    assert digests(two.folder) == digests(again.folder)


def test_a_run_folder_is_complete_in_itself(again):
    """Every table, the resolved scenario, the journal and what it is."""
    folder = again.folder / "runs" / "baseline-0"
    facts = json.loads((folder / "run.json").read_text())
    assert facts["complete"]
    assert facts["audit_clean"]
    assert all(read_table(folder, name) is not None for name in FILES)
    assert (folder / "resolved.json").exists()


def test_complete_runs_are_kept(again):
    """An experiment that is asked for again does not simulate again: nothing is rewritten."""
    folder = again.folder / "runs" / "baseline-0" / "events.parquet"
    before = folder.stat().st_mtime_ns
    run_experiment("demo", ["baseline", "baseline"], replications=2, out=again.folder,
                   overrides=SMALL, workers=1)  # fmt: skip
    assert folder.stat().st_mtime_ns == before


def test_the_journal_passes_bean_check(again):
    """An independent program (beancount) adds up every account to the cent."""
    loader = pytest.importorskip("beancount.loader")
    _, errors, _ = loader.load_file(str(again.folder / "runs" / "baseline-0" / "journal.beancount"))
    assert errors == []


def test_a_changed_cent_is_found(again, tmp_path):
    """The test of the test: one cent more in one posting, and the checker must object."""
    loader = pytest.importorskip("beancount.loader")
    text = (again.folder / "runs" / "baseline-0" / "journal.beancount").read_text()
    lines = text.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if line.startswith("  Income:Sales"))
    account, amount, _ = lines[at].split()
    lines[at] = f"  {account}  {float(amount) + 0.01:.2f} USD\n"
    path = tmp_path / "changed.beancount"
    path.write_text("".join(lines))
    _, errors, _ = loader.load_file(str(path))
    assert errors


def test_statements_are_projections(again):
    """The bank's movements add up to its balance; assets equal liabilities, equity and profit."""
    folder = again.folder / "runs" / "baseline-0"
    postings = read_table(folder, "postings")
    bank = postings.filter(pl.col("account") == "Assets:Bank")["amount_cents"].sum()
    assert read_table(folder, "cash_flow")["amount_cents"].sum() == bank
    assert read_table(folder, "balance_sheet")["amount_cents"].sum() == 0
