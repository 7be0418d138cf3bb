"""The journal as beancount text, so that an independent program can check every cent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from backhaul.sim.spine import Account
from backhaul.sim.spine.calendar import DAY_S, Calendar

__all__ = ["to_beancount"]


def _money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}{whole}.{part:02d} USD"


def to_beancount(postings: pl.DataFrame, calendar: Calendar, days: int) -> Iterator[str]:
    """Yield a beancount file: one transaction a day and kind, and balance assertions at the end.

    Journals of one kind on one day are summarised over the sites: every cent is kept, and a year of
    a chain stays a file that a person can open.
    """
    yield 'option "title" "Backhaul"\noption "operating_currency" "USD"\n'
    first = calendar.date(0)
    for account in Account:
        yield f"{first} open {account.value} USD\n"
    daily = (
        postings.with_columns(day=pl.col("time_s") // DAY_S)
        .group_by("day", "kind", "account")
        .agg(pl.col("amount_cents").sum(), order=pl.col("journal").min())
        .filter(pl.col("amount_cents") != 0)
        .sort("day", "kind", "order", "account")
    )
    for (day, kind), lines in daily.group_by(["day", "kind"], maintain_order=True):
        yield f'{calendar.date(int(day))} * "{kind}"\n'
        for account, cents in zip(lines["account"], lines["amount_cents"], strict=True):
            yield f"  {account}  {_money(cents)}\n"
    closing = postings.group_by("account").agg(pl.col("amount_cents").sum()).sort("account")
    after = calendar.date(days - 1) + timedelta(days=1)
    for account, cents in zip(closing["account"], closing["amount_cents"], strict=True):
        yield f"{after} balance {account}  {_money(cents)}\n"
