"""``[demand]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backhaul.scenarios.schema.base import Count, Factor, Part, Rate, Share

__all__ = ["DemandPart"]


class Promotions(Part):
    """``[demand.promotions]``."""

    lines_on_discount_share: Share
    frequency_factor: Rate
    depth_factor: Rate


class Substitution(Part):
    """``[demand.stock_out]``: the shares sum to 1."""

    substitute_share: Share
    delay_share: Share
    leave_share: Share


class DemandPart(Part):
    """``[demand]``."""

    baskets_per_store_week: Count
    basket_value_cents: Count
    level: Factor
    season_strength: Rate
    day_noise_sd: Annotated[float, Field(ge=0, le=1)]
    dispersion: Rate
    online_share: Share
    call_share: Share
    self_checkout_share: Share
    space_elasticity: Annotated[float, Field(ge=0, le=1)]
    promotions: Promotions
    stock_out: Substitution
