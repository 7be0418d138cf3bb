"""Drivers: breaks that a shift promises, and limits on driving and working.

The named rule sets count in seconds. They are the everyday core of the texts: single drivers, no
extended days, no shortened rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from backhaul.engine.errors import InvalidInput

__all__ = ["EU561", "US_HOS", "Break", "DriverRules", "RuleName", "driver_rules"]

RuleName = Literal["eu561", "us_hos"]

HOUR = 3600
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Break:
    """A break that every vehicle of a type takes.

    It starts in one of its windows. It is not needed where the vehicle leaves after the last window
    or is back before the end of it. Waiting counts, if it is long enough and at the right time.

    Parameters
    ----------
    windows : tuple of (int, int)
        Earliest and latest start; several in ascending order.
    length : int
        How long it takes.
    name : str
        For people.

    Examples
    --------
    >>> lunch = Break(windows=((11 * 3600, 13 * 3600),), length=1800)
    >>> lunch.length
    1800
    """

    windows: tuple[tuple[int, int], ...]
    length: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class DriverRules:
    """Limits on driving and working, in the problem's unit of time.

    Parameters
    ----------
    drive_before_break : int
        Longest driving without a break.
    break_length : int
        Length of that break.
    split : (int, int)
        A break in two parts, of these lengths in this order, together at least a break; (0, 0): not
        allowed.
    drive_before_rest : int
        Longest driving between rests.
    day : int
        Longest time from the end of a rest to the start of the next.
    rest_length : int
        Length of a rest.
    work_ends : bool
        Not only driving: all work must end within `day`.
    work_interrupts : bool
        Any time without driving counts as a break, also service.

    Notes
    -----
    A driver is rested when the vehicle leaves. A break or rest is taken when nothing is left to
    drive, wherever that is; waiting counts as time off.

    Examples
    --------
    >>> EU561.drive_before_break / 3600, US_HOS.drive_before_rest / 3600
    (4.5, 11.0)
    """

    drive_before_break: int
    break_length: int
    drive_before_rest: int
    day: int
    rest_length: int
    split: tuple[int, int] = (0, 0)
    work_ends: bool = True
    work_interrupts: bool = False

    def native(self) -> dict[str, Any]:
        """Return the fields for the kernel."""
        return {name: getattr(self, name) for name in self.__slots__}


#: Regulation (EC) 561/2006: 45 minutes after 4.5 hours (or 15 and 30), 9 hours of driving, 11 hours
#: of rest within 24 hours (articles 6, 7 and 8).
EU561 = DriverRules(
    drive_before_break=4 * HOUR + 30 * MINUTE,
    break_length=45 * MINUTE,
    split=(15 * MINUTE, 30 * MINUTE),
    drive_before_rest=9 * HOUR,
    day=13 * HOUR,
    rest_length=11 * HOUR,
)

#: 49 CFR 395.3, property-carrying vehicles: 30 minutes without driving after 8 hours of it, 11 hours
#: of driving within 14 hours after 10 hours off duty.
US_HOS = DriverRules(
    drive_before_break=8 * HOUR,
    break_length=30 * MINUTE,
    drive_before_rest=11 * HOUR,
    day=14 * HOUR,
    rest_length=10 * HOUR,
    work_ends=False,
    work_interrupts=True,
)

NAMED: dict[str, DriverRules] = {"eu561": EU561, "us_hos": US_HOS}


def driver_rules(path: str, given: DriverRules | RuleName | None) -> DriverRules | None:
    """Return the rules of a name, or those given."""
    if given is None or isinstance(given, DriverRules):
        return given
    if given not in NAMED:
        raise InvalidInput(path, given, f"DriverRules or one of {sorted(NAMED)}")
    return NAMED[given]
