"""``[marketing]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backhaul.scenarios.schema.base import (
    Cents,
    Clock,
    Count,
    Factor,
    Name,
    Part,
    Rate,
    Share,
    Whole,
)

__all__ = ["MarketingPart"]


class CampaignPart(Part):
    """``[[marketing.campaigns]]``."""

    name: Name
    channel: Name
    department: Name
    start_day: Whole
    days: Count
    budget_cents: Cents
    messages: Whole
    coupon_share: Share
    redeem_share: Share
    uplift: Factor


class ChannelPart(Part):
    """``[[marketing.channels]]``."""

    name: Name
    cost_cents_per_message: Rate
    consent_share: Share
    response_share: Share
    opt_out_share: Share
    quiet_from_s: Clock
    quiet_to_s: Clock
    max_per_week: Count


class MarketingPart(Part):
    """``[marketing]``."""

    households_per_store: Count
    fixed_share: Share
    channels: Annotated[tuple[ChannelPart, ...], Field(strict=False)]
    campaigns: Annotated[tuple[CampaignPart, ...], Field(strict=False)] = ()
