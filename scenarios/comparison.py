"""Two strategies side by side: paired differences, with intervals that are honest about many KPIs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from backhaul.sim.management.kpis import KPIS, Kpi

__all__ = ["HEADLINE", "compare", "holm", "paired_interval"]

#: The KPI that decides which strategy is better; named before any run, so it needs no correction.
HEADLINE = "ebit"


def paired_interval(
    differences: npt.NDArray[np.float64], confidence: float
) -> tuple[float, float, float]:
    """Return low, high and the two-sided p-value of the mean of paired differences (Student 1908).

    Differences that are all the same number are known exactly: the interval is that number. With one
    pair nothing is known about the spread: the interval is infinite.

    Examples
    --------
    >>> import numpy as np
    >>> paired_interval(np.zeros(5), 0.95)
    (0.0, 0.0, 1.0)
    >>> low, high, p = paired_interval(np.array([1.0, 2.0, 3.0]), 0.95)
    >>> round(low, 3), round(high, 3), round(p, 3)
    (-0.484, 4.484, 0.074)
    """
    mean = float(differences.mean())
    n = len(differences)
    if np.ptp(differences) == 0 and (n > 1 or mean == 0):
        return mean, mean, 1.0 if mean == 0 else 0.0
    if n < 2:
        return -math.inf, math.inf, 1.0
    from scipy.stats import t  # heavy: only when something is compared

    error = float(differences.std(ddof=1)) / math.sqrt(n)
    half = float(t.ppf(0.5 + confidence / 2, n - 1)) * error
    return mean - half, mean + half, float(2 * t.sf(abs(mean) / error, n - 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for how many there are (Holm 1979).

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    adjusted = [0.0] * len(order)
    running = 0.0
    for rank, index in enumerate(order):
        running = max(running, min(1.0, p_values[index] * (len(order) - rank)))
        adjusted[int(index)] = running
    return adjusted


def _inside(kpi: Kpi, a_mean: float, low: float, high: float) -> tuple[float, float]:
    """Cut an interval of a difference where B would leave what is possible."""
    least, most = kpi.bounds
    return max(low, least - a_mean), min(high, most - a_mean)


def _verdict(kpi: Kpi, difference: float, p: float, alpha: float) -> str:
    if p >= alpha or difference == 0:
        return "no difference"
    if kpi.better == "inside":
        return "different"
    return "better" if (difference > 0) == (kpi.better == "higher") else "worse"


def compare(
    a: Sequence[Mapping[str, float]], b: Sequence[Mapping[str, float]], confidence: float = 0.95
) -> pl.DataFrame:
    """Compare B with A over paired replications.

    Parameters
    ----------
    a, b : sequence of mapping of KPI name to value
        Replication i of both has the same customers, weather and breakdowns.
    confidence : float
        Of all intervals together: each is widened for the number of KPIs (Bonferroni), and p-values are
        adjusted (Holm). ``low_alone, high_alone`` are for a KPI that was chosen before the run.

    Returns
    -------
    DataFrame
        One row a KPI: means, difference B - A, interval, adjusted p-value and verdict.
    """
    together = 1 - (1 - confidence) / len(KPIS)
    rows = []
    for kpi in KPIS:
        left = np.array([values[kpi.name] for values in a])
        right = np.array([values[kpi.name] for values in b])
        difference = right - left
        mean = float(left.mean())
        low, high, p = paired_interval(difference, together)
        low_alone, high_alone, _ = paired_interval(difference, confidence)
        low, high = _inside(kpi, mean, low, high)
        low_alone, high_alone = _inside(kpi, mean, low_alone, high_alone)
        rows.append(
            {
                "kpi": kpi.name, "label": kpi.label, "department": kpi.department,
                "unit": kpi.unit, "better": kpi.better, "formula": kpi.formula,
                "a_mean": mean, "b_mean": float(right.mean()),
                "difference": float(difference.mean()), "low": low, "high": high,
                "low_alone": low_alone, "high_alone": high_alone, "p": p,
            }
        )  # fmt: skip
    adjusted = holm([float(str(row["p"])) for row in rows])
    verdicts = [
        _verdict(kpi, float(str(row["difference"])), p, 1 - confidence)
        for kpi, row, p in zip(KPIS, rows, adjusted, strict=True)
    ]
    return pl.DataFrame(rows).with_columns(
        p_adjusted=pl.Series(adjusted), verdict=pl.Series(verdicts)
    )
