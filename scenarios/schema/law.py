"""``[law]``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Cents, Count, Name, Part, Share, Whole

__all__ = ["LawPart"]


class LicencePart(Part):
    """``[[law.licences]]``."""

    name: Name
    site: Literal["store", "dc", "chain"]
    months: Count
    fee_cents: Cents
    lead_d: Whole
    penalty_cents: Cents


class FilingPart(Part):
    """``[[law.filings]]``."""

    name: Name
    every: Literal["week", "month", "quarter", "year"]
    due_d: Whole
    penalty_cents: Cents


class HoursPart(Part):
    """``[law.hours]``."""

    drive_s: Count
    window_s: Count
    break_after_s: Count
    break_s: Whole
    rest_s: Whole
    week_s: Count
    penalty_cents: Cents


class LawPart(Part):
    """``[law]``."""

    prior_price_d: Whole
    notice_d: Whole
    rest_between_shifts_s: Whole
    otif_penalty_share: Share
    hours: HoursPart
    licences: Annotated[tuple[LicencePart, ...], Field(strict=False)] = ()
    filings: Annotated[tuple[FilingPart, ...], Field(strict=False)] = ()
