"""Policies, goals, what happens on a date, and where each value came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DatedEvent", "DatedPosting", "Goal", "PolicyChoice", "Provenance"]


@dataclass(frozen=True, slots=True)
class PolicyChoice:
    """Who decides a type of decision.

    Parameters
    ----------
    decision : str
        For example ``store_order``.
    policy : str
        A built-in name, or ``module:function``.
    autonomy : str
        ``automatic``, ``propose`` or ``person``.
    approve_above_cents : int
        A decision with more at stake goes to a person; 0 = never.
    minutes : float
        A person's time for one decision.
    options : mapping of str to float
        Numbers that the policy takes, for example ``service_level``.
    """

    decision: str
    policy: str
    autonomy: str
    approve_above_cents: int
    minutes: float
    options: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Goal:
    """A target for a KPI: it should lie between `low` and `high`."""

    kpi: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """Something that happens to the chain on a day of the horizon.

    Parameters
    ----------
    day : int
        From the first day of the horizon, 0 the first.
    kind : str
        ``close_dc``, ``close_store``, ``supplier_stop``, ``demand_shock``, ``vehicle_loss``.
    where : str
        Name of the DC, store, supplier, department or vehicle type; ``*`` = all.
    days : int
        How long it lasts.
    factor : float
        What the affected quantity is multiplied by.
    """

    day: int
    kind: str
    where: str
    days: int
    factor: float


@dataclass(frozen=True, slots=True)
class DatedPosting:
    """A journal posted on a day: from one account to another."""

    day: int
    debit: str
    credit: str
    amount_cents: int
    text: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a resolved value or table column came from.

    Parameters
    ----------
    path : str
        Of the value in the resolved scenario, ``products.cost_cents`` or ``finance.cards[0].share``.
    kind : str
        ``data``, ``published``, ``derived`` or ``assumed``.
    source : str
        In words.
    """

    path: str
    kind: str
    source: str
