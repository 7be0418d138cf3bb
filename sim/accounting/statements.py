"""Profit and loss, balance sheet and cash flow: projections of the postings, nothing else."""

from __future__ import annotations

import polars as pl

from backhaul.sim.spine import Account
from backhaul.sim.spine.calendar import DAY_S, Calendar

__all__ = ["balance_sheet", "cash_flow", "profit_and_loss", "profit_to_date_cents"]

_CASH = Account.BANK.value
_FLOWS = {
    "store day: sales": "operating",
    "card settlement": "operating",
    "cash deposit": "operating",
    "supplier payment": "operating",
    "capital project": "investing",
    "credit line": "financing",
    "loan instalment": "financing",
    "opening": "opening",
}


def profit_to_date_cents(balances: dict[Account, int]) -> int:
    """Return the profit before income tax: income less expenses, from the running balances."""
    return -sum(
        cents
        for account, cents in balances.items()
        if account.value.startswith(("Income:", "Expenses:"))
        and account is not Account.INCOME_TAX_EXPENSE
    )


def _with_month(postings: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    months = [calendar.month(day) for day in range(calendar.days + 1)]
    table = pl.DataFrame({"day": range(len(months)), "month": months})
    return postings.with_columns(day=pl.col("time_s") // DAY_S).join(table, on="day", how="left")


def profit_and_loss(postings: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """Return income (positive) and expenses (negative) by account and month, in cents."""
    return (
        _with_month(postings, calendar)
        .filter(pl.col("account").str.contains("^(Income|Expenses):"))
        .group_by("account", "month")
        .agg(amount_cents=-pl.col("amount_cents").sum())
        .sort("account", "month")
    )


def balance_sheet(postings: pl.DataFrame) -> pl.DataFrame:
    """Return every account's balance at the end, with the profit as part of equity."""
    balances = postings.group_by("account").agg(pl.col("amount_cents").sum()).sort("account")
    nominal = pl.col("account").str.contains("^(Income|Expenses):")
    profit = balances.filter(nominal)["amount_cents"].sum()
    real = balances.filter(~nominal)
    extra = pl.DataFrame({"account": ["Equity:Profit-Of-The-Period"], "amount_cents": [profit]})
    return pl.concat([real, extra], how="vertical_relaxed")


def cash_flow(postings: pl.DataFrame) -> pl.DataFrame:
    """Return every movement of the bank by section and kind; they add up to its change exactly."""
    bank = postings.filter(pl.col("account") == _CASH)
    return (
        bank.with_columns(
            section=pl.col("kind").replace_strict(_FLOWS, default="operating"),
        )
        .group_by("section", "kind")
        .agg(pl.col("amount_cents").sum())
        .sort("section", "kind")
    )
