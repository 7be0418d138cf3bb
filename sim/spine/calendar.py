"""Days, weeks and months of a run, on whole seconds since its first midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["CLOSE_S", "DAY_S", "HOUR_S", "MINUTE_S", "PART_ENDS_H", "Calendar"]

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
#: Parts of a day end at these hours: morning, afternoon, evening.
PART_ENDS_H = (12, 17, 23)
#: The books of a day are closed, and the orders of the night placed.
CLOSE_S = 23 * HOUR_S + 1_800


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a run.

    Parameters
    ----------
    start : datetime.date
        First day; time 0 is its midnight.
    days : int
        Number of days.

    Examples
    --------
    >>> calendar = Calendar(date(2017, 1, 2), 14)
    >>> calendar.weekday(0), calendar.week(8), calendar.date(8).isoformat()
    (0, 1, '2017-01-10')
    """

    start: date
    days: int

    def date(self, day: int) -> date:
        """Return the date of a day of the run."""
        return self.start + timedelta(days=day)

    def weekday(self, day: int) -> int:
        """Return 0 for Monday to 6 for Sunday."""
        return (self.start.weekday() + day) % 7

    def week(self, day: int) -> int:
        """Return the week of the run, from 0."""
        return day // 7

    def week_of_year(self, day: int) -> int:
        """Return the week of the year, 0 to 52, in blocks of seven days from 1 January."""
        return (self.date(day).timetuple().tm_yday - 1) // 7

    def is_month_end(self, day: int) -> bool:
        """Whether the next day is in another month."""
        return self.date(day + 1).month != self.date(day).month

    def month(self, day: int) -> int:
        """Return the month counted from the first month of the run."""
        when = self.date(day)
        return (when.year - self.start.year) * 12 + when.month - self.start.month

    def midnight(self, day: int) -> int:
        """Return the second at which a day begins."""
        return day * DAY_S
