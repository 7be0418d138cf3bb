"""The clock gets queueing theory right, and the same on both engines."""

import csv
from pathlib import Path

import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.sim.clock.analytic import KNOWN, analytic_rows

FACTS = Path(__file__).parents[3] / "data" / "clock" / "queueing.csv"


def test_the_known_values_are_those_of_the_facts():
    """A figure that was typed wrong would make the comparison worthless."""
    with FACTS.open(newline="") as file:
        facts = {row["name"]: float(row["known_value"]) for row in csv.DictReader(file)}
    assert {known.name: known.value for known in KNOWN} == facts


def test_both_engines_give_the_same_figures():
    """The same seed and the same events: equal to the last bit, Little's law in every run."""
    rows = analytic_rows(size=0.002)
    half = len(rows) // 2
    for theirs, ours in zip(rows[half:], rows[:half], strict=True):
        assert (theirs.engine, ours.engine) == ("simpy", "compiled")
        assert (theirs.name, theirs.half_width) == (ours.name, ours.half_width)
        # Little's law is measured by two codes, whose rounding differs.
        assert theirs.got == pytest.approx(ours.got, rel=0, abs=1e-9 * (ours.known == 0))
        assert theirs.inside or theirs.known > 0


def test_short_runs_cover_the_known_values():
    """With a fixed seed, the 99.9 % intervals of runs a fiftieth as long cover what theory says."""
    for row in analytic_rows(("compiled",), size=0.02, seed=5):
        assert abs(row.got - row.known) <= row.half_width * 3.883 / 2.093 + 1e-9, row


def test_too_few_replications_are_refused():
    """An interval from a handful of runs says nothing."""
    with pytest.raises(InvalidInput, match="at least 20"):
        analytic_rows(replications=3)
