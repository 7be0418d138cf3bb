"""Money: terms, cards, taxes, credit, and what stands in the books on the first day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Card", "CreditLine", "Energy", "Finance", "StateTax"]


@dataclass(frozen=True, slots=True)
class Card:
    """A means of payment: share of sales, fee, days to the bank."""

    name: str
    share: float
    fee_share: float
    fee_cents: int
    settle_d: int


@dataclass(frozen=True, slots=True)
class StateTax:
    """Sales tax of a state, local taxes excluded."""

    state: str
    food_share: float
    general_share: float


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A revolving credit line."""

    limit_cents: int
    rate_per_year: float
    cash_floor_cents: int
    draw_step_cents: int


@dataclass(frozen=True, slots=True)
class Energy:
    """Energy use and price."""

    store_kwh_per_m2_y: float
    dc_kwh_per_m2_y: float
    cents_per_kwh: float


@dataclass(frozen=True, slots=True)
class Finance:
    """Finance of the chain.

    Parameters
    ----------
    cards : tuple of Card
        Their shares sum to 1.
    taxes : mapping of str to StateTax
        By state, for every state with a store.
    income_tax_share : float
        Of profit before tax.
    sales_tax_due_day : int
        Day of the next month.
    credit : CreditLine
        See there.
    opening : mapping of str to int
        Balances on the first day, cents: ``cash``, ``fixed_assets``, ``debt``; inventory,
        payables and equity follow from the opening stock.
    rent_cents_per_m2_y : int
        Stores and DCs.
    dc_rent_cents_per_m2_y : int
        DCs.
    energy : Energy
        See there.
    head_office_share : float
        Of sales, head-office staff excluded.
    other_store_share : float
        Supplies, cleaning, repair, insurance, of sales.
    depreciation_y : int
        Life of fixed assets, straight line.
    debt_rate_per_year : float
        On opening debt.
    gift_card_share : float
        Of sales.
    invoice_tolerance_share : float
        Three-way match.
    """

    cards: tuple[Card, ...]
    taxes: Mapping[str, StateTax]
    income_tax_share: float
    sales_tax_due_day: int
    credit: CreditLine
    opening: Mapping[str, int]
    rent_cents_per_m2_y: int
    dc_rent_cents_per_m2_y: int
    energy: Energy
    head_office_share: float
    other_store_share: float
    depreciation_y: int
    debt_rate_per_year: float
    gift_card_share: float
    invoice_tolerance_share: float
