"""``[staff]``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Cents, Count, Name, Part, Rate, Share, Whole

__all__ = ["StaffPart"]


class RolePart(Part):
    """``[[staff.roles]]``."""

    name: Name
    site: Literal["store", "dc", "transport", "call_centre", "head_office"]
    wage_cents_per_h: Count
    hours_per_week: Annotated[int, Field(ge=1, le=80)]
    heads_per_store: Rate
    fixed_hours_per_store_week: Rate
    absence_share: Annotated[float, Field(ge=0, lt=1)]
    turnover_per_year: Rate
    hire_lead_d: Whole
    hire_cents: Cents
    learning_weeks: Whole
    learning_start_share: Annotated[float, Field(gt=0, le=1)]
    qualification: str = ""


class StandardPart(Part):
    """``[[staff.standards]]``."""

    role: Name
    driver: Literal[
        "baskets",
        "self_baskets",
        "units",
        "cases_received",
        "cases_picked",
        "pallets",
        "online_units",
        "calls",
        "stops",
        "fresh_units",
    ]
    seconds: Rate


class ChargesPart(Part):
    """``[staff.charges]``."""

    social_security_share: Share
    social_security_cap_cents: Cents
    medicare_share: Share
    unemployment_share: Share
    unemployment_cap_cents: Cents
    benefits_share: Share
    overtime_after_h: Count
    overtime_factor: Annotated[float, Field(ge=1)]
    minimum_wage_cents_per_h: Cents


class StaffPart(Part):
    """``[staff]``."""

    pay_every_d: Count
    roles: Annotated[tuple[RolePart, ...], Field(min_length=1, strict=False)]
    standards: Annotated[tuple[StandardPart, ...], Field(strict=False)]
    charges: ChargesPart
