"""The register: contracts, licences, filings, transport papers, and the breaches found in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backhaul.sim.spine import Account, EventLog, Gate, Ledger

__all__ = [
    "Contract",
    "DueFiling",
    "HeldLicence",
    "Register",
    "TransportPaper",
    "claim_fine",
    "file_on_due_day",
    "papers_complete",
    "renew_before_expiry",
    "waive_fine",
]


@dataclass(slots=True)
class Contract:
    """A supply contract: no order without a live one; late or short deliveries cost the supplier.

    Parameters
    ----------
    supplier : int
    end_day : int
        Last day on which it is in force.
    term_d : int
        Length of a renewal.
    otif_fine_ppm : int
        Claim on the cost of goods that came late or short.
    """

    supplier: int
    end_day: int
    term_d: int
    otif_fine_ppm: int


@dataclass(slots=True)
class HeldLicence:
    """A licence of one site: letting it end is a breach."""

    name: str
    site: int
    end_day: int
    term_d: int
    fee_cents: int
    penalty_cents: int


@dataclass(slots=True)
class DueFiling:
    """Something to hand in to an authority by a day, or pay the penalty."""

    name: str
    due_day: int
    penalty_cents: int
    filed_day: int | None = None


@dataclass(frozen=True, slots=True)
class TransportPaper:
    """The bill of lading of one trip: without it, and a driver within hours, nothing leaves."""

    trip: str
    driver: str
    stops: int
    pallets: int
    hours_clean: bool


def papers_complete(paper: TransportPaper) -> bool:
    """Release a transport whose paper names driver, stops and goods, with the driver within hours."""
    return bool(paper.driver) and paper.stops > 0 and paper.pallets > 0 and paper.hours_clean


def file_on_due_day(due_day: int, day: int) -> bool:
    """File on the due day."""
    return day >= due_day


def claim_fine(fine_cents: int) -> bool:
    """Claim what the contract allows."""
    return fine_cents > 0


def waive_fine(_fine_cents: int) -> bool:
    """Let it go: the claim costs goodwill."""
    return False


def renew_before_expiry(end_day: int, day: int, notice_d: int) -> bool:
    """Renew when the notice period begins."""
    return day >= end_day - notice_d


class Register:
    """Keeps what the law and the contracts ask for; finds breaches and posts what they cost.

    Parameters
    ----------
    ledger, events, gate
        The gate must know ``licence``, ``filing``, ``supplier_claim`` and ``transport_release``.
    contracts : sequence of Contract
        By supplier.
    licences : sequence of HeldLicence
    notice_d : int
        Days before the end at which a renewal is decided.
    breach_cents : int
        What a breach without a penalty of its own costs.
    """

    def __init__(
        self,
        ledger: Ledger,
        events: EventLog,
        gate: Gate,
        contracts: Sequence[Contract],
        licences: Sequence[HeldLicence],
        *,
        notice_d: int,
        breach_cents: int,
    ) -> None:
        self._ledger, self._events, self._gate = ledger, events, gate
        self.contracts, self.licences = list(contracts), list(licences)
        self.filings: list[DueFiling] = []
        self._notice, self._breach_cents = notice_d, breach_cents
        self.breaches = 0

    def may_order(self, supplier: int, day: int) -> bool:
        """Whether a contract with the supplier is in force."""
        return self.contracts[supplier].end_day >= day

    def daily(self, day: int) -> None:
        """Renew what ends, file what is due, and find what was missed."""
        for contract in self.contracts:
            if self._ask("licence", contract.end_day, day, f"supplier {contract.supplier}"):
                contract.end_day += contract.term_d
                self._events.add("legal", "contract renewed", f"supplier {contract.supplier}")
        for licence in self.licences:
            entity = f"{licence.name}, {self._ledger.sites[licence.site]}"
            if self._ask("licence", licence.end_day, day, entity, licence.fee_cents):
                licence.end_day += licence.term_d
                fee = licence.fee_cents
                lines = [(Account.LEGAL, fee), (Account.BANK, -fee)]
                self._ledger.post("licence fee", licence.site, lines, licence.name)
                self._events.add("legal", "licence renewed", entity, amount_cents=fee)
            elif licence.end_day == day - 1:
                self.breach(f"licence ended: {entity}", licence.site, licence.penalty_cents)
        for filing in self.filings:
            if filing.filed_day is None and filing.due_day == day:
                ready = self._gate.decide(
                    "filing",
                    filing.due_day,
                    day,
                    entity=filing.name,
                    value_cents=filing.penalty_cents,
                )
                if ready:
                    filing.filed_day = day
                    self._events.add("legal", "filed", filing.name)
                else:
                    self.breach(f"filing late: {filing.name}", None, filing.penalty_cents)
        self.filings = [f for f in self.filings if f.filed_day is None and f.due_day > day]

    def _ask(self, kind: str, end_day: int, day: int, entity: str, value_cents: int = 0) -> bool:
        if day < end_day - self._notice:
            return False  # nothing to decide yet: an empty decision would only swell the log
        return bool(
            self._gate.decide(
                kind,
                end_day,
                day,
                self._notice,
                entity=entity,
                value_cents=value_cents,
                describe=lambda yes: "renew" if yes else "let it end",
            )
        )

    def release(self, paper: TransportPaper) -> bool:
        """Release a transport: papers complete, and the driver stays within hours."""
        released = self._gate.decide(
            "transport_release",
            paper,
            entity=paper.trip,
            describe=lambda yes: "release" if yes else "hold",
        )
        self._events.add(
            "legal",
            "transport released" if released else "transport held",
            paper.trip,
            quantity=paper.pallets,
            detail=paper.driver,
        )
        return bool(released)

    def claim(self, supplier: int, site: int, late_or_short_cents: int) -> int:
        """Claim the fine for goods late or short; it lowers what the supplier is owed later."""
        fine = late_or_short_cents * self.contracts[supplier].otif_fine_ppm // 1_000_000
        if fine and self._gate.decide(
            "supplier_claim", fine, entity=f"supplier {supplier}", value_cents=fine
        ):
            lines = [(Account.VENDOR_RECEIVABLE, fine), (Account.VENDOR_FUNDING, -fine)]
            self._ledger.post("supplier claim", site, lines, f"supplier {supplier}")
            return fine
        return 0

    def collect_claims(self) -> int:
        """Take in what suppliers owe from claims and funding (monthly); return the cents."""
        owed = self._ledger.balance(Account.VENDOR_RECEIVABLE)
        for site in range(len(self._ledger.sites)):
            part = self._ledger.balance(Account.VENDOR_RECEIVABLE, site)
            if part:
                lines = [(Account.BANK, part), (Account.VENDOR_RECEIVABLE, -part)]
                self._ledger.post("supplier claims paid", site, lines)
        return owed

    def breach(self, what: str, site: int | None, penalty_cents: int | None = None) -> None:
        """Record a breach and pay for it."""
        self.breaches += 1
        cost = self._breach_cents if penalty_cents is None else penalty_cents
        where = self._ledger.office if site is None else site
        lines = [(Account.PENALTIES, cost), (Account.BANK, -cost)]
        self._ledger.post("penalty", where, lines, what)
        self._events.add("legal", "breach", what, amount_cents=cost)
