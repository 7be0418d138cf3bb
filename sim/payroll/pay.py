"""From time sheets to pay: wages, overtime, employer charges and benefits, accrued day by day."""

from __future__ import annotations

from backhaul.sim.spine import Account, Ledger
from backhaul.sim.world import EmployerCharges

__all__ = ["Payroll", "gross_pay_cents", "week_pay_cents"]


def gross_pay_cents(worked_s: int, overtime_s: int, wage_cents_per_h: int) -> int:
    """Return wages for worked seconds, of which `overtime_s` are paid time and a half.

    Examples
    --------
    45 hours at 19.00, five of them overtime (the known answer of the US payroll):

    >>> gross_pay_cents(45 * 3600, 5 * 3600, 1900)
    90250
    """
    return ((2 * worked_s + overtime_s) * wage_cents_per_h + 3600) // 7200


def week_pay_cents(worked_s: int, wage_cents_per_h: int, limit_s: int = 40 * 3600) -> int:
    """Return one person's gross pay of a week: time and a half beyond 40 hours (FLSA).

    Examples
    --------
    >>> week_pay_cents(45 * 3600, 1900)
    90250
    """
    return gross_pay_cents(worked_s, max(0, worked_s - limit_s), wage_cents_per_h)


class Payroll:
    """Accrues each day's pay by site and role, pays it weekly, remits the charges monthly.

    Parameters
    ----------
    ledger : Ledger
    charges : EmployerCharges
    """

    def __init__(self, ledger: Ledger, charges: EmployerCharges) -> None:
        self._ledger, self._charges = ledger, charges
        self._futa_base_left: dict[int, int] = {}
        self.paid_cents = 0

    def start_year(self, people_by_site: dict[int, int]) -> None:
        """Set how much of the year's wages still bears unemployment tax, by site."""
        limit = self._charges.unemployment_cap_cents
        self._futa_base_left = {site: n * limit for site, n in people_by_site.items()}

    def new_person(self, site: int) -> None:
        """Note that a new person's first wages bear unemployment tax again."""
        limit = self._charges.unemployment_cap_cents
        self._futa_base_left[site] = self._futa_base_left.get(site, 0) + limit

    def accrue(self, site: int, account: Account, gross_cents: int) -> int:
        """Post a day's wages of one group with charges and benefits; return the whole cost."""
        if gross_cents == 0:
            return 0
        c = self._charges
        base = min(gross_cents, self._futa_base_left.get(site, 0))
        self._futa_base_left[site] = self._futa_base_left.get(site, 0) - base
        charges = round(
            gross_cents * (c.social_security_share + c.medicare_share) + base * c.unemployment_share
        )
        benefits = round(gross_cents * c.benefits_share)
        self._ledger.post(
            "payroll accrual",
            site,
            [
                (account, gross_cents),
                (Account.EMPLOYER_CHARGES, charges),
                (Account.BENEFITS, benefits),
                (Account.WAGES_PAYABLE, -gross_cents),
                (Account.PAYROLL_TAX, -charges),
                (Account.ACCRUED, -benefits),
            ],
        )
        return gross_cents + charges + benefits

    def pay_run(self) -> int:
        """Pay all wages accrued so far; return the cents paid."""
        due = -self._ledger.balance(Account.WAGES_PAYABLE)
        if due:
            for site in range(len(self._ledger.sites)):
                part = -self._ledger.balance(Account.WAGES_PAYABLE, site)
                self._ledger.post(
                    "pay run", site, [(Account.WAGES_PAYABLE, part), (Account.BANK, -part)]
                )
            self.paid_cents += due
        return due

    def remit(self) -> int:
        """Pay the employer charges and benefits accrued so far (monthly); return the cents."""
        total = 0
        for account in (Account.PAYROLL_TAX, Account.ACCRUED):
            for site in range(len(self._ledger.sites)):
                part = -self._ledger.balance(account, site)
                if part:
                    self._ledger.post(
                        "payroll remittance", site, [(account, part), (Account.BANK, -part)]
                    )
                    total += part
        return total
