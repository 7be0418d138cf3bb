"""``[policies]``, ``[[goals]]``, ``[fidelity]``, and what happens on a date."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Cents, Count, Name, Part, Rate

__all__ = ["EventPart", "GoalPart", "PolicyPart", "PostingPart"]

Kind = Literal["close_dc", "close_store", "supplier_stop", "demand_shock", "vehicle_loss"]


class PolicyPart(Part):
    """``[policies.DECISION]``."""

    policy: Name
    autonomy: Literal["automatic", "propose", "person"] = "automatic"
    approve_above_cents: Cents = 0
    minutes: Rate = 3.0
    options: dict[str, float] = Field(default_factory=dict)


class GoalPart(Part):
    """``[[goals]]``."""

    kpi: Name
    low: float | None = None
    high: float | None = None


class EventPart(Part):
    """``[[events]]``."""

    date: datetime.date
    kind: Kind
    where: Name = "*"
    days: Count = 1
    factor: Annotated[float, Field(ge=0)] = 0.0


class PostingPart(Part):
    """``[[postings]]``."""

    date: datetime.date
    debit: Name
    credit: Name
    amount_cents: Count
    text: str = ""
