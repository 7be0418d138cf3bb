"""Double entry in integer minor units: one summarised journal per event, exact to the cent.

The chart of accounts is small and closed: a wrong account name fails at once, not at month end.
Debits are positive, credits negative; every journal adds up to zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
import polars as pl

from backhaul.engine.errors import InvariantBroken
from backhaul.sim.spine.table import ColumnLog

__all__ = ["Account", "Ledger"]


class Account(StrEnum):
    """The chart of accounts; the first word is the type of beancount and of the statements."""

    BANK = "Assets:Bank"
    TILL = "Assets:Till"
    CARD_RECEIVABLE = "Assets:Card-Receivable"
    VENDOR_RECEIVABLE = "Assets:Vendor-Receivable"
    INVENTORY_DC = "Assets:Inventory:DC"
    INVENTORY_STORE = "Assets:Inventory:Store"
    INVENTORY_TRANSIT = "Assets:Inventory:Transit"
    FIXED_ASSETS = "Assets:Fixed-Assets"
    ACCUMULATED_DEPRECIATION = "Assets:Accumulated-Depreciation"
    PROJECTS = "Assets:Projects-In-Progress"
    GRNI = "Liabilities:Goods-Received-Not-Invoiced"
    PAYABLE = "Liabilities:Accounts-Payable"
    SALES_TAX = "Liabilities:Sales-Tax"
    INCOME_TAX = "Liabilities:Income-Tax"
    WAGES_PAYABLE = "Liabilities:Wages-Payable"
    PAYROLL_TAX = "Liabilities:Payroll-Tax"
    ACCRUED = "Liabilities:Accrued-Expenses"
    CREDIT_LINE = "Liabilities:Credit-Line"
    LOAN = "Liabilities:Long-Term-Debt"
    EQUITY = "Equity:Capital"
    SALES = "Income:Sales"
    VENDOR_FUNDING = "Income:Vendor-Funding"
    COLLECT_FEES = "Income:Collection-Fees"
    COGS = "Expenses:Cost-Of-Goods-Sold"
    WASTE = "Expenses:Waste"
    SHRINK = "Expenses:Shrink"
    STORE_WAGES = "Expenses:Wages:Stores"
    DC_WAGES = "Expenses:Wages:DC"
    DRIVER_WAGES = "Expenses:Wages:Drivers"
    OFFICE_WAGES = "Expenses:Wages:Office"
    EMPLOYER_CHARGES = "Expenses:Employer-Charges"
    BENEFITS = "Expenses:Benefits"
    HIRING = "Expenses:Hiring-And-Training"
    TRANSPORT = "Expenses:Transport"
    MAINTENANCE = "Expenses:Vehicle-Maintenance"
    ENERGY = "Expenses:Energy"
    OCCUPANCY = "Expenses:Occupancy"
    DEPRECIATION = "Expenses:Depreciation"
    CARD_FEES = "Expenses:Card-Fees"
    MARKETING = "Expenses:Marketing"
    OFFICE = "Expenses:Head-Office"
    DC_COST = "Expenses:DC-Operations"
    LEGAL = "Expenses:Legal"
    PENALTIES = "Expenses:Penalties"
    INTEREST = "Expenses:Interest"
    INCOME_TAX_EXPENSE = "Expenses:Income-Tax"


CODES = {account: code for code, account in enumerate(Account)}
ACCOUNTS = tuple(Account)


class Ledger:
    """All postings of a run, with running balances by account and site.

    Parameters
    ----------
    now : callable
        Returns the second of the run.
    sites : sequence of str
        Stores, distribution centres and the office; the last is where chain-wide postings go.

    Examples
    --------
    >>> ledger = Ledger(lambda: 0, ["store 1", "office"])
    >>> ledger.post("sale", 0, [(Account.TILL, 100), (Account.SALES, -100)])
    0
    >>> ledger.balance(Account.SALES)
    -100
    """

    SCHEMA = {  # noqa: RUF012
        "journal": pl.Int64,
        "time_s": pl.Int64,
        "kind": pl.String,
        "site": pl.Int32,
        "account": pl.Int16,
        "amount_cents": pl.Int64,
        "reference": pl.String,
    }

    def __init__(self, now: Callable[[], int], sites: Sequence[str]) -> None:
        self._now = now
        self.sites = tuple(sites)
        self._postings = ColumnLog(self.SCHEMA)
        self._balances = np.zeros((len(ACCOUNTS), len(self.sites)), dtype=np.int64)
        self._journals = 0

    @property
    def office(self) -> int:
        """The site of chain-wide postings."""
        return len(self.sites) - 1

    def post(
        self,
        kind: str,
        site: int,
        lines: Sequence[tuple[Account, int]],
        reference: str = "",
    ) -> int:
        """Post one journal; lines of zero are left out. Return the journal's number.

        Raises
        ------
        InvariantBroken
            The lines do not add up to zero.
        """
        if sum(int(amount) for _, amount in lines):
            shown = ", ".join(f"{account.value} {amount}" for account, amount in lines)
            raise InvariantBroken(f"journal {kind!r} at {self.sites[site]}: {shown}")
        number, time = self._journals, self._now()
        self._journals += 1
        for account, amount in lines:
            amount = int(amount)
            if amount:
                code = CODES[account]
                self._postings.append((number, time, kind, site, code, amount, reference))
                self._balances[code, site] += amount
        return number

    def balance(self, account: Account, site: int | None = None) -> int:
        """Return the balance of an account, at one site or over all; debit is positive."""
        row = self._balances[CODES[account]]
        return int(row.sum()) if site is None else int(row[site])

    def total(self) -> int:
        """Return the sum of all balances: always zero."""
        return int(self._balances.sum())

    def balances(self) -> dict[Account, int]:
        """Return every account's balance over all sites."""
        return {account: self.balance(account) for account in ACCOUNTS}

    def frame(self) -> pl.DataFrame:
        """Return all postings in order, with account and site as words."""
        names = pl.Series("account_name", [a.value for a in ACCOUNTS])
        sites = pl.Series("site_name", list(self.sites))
        raw = self._postings.frame()
        return raw.with_columns(
            account=names.gather(raw["account"].cast(pl.UInt32)),
            site=sites.gather(raw["site"].cast(pl.UInt32)),
        )
