"""Roles, pay, and how long work takes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EmployerCharges", "Role", "Staff", "Standard"]


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of job.

    Parameters
    ----------
    name : str
        Unique.
    site : str
        ``store``, ``dc``, ``transport``, ``call_centre`` or ``head_office``.
    wage_cents_per_h : int
        Base pay.
    hours_per_week : int
        Contract of one person.
    heads : int
        People at the start: at each store, at each DC (also for ``transport``), or in all.
    fixed_hours_per_week : float
        Hours each site needs whatever the volume.
    absence_share : float
        Of rostered hours.
    turnover_per_year : float
        Leavers a year as a share of heads.
    hire_lead_d : int
        Days from vacancy to first day.
    hire_cents : int
        Cost of replacing one leaver.
    learning_weeks : int
        Until full pace.
    learning_start_share : float
        Pace on the first day.
    qualification : str
        Needed for the job; empty = none.
    """

    name: str
    site: str
    wage_cents_per_h: int
    hours_per_week: int
    heads: int
    fixed_hours_per_week: float
    absence_share: float
    turnover_per_year: float
    hire_lead_d: int
    hire_cents: int
    learning_weeks: int
    learning_start_share: float
    qualification: str


@dataclass(frozen=True, slots=True)
class Standard:
    """Seconds of a role's work for one unit of a driver of workload.

    Parameters
    ----------
    role : str
        Name of a `Role`.
    driver : str
        What is counted, for example ``baskets``, ``lines``, ``cases``, ``pallets``, ``calls``.
    seconds : float
        At full pace.
    """

    role: str
    driver: str
    seconds: float


@dataclass(frozen=True, slots=True)
class EmployerCharges:
    """What an employer pays on top of wages.

    Parameters
    ----------
    social_security_share, medicare_share : float
        Of gross pay.
    social_security_cap_cents : int
        Pay in a year above which social security stops.
    unemployment_share : float
        Of the first `unemployment_cap_cents` of pay in a year.
    unemployment_cap_cents : int
        See above.
    benefits_share : float
        Health, pension and leave, of gross pay.
    overtime_after_h : int
        Hours in a week.
    overtime_factor : float
        On base pay.
    minimum_wage_cents_per_h : int
        No pay is lower.
    """

    social_security_share: float
    social_security_cap_cents: int
    medicare_share: float
    unemployment_share: float
    unemployment_cap_cents: int
    benefits_share: float
    overtime_after_h: int
    overtime_factor: float
    minimum_wage_cents_per_h: int


@dataclass(frozen=True, slots=True)
class Staff:
    """People."""

    roles: tuple[Role, ...]
    standards: tuple[Standard, ...]
    charges: EmployerCharges
    pay_every_d: int

    def role(self, name: str) -> Role:
        """Return the role of a name.

        Raises
        ------
        KeyError
            There is none.
        """
        for role in self.roles:
            if role.name == name:
                return role
        raise KeyError(name)
