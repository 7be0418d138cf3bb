"""``[finance]``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backhaul.scenarios.schema.base import Cents, Count, Name, Part, Rate, Share, Whole

__all__ = ["FinancePart"]


class CardPart(Part):
    """``[[finance.cards]]``: the shares sum to 1."""

    name: Name
    share: Share
    fee_share: Share
    fee_cents: Cents
    settle_d: Whole


class StateTaxPart(Part):
    """``[[finance.taxes]]``: beside the states that the facts know."""

    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    food_share: Share
    general_share: Share


class CreditPart(Part):
    """``[finance.credit]``."""

    limit_cents_per_store: Cents
    rate_per_year: Rate
    cash_floor_cents_per_store: Cents
    draw_step_cents: Count


class OpeningPart(Part):
    """``[finance.opening]``, for each store of the chain."""

    cash_cents_per_store: Cents
    fixed_assets_cents_per_store: Cents
    debt_cents_per_store: Cents


class EnergyPart(Part):
    """``[finance.energy]``."""

    store_kwh_per_m2_y: Rate
    dc_kwh_per_m2_y: Rate
    cents_per_kwh: Rate


class FinancePart(Part):
    """``[finance]``."""

    income_tax_share: Share
    sales_tax_due_day: Annotated[int, Field(ge=1, le=28)]
    rent_cents_per_m2_y: Cents
    dc_rent_cents_per_m2_y: Cents
    head_office_share: Share
    other_store_share: Share
    depreciation_y: Count
    debt_rate_per_year: Rate
    gift_card_share: Share
    invoice_tolerance_share: Share
    cards: Annotated[tuple[CardPart, ...], Field(min_length=1, strict=False)]
    taxes: Annotated[tuple[StateTaxPart, ...], Field(strict=False)] = ()
    credit: CreditPart
    opening: OpeningPart
    energy: EnergyPart
