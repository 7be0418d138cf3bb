"""The payroll department: pay runs, remittances, the credit line, projects and campaign budgets."""

from __future__ import annotations

from backhaul.sim.office import Office
from backhaul.sim.payroll.financing import Treasury
from backhaul.sim.payroll.pay import Payroll
from backhaul.sim.spine import Account

__all__ = ["PayrollOffice"]

#: Hurdle rate for projects when the policy gives none.
HURDLE = 0.08


class PayrollOffice(Office):
    """Pays people, and keeps the chain liquid."""

    decisions = ("pay_run", "cash", "project_funding")

    def set_up(self) -> None:
        """Set up payroll and treasury."""
        chain, world = self.chain, self.chain.base
        self.payroll = Payroll(chain.ledger, world.staff.charges)
        rate = chain.options("project_funding").get("rate_per_year", HURDLE)
        self.treasury = Treasury(
            chain.ledger, chain.gate, world.finance.credit,
            loan_rate_year=world.finance.debt_rate_per_year, hurdle_rate=rate,
        )  # fmt: skip

    def start(self) -> None:
        """Set the base of the unemployment tax: it is due anew on each person's year."""
        people = self.chain.people.headcount.headcount.sum(axis=1)
        self.payroll.start_year({site: int(n) for site, n in enumerate(people)})
        for campaign in self.chain.base.marketing.campaigns:
            # A campaign is funded when its expected margin covers its budget.
            funded = self.chain.channels.worth(campaign)
            self.chain.channels.desk.fund(campaign.name, funded)

    def close(self, day: int) -> None:
        """Pay on pay days, remit at the month's end, then draw or repay."""
        chain = self.chain
        if (day + 1) % chain.world.staff.pay_every_d == 0:
            people = int(chain.people.headcount.headcount.sum())
            due = chain.gate.decide("pay_run", count=people, entity=f"day {day}",
                                    value_cents=lambda _yes: self._due())  # fmt: skip
            if due:
                paid = self.payroll.pay_run()
                chain.events.add("payroll", "pay run", amount_cents=paid, quantity=people)
        if chain.calendar.is_month_end(day):
            self.payroll.remit()
        self.treasury.end_of_day(day)

    def _due(self) -> int:
        return -self.chain.ledger.balance(Account.WAGES_PAYABLE)
