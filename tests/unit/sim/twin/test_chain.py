"""The twin as a whole: conserved, reproducible, the same on both clocks."""

import polars as pl
import pytest

from backhaul.sim.chain import Chain
from backhaul.sim.results import figures, run_frames
from backhaul.sim.spine import Account


@pytest.fixture(scope="module")
def run(small_world):
    chain = Chain(small_world, strict_audit=True)
    chain.run()
    return chain


def test_the_audit_is_clean_and_was_made(run):
    """Each day holds the ledger, five sub-ledgers, stock, units and vehicles against each other."""
    assert run.audit.clean
    assert run.audit.checks > 10 * run.base.days


def test_debits_equal_credits_in_every_journal(run):
    """Not only in total: a journal that does not balance could hide behind another."""
    sums = run.ledger.frame().group_by("journal").agg(pl.col("amount_cents").sum())
    assert (sums["amount_cents"] == 0).all()


def test_balances_are_a_projection_of_the_postings(run):
    """The running balances must be rebuilt exactly from the log."""
    rebuilt = dict(
        run.ledger.frame().group_by("account").agg(pl.col("amount_cents").sum()).iter_rows()
    )
    assert all(rebuilt.get(a.value, 0) == run.ledger.balance(a) for a in Account)


def test_every_department_decides(run):
    """A department without a decision in two weeks would be a name without work."""
    seen = set(run.decisions.frame()["department"])
    assert seen >= {
        "accounting", "payroll", "legal", "people", "storage", "loading", "transport", "routes",
        "customers", "channels", "catalogue", "space", "management",
    }  # fmt: skip


def test_units_are_conserved_over_the_whole_run(run):
    """Opening + received = sold + waste + shrink + closing in the stores, exactly."""
    book = run.books.store
    sold = int(book["units"].sum())
    out = sold + int(book["waste_units"].sum()) + int(book["shrink_units"].sum())
    closing = int(book["stock_units"][-1].sum())
    received = int(run.customers.received_units)
    assert received == out + closing


def test_both_clocks_give_the_same_run(small_world, run):
    """Stock SimPy is the reference: every event and every posting must be identical."""
    reference = Chain(small_world, engine="simpy")
    reference.run()
    for name, frame in run_frames(reference).items():
        assert frame.equals(run_frames(run)[name]), name


def test_threads_do_not_change_a_byte(small_world, run):
    """Stores share nothing in the dense step."""
    other = Chain(small_world, threads=2)
    other.run()
    assert figures(other) == figures(run)


def test_replications_differ(small_world, run):
    """Another replication is another year of customers."""
    other = Chain(small_world, replication=1)
    other.run()
    assert figures(other)["sales_cents"] != figures(run)["sales_cents"]
