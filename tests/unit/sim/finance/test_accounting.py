"""Accounting rules against hand-computed answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backhaul.engine.errors import InvariantBroken
from backhaul.sim.accounting.payables import Invoice, Payables, Terms, take_discount
from backhaul.sim.accounting.receipts import Receipts, StoreDay, split_cents
from backhaul.sim.accounting.taxes import Taxes, sales_tax_cents
from backhaul.sim.payroll.financing import net_present_value
from backhaul.sim.payroll.pay import Payroll, week_pay_cents
from backhaul.sim.spine import Account, DecisionLog, Gate, Ledger
from backhaul.sim.world import Card, EmployerCharges

CARDS = (
    Card("debit", 0.45, 0.0005, 21, 1),
    Card("credit", 0.40, 0.02, 0, 2),
    Card("cash", 0.15, 0.0, 0, 0),
)


@pytest.fixture
def ledger():
    return Ledger(lambda: 0, ["store", "office"])


def test_a_journal_that_does_not_balance_is_refused(ledger):
    """Debits equal credits in every journal, or nothing is posted."""
    with pytest.raises(InvariantBroken, match="sale"):
        ledger.post("sale", 0, [(Account.TILL, 100), (Account.SALES, -99)])
    assert ledger.total() == 0


def test_card_money_comes_net_of_fees_on_its_day(ledger):
    """42.07 USD by debit costs .21 + .0005 * 42.07 = .231: 23 cents (the published cap)."""
    receipts = Receipts(ledger, (Card("debit", 1.0, 0.0005, 21, 1),))
    receipts.close_store_day(0, 0, StoreDay(4207, 0, 1, 3000, 0, 0))
    receipts.settle(0)
    assert ledger.balance(Account.BANK) == 0
    receipts.settle(1)
    assert ledger.balance(Account.BANK) == 4207 - 23
    assert ledger.balance(Account.CARD_FEES) == 23
    assert receipts.coming_cents() == 0


@given(st.integers(0, 10**12))
def test_a_split_loses_no_cent(total):
    """The remainder of the rounding goes to the last tender."""
    assert sum(split_cents(total, (0.15, 0.40))) == total


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 5000))
def test_store_days_keep_the_sub_ledger(net, tax, baskets):
    """What is on its way to the bank equals its control accounts, whatever the amounts."""
    ledger = Ledger(lambda: 0, ["store", "office"])
    receipts = Receipts(ledger, CARDS)
    receipts.close_store_day(0, 0, StoreDay(net, tax, baskets, net // 2, 0, 0))
    coming = ledger.balance(Account.TILL) + ledger.balance(Account.CARD_RECEIVABLE)
    assert coming == receipts.coming_cents() == net + tax


def test_sales_tax_is_exact():
    """6.25 % of 1.00 is 6.25 cents, rounded half up to 6; of 1.20, 7.5 to 8."""
    assert (sales_tax_cents(100, 62_500), sales_tax_cents(120, 62_500)) == (6, 8)


def test_tax_returns_by_state_equal_the_account(ledger):
    """A second computation from the day's sales gives the same liability, to the cent."""
    taxes = Taxes(ledger, ["TX", "TN"], [0, 40_000], [62_500, 70_000], 210_000)
    total = taxes.on_sales(0, 5_000, 1_000) + taxes.on_sales(1, 5_000, 1_000)
    assert total == 0 + 63 + 200 + 70
    assert taxes.liability_cents() == total
    assert taxes.close_month() == [("TN", 270), ("TX", 63)]


def test_two_ten_net_thirty_beats_the_credit_line():
    """2/10 net 30 yields 37.2 % a year."""
    terms = Terms(30, 0.02, 10)
    assert take_discount(terms, 0, 0.37)
    assert not take_discount(terms, 0, 0.38)


def payables(ledger, terms):
    log = DecisionLog()
    gate = Gate(log, lambda: 0, {})
    found = Payables(ledger, gate, [terms], invoice_delay_d=2, tolerance_share=0.005,
                     line_rate_year=0.07, cash=lambda: 0)  # fmt: skip
    gate.register("accounting", "invoice_match", "three_way", lambda *_: True)
    gate.register("accounting", "invoice_payment", "take_discount", found.choose)
    return found


def test_an_invoice_runs_from_receipt_to_payment(ledger):
    """Received on day 0, invoiced on day 2, paid with the discount on day 10."""
    found = payables(ledger, Terms(30, 0.02, 10))
    found.goods_received(0, 0, 0, 1_000, 1_000, 1_000)
    assert ledger.balance(Account.GRNI) == -1_000
    assert [found.run(day) for day in range(12)] == [0] * 10 + [980, 0]
    assert ledger.balance(Account.PAYABLE) == 0
    assert ledger.balance(Account.VENDOR_FUNDING) == -20


def test_without_a_discount_it_is_paid_on_the_last_day(ledger):
    """Net 5: the money stays here until day 5."""
    found = payables(ledger, Terms(5))
    found.open_at_start(Invoice(5, 1, 0, 0, 0, 700))
    ledger.post("opening", 0, [(Account.PAYABLE, -700), (Account.EQUITY, 700)])
    assert [found.run(day) for day in range(7)] == [0, 0, 0, 0, 0, 700, 0]


def test_a_week_of_45_hours_at_19_dollars(ledger):
    """The known answer: gross 902.50, employer FICA 69.04, unemployment tax 5.42 (rounded: 5.415)."""
    gross = week_pay_cents(45 * 3600, 1900)
    assert gross == 90_250
    charges = EmployerCharges(0.062, 10**9, 0.0145, 0.006, 700_000, 0.0, 40, 1.5, 725)
    payroll = Payroll(ledger, charges)
    payroll.start_year({0: 1})
    assert payroll.accrue(0, Account.STORE_WAGES, gross) - gross == round(6904.125 + 541.5)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=20), st.floats(0, 0.5))
def test_net_present_value_by_horner(flows, rate):
    """The same sum, formed backwards."""
    value = 0.0
    for flow in reversed(flows):
        value = value / (1 + rate) + flow
    assert net_present_value(flows, rate) == pytest.approx(value, rel=1e-9, abs=1e-6)
