"""Drivers' hours: the limits of a rule set, and what a trip breaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from backhaul.sim.world import HoursOfService

__all__ = ["US_PROPERTY", "hours_breaches"]

HOUR_S = 3_600


#: Property-carrying drivers in the US, 49 CFR 395.3: 11 h driving, 14 h window, 30 min before more
#: than 8 h of driving, 70 h in 8 days.
US_PROPERTY = HoursOfService(
    drive_s=11 * HOUR_S,
    window_s=14 * HOUR_S,
    break_after_s=8 * HOUR_S,
    break_s=1_800,
    rest_s=10 * HOUR_S,
    week_s=70 * HOUR_S,
    penalty_cents=0,
)


def hours_breaches(
    rules: HoursOfService, drives_s: Sequence[int], stops_s: Sequence[int]
) -> list[str]:
    """Return what one duty period breaks: drives alternate with stops (service or waiting).

    Parameters
    ----------
    rules : HoursOfService
    drives_s, stops_s : sequence of int
        Seconds of each drive, and of the stop after it (the last drive needs none).

    Examples
    --------
    >>> hours_breaches(US_PROPERTY, [5 * 3600, 5 * 3600], [1800])
    []
    >>> hours_breaches(US_PROPERTY, [6 * 3600, 6 * 3600], [1800])
    ['driving 12.0 h, at most 11.0 h']
    """
    found = []
    driving, window = sum(drives_s), sum(drives_s) + sum(stops_s)
    if driving > rules.drive_s:
        limit = rules.drive_s / HOUR_S
        found.append(f"driving {driving / HOUR_S:.1f} h, at most {limit:.1f} h")
    if window > rules.window_s:
        limit = rules.window_s / HOUR_S
        found.append(f"on duty {window / HOUR_S:.1f} h, at most {limit:.1f} h")
    since_break = 0
    for index, drive in enumerate(drives_s):
        since_break += drive
        if since_break > rules.break_after_s:
            found.append(f"{since_break / HOUR_S:.1f} h of driving without a break")
            break
        if index < len(stops_s) and stops_s[index] >= rules.break_s:
            since_break = 0
    return found
