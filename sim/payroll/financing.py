"""Financing: the credit line keeps cash above its floor; projects and campaigns have budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from backhaul.sim.spine import Account, Gate, Ledger
from backhaul.sim.world import CreditLine

__all__ = ["Project", "Treasury", "net_present_value", "project_verdict", "sweep_cents"]


def net_present_value(flows_cents: Sequence[int], rate: float) -> float:
    """Return the sum of cash flows discounted to period 0.

    Examples
    --------
    >>> round(net_present_value([-1000, 600, 600], 0.10), 2)
    41.32
    """
    return sum(flow / (1 + rate) ** period for period, flow in enumerate(flows_cents))


@dataclass(slots=True)
class Project:
    """A capital project: its stages are paid when their day comes, if it was funded.

    Parameters
    ----------
    name : str
    start_day : int
    stages_cents : sequence of int
        Paid four weeks apart.
    saving_cents_per_year : int
        What it is expected to bring.
    """

    name: str
    start_day: int
    stages_cents: Sequence[int]
    saving_cents_per_year: int
    funded: bool = field(default=False)
    paid: int = field(default=0)


def project_verdict(project: Project, hurdle_rate: float, years: int = 5) -> bool:
    """Fund a project whose net present value over its life is positive at the hurdle rate."""
    flows = [-sum(project.stages_cents)] + [project.saving_cents_per_year] * years
    return net_present_value(flows, hurdle_rate) > 0


def sweep_cents(cash_cents: int, drawn_cents: int, line: CreditLine) -> int:
    """Return how much to draw (positive, in whole steps) or repay (negative) at the day's end.

    Examples
    --------
    >>> line = CreditLine(1000, 0.06, cash_floor_cents=500, draw_step_cents=50)
    >>> sweep_cents(320, 0, line), sweep_cents(900, 100, line)
    (200, -100)
    """
    if cash_cents < line.cash_floor_cents:
        step = max(line.draw_step_cents, 1)
        steps = -(-(line.cash_floor_cents - cash_cents) // step)
        return min(steps * step, line.limit_cents - drawn_cents)
    return -min(drawn_cents, cash_cents - line.cash_floor_cents)


class Treasury:
    """Cash, the credit line, the long-term loan and capital projects.

    Parameters
    ----------
    ledger, gate : Ledger, Gate
        The gate must know ``cash`` and ``project_funding``.
    line : CreditLine
    loan_rate_year : float
    hurdle_rate : float
        For projects.
    projects : sequence of Project
    """

    def __init__(
        self,
        ledger: Ledger,
        gate: Gate,
        line: CreditLine,
        *,
        loan_rate_year: float,
        hurdle_rate: float,
        projects: Sequence[Project] = (),
    ) -> None:
        self._ledger, self._gate, self.line = ledger, gate, line
        self._loan_rate, self.hurdle_rate = loan_rate_year, hurdle_rate
        self.projects = list(projects)
        self._interest_micro = 0
        self.breached_days = 0

    def cash_cents(self) -> int:
        """Return the money in the bank."""
        return self._ledger.balance(Account.BANK)

    def drawn_cents(self) -> int:
        """Return what is drawn on the credit line."""
        return -self._ledger.balance(Account.CREDIT_LINE)

    def end_of_day(self, day: int) -> None:
        """Pay project stages, accrue a day's interest, then draw or repay."""
        ledger = self._ledger
        for project in self.projects:
            self._advance(project, day)
        loan = -ledger.balance(Account.LOAN)
        # Millionths of a cent are carried over, so that a year's interest is exact.
        self._interest_micro += round(
            (loan * self._loan_rate + self.drawn_cents() * self.line.rate_per_year) / 365 * 1e6
        )
        interest, self._interest_micro = divmod(self._interest_micro, 1_000_000)
        ledger.post(
            "interest", ledger.office, [(Account.INTEREST, interest), (Account.BANK, -interest)]
        )
        change = self._gate.decide(
            "cash",
            self.cash_cents(),
            self.drawn_cents(),
            self.line,
            value_cents=lambda amount: abs(amount),
            describe=lambda amount: f"draw {amount}" if amount > 0 else f"repay {-amount}",
        )
        ledger.post(
            "credit line", ledger.office, [(Account.BANK, change), (Account.CREDIT_LINE, -change)]
        )
        if self.cash_cents() < self.line.cash_floor_cents:
            self.breached_days += 1

    def _advance(self, project: Project, day: int) -> None:
        if day == project.start_day:
            project.funded = self._gate.decide(
                "project_funding",
                project,
                self.hurdle_rate,
                entity=project.name,
                value_cents=sum(project.stages_cents),
                describe=lambda yes: "fund" if yes else "hold",
            )
        due = project.start_day + 28 * project.paid
        if project.funded and project.paid < len(project.stages_cents) and day >= due:
            amount = project.stages_cents[project.paid]
            project.paid += 1
            lines = [(Account.PROJECTS, amount), (Account.BANK, -amount)]
            if project.paid == len(project.stages_cents):
                whole = sum(project.stages_cents)
                lines += [(Account.FIXED_ASSETS, whole), (Account.PROJECTS, -whole)]
            self._ledger.post("capital project", self._ledger.office, lines, project.name)
