"""Alerts: control charts (CUSUM) on daily KPIs, so that a fault is seen within days."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ControlChart"]


@dataclass(slots=True)
class ControlChart:
    """A two-sided CUSUM of one daily figure (Page 1954).

    The first `learn_d` days set the mean and the standard deviation; then deviations beyond `slack`
    standard deviations add up, and the sum beyond `limit` is an alert. With slack 0.5 and limit 6 the
    average run length without a fault is above 1,000 days (Siegmund's approximation), and a shift of two
    standard deviations is found in about five.

    Examples
    --------
    >>> chart = ControlChart("availability")
    >>> [chart.add(x) for x in [1.0, 1.1, 0.9, 1.0] * 7 + [0.5] * 3][-3:]
    ['down', 'down', 'down']
    """

    name: str
    learn_d: int = 28
    slack: float = 0.5
    limit: float = 6.0
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    up: float = 0.0
    down: float = 0.0

    def add(self, value: float) -> str | None:
        """Take in a day's figure; return ``up`` or ``down`` when it is out of control."""
        self.count += 1
        if self.count <= self.learn_d:
            change = value - self.mean
            self.mean += change / self.count
            self.squares += change * (value - self.mean)
            return None
        spread = (self.squares / max(self.learn_d - 1, 1)) ** 0.5
        z = (value - self.mean) / max(spread, 1e-3 * abs(self.mean), 1e-9)
        self.up = max(0.0, self.up + z - self.slack)
        self.down = max(0.0, self.down - z - self.slack)
        if self.up > self.limit:
            self.up = 0.0
            return "up"
        if self.down > self.limit:
            self.down = 0.0
            return "down"
        return None
