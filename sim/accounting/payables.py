"""Supplier invoices: matched with order and receipt, paid by terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

from backhaul.sim.spine import Account, Gate, Ledger

__all__ = ["Invoice", "Payables", "Terms", "match_invoice", "pay_when_due", "take_discount"]


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms of a supplier, for example 2/10 net 30.

    Parameters
    ----------
    net_d : int
        Days after receipt at which the whole is due.
    discount_share, discount_d : float, int
        Taken off when paid within so many days.
    """

    net_d: int
    discount_share: float = 0.0
    discount_d: int = 0


@dataclass(order=True, slots=True)
class Invoice:
    """One open invoice; ordered by the day on which something must be decided."""

    decide_day: int
    number: int
    supplier: int = field(compare=False)
    site: int = field(compare=False)
    received_day: int = field(compare=False)
    amount_cents: int = field(compare=False)


def match_invoice(
    ordered_cents: int, received_cents: int, invoiced_cents: int, tolerance_share: float
) -> bool:
    """Three-way match: pay an invoice that agrees with order and receipt within the tolerance.

    Examples
    --------
    >>> match_invoice(1000, 1000, 1005, 0.01), match_invoice(1000, 900, 1000, 0.01)
    (True, False)
    """
    allowed = tolerance_share * received_cents
    return abs(invoiced_cents - received_cents) <= allowed and invoiced_cents <= (
        1 + tolerance_share
    ) * max(ordered_cents, received_cents)


def pay_when_due(terms: Terms, _cash_cents: int, _line_rate_year: float) -> bool:
    """Never take a discount: pay on the last day."""
    return False


def take_discount(terms: Terms, cash_cents: int, line_rate_year: float) -> bool:
    """Take the discount when it yields more than the credit line costs.

    2/10 net 30 yields 37.2 % a year (2/98 * 365/20): almost always worth a draw.
    """
    if terms.discount_share <= 0 or terms.net_d <= terms.discount_d:
        return False
    gain = terms.discount_share / (1 - terms.discount_share)
    return gain * 365 / (terms.net_d - terms.discount_d) > line_rate_year


class Payables:
    """From goods received to money paid.

    Parameters
    ----------
    ledger, gate : Ledger, Gate
        The gate must know ``invoice_match`` and ``invoice_payment``.
    terms : sequence of Terms
        By supplier.
    invoice_delay_d : int
        Days from receipt to invoice.
    tolerance_share : float
        Of the three-way match.
    line_rate_year : float
        Cost of the credit line, for the discount decision.
    """

    def __init__(
        self,
        ledger: Ledger,
        gate: Gate,
        terms: list[Terms],
        *,
        invoice_delay_d: int,
        tolerance_share: float,
        line_rate_year: float,
        cash: Callable[[], int],
    ) -> None:
        self._ledger, self._gate, self.terms = ledger, gate, terms
        self._delay, self._rate, self._cash = invoice_delay_d, line_rate_year, cash
        self._tolerance = tolerance_share
        self._waiting: list[Invoice] = []
        self._open: list[Invoice] = []
        self._count = 0

    def open_at_start(self, invoice: Invoice) -> None:
        """Take over an invoice that is open on the first day; the opening journal posts it."""
        heappush(self._open, invoice)

    def goods_received(
        self,
        day: int,
        site: int,
        supplier: int,
        ordered_cents: int,
        received_cents: int,
        standard_cents: int,
    ) -> None:
        """Post a receipt; the invoice follows for what was received.

        Stock is held at the standard cost of the range's first day; a purchase price that a strategy
        changed later shows as a variance in the cost of goods sold.
        """
        if received_cents == 0:
            return
        self._ledger.post(
            "goods received",
            site,
            [
                (Account.INVENTORY_DC, standard_cents),
                (Account.COGS, received_cents - standard_cents),
                (Account.GRNI, -received_cents),
            ],
            f"supplier {supplier}",
        )
        self._count += 1
        invoice = Invoice(day + self._delay, self._count, supplier, site, day, received_cents)
        matched = self._gate.decide(
            "invoice_match",
            ordered_cents,
            received_cents,
            received_cents,
            self._tolerance,
            entity=f"supplier {supplier}",
            value_cents=received_cents,
        )
        if not matched:
            # A person clears it: the invoice is taken up a week later.
            invoice.decide_day += 7
        heappush(self._waiting, invoice)

    def run(self, day: int) -> int:
        """Take up invoices that came in, and pay what is due; return the cents paid."""
        while self._waiting and self._waiting[0].decide_day <= day:
            invoice = heappop(self._waiting)
            self._ledger.post(
                "invoice",
                invoice.site,
                [(Account.GRNI, invoice.amount_cents), (Account.PAYABLE, -invoice.amount_cents)],
                f"invoice {invoice.number}",
            )
            terms = self.terms[invoice.supplier]
            early = terms.discount_share > 0 and invoice.received_day + terms.discount_d >= day
            invoice.decide_day = invoice.received_day + (terms.discount_d if early else terms.net_d)
            heappush(self._open, invoice)
        paid = 0
        due: list[Invoice] = []
        while self._open and self._open[0].decide_day <= day:
            due.append(heappop(self._open))
        if due:
            total = sum(invoice.amount_cents for invoice in due)
            chosen = self._gate.decide(
                "invoice_payment",
                due,
                day,
                value_cents=total,
                count=len(due),
                describe=lambda pay: f"pay {sum(pay)} of {len(pay)} invoices",
            )
            for invoice, now in zip(due, chosen, strict=True):
                paid += self._settle(invoice, day) if now else self._postpone(invoice)
        return paid

    def choose(self, due: list[Invoice], day: int) -> list[bool]:
        """Pay what is due; take a discount that yields more than the credit line costs."""
        return [
            day >= invoice.received_day + self.terms[invoice.supplier].net_d
            or take_discount(self.terms[invoice.supplier], self._cash(), self._rate)
            for invoice in due
        ]

    def choose_last_day(self, due: list[Invoice], day: int) -> list[bool]:
        """Pay every invoice on its last day, discount or not."""
        return [day >= invoice.received_day + self.terms[invoice.supplier].net_d for invoice in due]

    def _postpone(self, invoice: Invoice) -> int:
        invoice.decide_day = invoice.received_day + self.terms[invoice.supplier].net_d
        heappush(self._open, invoice)
        return 0

    def _settle(self, invoice: Invoice, day: int) -> int:
        terms = self.terms[invoice.supplier]
        discount = 0
        if day <= invoice.received_day + terms.discount_d:
            discount = int(invoice.amount_cents * terms.discount_share)
        cash = invoice.amount_cents - discount
        self._ledger.post(
            "supplier payment",
            invoice.site,
            [
                (Account.PAYABLE, invoice.amount_cents),
                (Account.BANK, -cash),
                (Account.VENDOR_FUNDING, -discount),
            ],
            f"invoice {invoice.number}",
        )
        return cash

    def open_cents(self) -> int:
        """Return the sub-ledger's total of invoices taken up and not paid: equals the account."""
        return sum(invoice.amount_cents for invoice in self._open)

    def uninvoiced_cents(self) -> int:
        """Return the sub-ledger's total of receipts without invoice: equals its account."""
        return sum(invoice.amount_cents for invoice in self._waiting)
