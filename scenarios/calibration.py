"""Does the base case behave like a grocer? Targets with tolerance, held against a run.

Targets and tolerances are those of the reference figures (sources in `facts/parameters.csv`); a row that
is out says why in its note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

__all__ = ["TARGETS", "Target", "calibrate"]


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the calibration table.

    Parameters
    ----------
    kpi : str
        Name of the KPI.
    what : str
        In words.
    target : str
        As published.
    low, high : float
        What counts as in.
    source : str
    note : str
        What explains a miss.
    """

    kpi: str
    what: str
    target: str
    low: float
    high: float
    source: str
    note: str = ""


def _around(value: float, share: float) -> tuple[float, float]:
    return value * (1 - share), value * (1 + share)


TARGETS: tuple[Target, ...] = (
    Target("sales_per_store_week_usd", "sales per store and week, USD", "638,756 +- 3 %",
           *_around(638_756, 0.03), "FMI 2021"),
    Target("baskets_per_store_week", "baskets per store and week", "15,183 +- 3 %",
           *_around(15_183, 0.03), "638,756 / 42.07"),
    Target("sales_per_labour_hour", "sales per labour hour, USD", "182 +- 5 %",
           *_around(182, 0.05), "FMI 2021"),
    Target("labour_share", "store wages, share of sales", "8.7 - 10.5 %", 0.087, 0.105,
           "FMI labour survey; 19 / 182"),
    Target("gross_margin_share", "gross margin, share of sales", "22.3 - 29.3 %", 0.223, 0.293,
           "Kroger FY2024 to FMI 2007"),
    Target("shrink_share", "shrink, share of sales", "1.76 - 3.10 %", 0.0176, 0.0310,
           "FMI / Retail Control Group"),
    Target("out_of_stock", "out of stock, share of items", "up to 8.3 %", 0.0, 0.083,
           "Gruen, Corsten, Bharadwaj"),
    Target("energy_share", "energy, share of sales", "0.7 - 1.5 %", 0.007, 0.015,
           "Natural Resources Canada"),
    Target("days_inventory", "days of inventory", "22 - 31", 22, 31, "Kroger, Albertsons"),
    Target("cash_conversion_days", "cash conversion cycle, days", "3.7 - 9.4", 3.7, 9.4,
           "Kroger, Albertsons"),
    Target("truck_cost_per_mile", "truck cost, USD per mile", "2.26 +- 10 %",
           *_around(2.26, 0.10), "ATRI 2025"),
    Target("truck_cost_per_hour", "truck cost, USD per hour", "90.89 +- 10 %",
           *_around(90.89, 0.10), "ATRI 2025"),
    Target("net_profit_share", "net profit after tax, share of sales", "1.3 - 2.9 %", 0.013, 0.029,
           "Kroger 2024, FMI 2021"),
    Target("top_products_share", "sales of the top 15.9 % of SKUs", "80 % +- 5 points", 0.75, 0.85,
           "The Complete Journey"),
    Target("discounted_line_share", "lines sold on discount", "50.1 % +- 5 points", 0.451, 0.551,
           "The Complete Journey"),
)  # fmt: skip


def calibrate(values: Mapping[str, float]) -> pl.DataFrame:
    """Hold a run's KPIs against the targets.

    Parameters
    ----------
    values : mapping of KPI name to value
        Of a run of 52 weeks.

    Returns
    -------
    DataFrame
        One row a target: what, target, got, inside, source, note.
    """
    rows = [
        {
            "kpi": t.kpi,
            "what": t.what,
            "target": t.target,
            "got": values[t.kpi],
            "inside": t.low <= values[t.kpi] <= t.high,
            "source": t.source,
            "note": t.note,
        }
        for t in TARGETS
    ]
    return pl.DataFrame(rows)
