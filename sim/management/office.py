"""Management: the day's levels, goals and alerts."""

from __future__ import annotations

from backhaul.sim.management.alerts import ControlChart
from backhaul.sim.office import Office
from backhaul.sim.spine import Account

__all__ = ["ManagementOffice"]


class ManagementOffice(Office):
    """Watches the chain as a whole."""

    decisions = ("alert",)

    def set_up(self) -> None:
        """Draw the control charts."""
        names = ("on_shelf_availability", "lost_sales_share", "on_time", "schedule_fit")
        self.charts = {name: ControlChart(name) for name in names}
        self._person_s = 0

    def close(self, day: int) -> None:
        """Note the day's levels, and raise alerts."""
        chain = self.chain
        balance, book = chain.ledger.balance, chain.books.chain
        stock = balance(Account.INVENTORY_STORE) + balance(Account.INVENTORY_DC)
        transit = balance(Account.INVENTORY_TRANSIT)
        receivable = sum(
            balance(a) for a in (Account.TILL, Account.CARD_RECEIVABLE, Account.VENDOR_RECEIVABLE)
        )
        for figure, cents in (
            ("bank_cents", balance(Account.BANK)), ("credit_cents", -balance(Account.CREDIT_LINE)),
            ("inventory_cents", stock + transit), ("transit_cents", transit),
            ("payable_cents", -balance(Account.PAYABLE) - balance(Account.GRNI)),
            ("receivable_cents", receivable), ("breaches", chain.legal.register.breaches),
        ):  # fmt: skip
            book.set(figure, day, 0, cents)
        book.set("person_s", day, 0, chain.decisions.person_s - self._person_s)
        self._person_s = chain.decisions.person_s
        self._watch(day)

    def _watch(self, day: int) -> None:
        chain = self.chain
        store = chain.books.store

        def share(top: str, bottom: str) -> float:
            return float(store[top][day].sum() / max(store[bottom][day].sum(), 1))

        today = {
            "on_shelf_availability": 1 - share("empty_cells", "cells"),
            "lost_sales_share": share("lost_units", "demand_units"),
            "on_time": share("deliveries_on_time", "deliveries"),
            "schedule_fit": share("covered_s", "required_s"),
        }
        for name, value in today.items():
            alarm = self.charts[name].add(value)
            chain.gate.record(
                "management", "alert", chain.world.policies["alert"].policy, entity=name,
                chosen=alarm or "in control",
            )  # fmt: skip
            if alarm:
                chain.books.chain.add("alerts", day, 0, 1)
                chain.events.add("management", f"alert: {name} {alarm}")
