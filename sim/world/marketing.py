"""Campaigns and channels."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Campaign", "Channel", "Marketing"]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A planned campaign.

    Parameters
    ----------
    name : str
        Unique.
    channel : str
        Name of a `Channel`.
    department : str
        What it advertises.
    start_day, days : int
        From the first day of the horizon.
    budget_cents : int
        Everything it may spend.
    messages : int
        Sent over its days, before consent.
    coupon_share : float
        Value of the coupon, of the price.
    redeem_share : float
        Recipients who redeem.
    uplift : float
        Factor on the demand of recipients in the department.
    """

    name: str
    channel: str
    department: str
    start_day: int
    days: int
    budget_cents: int
    messages: int
    coupon_share: float
    redeem_share: float
    uplift: float


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach customers.

    Parameters
    ----------
    name : str
        ``sms``, ``app``, ``email``, ``mailer`` and so on.
    cost_cents_per_message : float
        Each.
    consent_share : float
        Households that may be addressed.
    response_share : float
        Of delivered messages.
    opt_out_share : float
        Of delivered messages of a campaign.
    quiet_from_s, quiet_to_s : int
        No message from this time of day until that one (over midnight); equal = always allowed.
    max_per_week : int
        Messages to one household.
    """

    name: str
    cost_cents_per_message: float
    consent_share: float
    response_share: float
    opt_out_share: float
    quiet_from_s: int
    quiet_to_s: int
    max_per_week: int


@dataclass(frozen=True, slots=True)
class Marketing:
    """Marketing of the chain."""

    households_per_store: int
    fixed_share: float
    """Brand and mailer cost, as a share of sales."""
    channels: tuple[Channel, ...]
    campaigns: tuple[Campaign, ...]
