"""Weeks of the horizon, and the profiles of the year, the week and the day."""

from __future__ import annotations

import datetime

import numpy as np

from backhaul.scenarios.facts import table
from backhaul.scenarios.schema import ScenarioFile
from backhaul.sim.world.arrays import Floats, Ints

__all__ = ["YEAR", "hours", "season", "week_numbers", "weekdays"]

#: Weeks over which the demand is brought to the scenario's target.
YEAR = 52
#: The first Monday of the common calendar.
ORIGIN = datetime.date(2001, 1, 1)


def week_numbers(start: datetime.date, weeks: int) -> Ints:
    """Return the weeks of a horizon, counted from a fixed Monday."""
    first = (start - ORIGIN).days // 7
    return np.arange(first, first + weeks, dtype=np.int64)


def season(scenario: ScenarioFile, start: datetime.date, weeks: int) -> Floats:
    """Return the factor by week and department; its mean over any 52 weeks is about 1.

    The panel's index of the ISO week, its distance from 1 times `season_strength`.
    """
    profile = table("weeks")
    rows = [
        min((start + datetime.timedelta(weeks=week)).isocalendar().week, YEAR) - 1
        for week in range(weeks)
    ]
    columns = [profile[d.name].to_numpy()[rows] for d in scenario.catalogue.departments]
    strength = scenario.demand.season_strength
    factor: Floats = np.maximum(1 + strength * (np.stack(columns, axis=1) - 1), 0.05)
    return factor


def hours(scenario: ScenarioFile) -> Floats:
    """Return shares of a day's baskets by weekday and hour, inside the opening hours."""
    form = scenario.network.store_format
    begin = np.arange(24) * 3600
    # the part of each hour that the store is open
    opened = np.clip(
        np.minimum(begin + 3600, form.close_s) - np.maximum(begin, form.open_s), 0, None
    )
    counts = _counts() * (opened / 3600)
    share: Floats = counts / counts.sum(axis=1, keepdims=True)
    return share


def weekdays() -> Floats:
    """Return the factor by weekday from Monday; the mean is 1."""
    days = _counts().sum(axis=1)
    factor: Floats = days / days.mean()
    return factor


def _counts() -> Floats:
    counts = np.zeros((7, 24))
    for weekday, hour, baskets in table("hours").select("weekday", "hour", "baskets").iter_rows():
        counts[weekday - 1, hour] = baskets
    return counts
