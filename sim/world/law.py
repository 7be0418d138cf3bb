"""Licences, filings and drivers' hours."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Filing", "HoursOfService", "Law", "Licence"]


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence that each site of a kind needs: renewed every `months`."""

    name: str
    site: str
    months: int
    fee_cents: int
    lead_d: int
    penalty_cents: int


@dataclass(frozen=True, slots=True)
class Filing:
    """A return to an authority: `due_d` days after the end of each period."""

    name: str
    every: str
    """``week``, ``month``, ``quarter`` or ``year``."""
    due_d: int
    penalty_cents: int


@dataclass(frozen=True, slots=True)
class HoursOfService:
    """Limits on a driver's hours."""

    drive_s: int
    window_s: int
    break_after_s: int
    break_s: int
    rest_s: int
    week_s: int
    penalty_cents: int


@dataclass(frozen=True, slots=True)
class Law:
    """Rules that the chain is held to.

    Parameters
    ----------
    licences, filings : tuple
        See there.
    hours : HoursOfService
        Drivers.
    prior_price_d : int
        A discount must undercut the lowest price of so many days; 0 = no such rule.
    notice_d : int
        Rosters are published so many days ahead.
    rest_between_shifts_s : int
        At least.
    otif_penalty_share : float
        Claimed from a supplier, of the cost of goods late or short.
    """

    licences: tuple[Licence, ...]
    filings: tuple[Filing, ...]
    hours: HoursOfService
    prior_price_d: int
    notice_d: int
    rest_between_shifts_s: int
    otif_penalty_share: float
