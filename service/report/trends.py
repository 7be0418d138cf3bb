"""What happened over time: cash and stock by day, service and labour by week."""

from __future__ import annotations

import datetime
from typing import Any

import polars as pl

from backhaul.service.report.experiment import Experiment
from backhaul.service.report.style import INK, Chart, band, layout, tone

__all__ = ["cash_and_stock", "labour", "service"]


def _weeks(experiment: Experiment) -> dict[str, Any]:
    """Return an axis of whole weeks, with about six labels."""
    return {
        "type": "linear",
        "tickprefix": "week ",
        "showtickprefix": "first",
        "tick0": 1,
        "dtick": max(1, round(experiment.weeks / 6)),
    }


def _when(experiment: Experiment, by: str, numbers: list[int]) -> list[str]:
    """Return dates of days, numbers of weeks from 1."""
    if by == "week":
        return [str(number + 1) for number in numbers]
    start = datetime.date.fromisoformat(str(experiment.runs[0][0].facts["start"]))
    return [(start + datetime.timedelta(days=day)).isoformat() for day in numbers]


def _share(part: str, whole: str) -> pl.Expr:
    """Return a ratio of sums, empty where there is nothing to divide by."""
    total = pl.col(whole).sum()
    return pl.when(total > 0).then(pl.col(part).sum() / total)


def _figure(
    experiment: Experiment, name: str, title: str, caption: str, shape: dict[str, Any],
    table: str, by: str, value: pl.Expr, pattern: str,
) -> Chart:  # fmt: skip
    """Return one chart with a line a strategy."""
    data: list[dict[str, Any]] = []
    for side, label in enumerate(experiment.labels):
        rows = experiment.over_replications(side, table, by, value=value).drop_nulls()
        data += band(
            _when(experiment, by, [int(number) for number in rows[by]]),
            rows["value"].to_list(), rows["value_low"].to_list(), rows["value_high"].to_list(),
            name=label, colour=tone(side, len(experiment.labels)), pattern=pattern,
        )  # fmt: skip
    return Chart(name, title, caption, data, shape)


def cash_and_stock(experiment: Experiment) -> list[Chart]:
    """Return cash less credit line, and goods on hand and on the road, by day."""
    cents = {"tickformat": "~s", "nticks": 5}
    stock = pl.col("inventory_cents").sum() / 100
    cash = (pl.col("bank_cents") - pl.col("credit_cents")).sum() / 100
    return [
        _figure(experiment, "cash", "Cash", "Bank less credit line drawn, USD, by day",
                layout(yaxis=cents), "chain_day", "day", cash, ",.0f"),
        _figure(experiment, "stock", "Stock", "Goods in DCs, on the road and in stores, at cost, USD, by day",
                layout(yaxis={**cents, "rangemode": "tozero"}), "chain_day", "day", stock, ",.0f"),
    ]  # fmt: skip


def service(experiment: Experiment) -> list[Chart]:
    """Return availability, lost sales and deliveries on time, by week."""
    percent = {"tickformat": ".1~%", "nticks": 5}
    return [
        _figure(experiment, "availability", "On-shelf availability",
                "Listed products with stock at the end of each part of the day, %, by week",
                layout(230, xaxis=_weeks(experiment), yaxis=percent), "store_day", "week",
                1 - _share("empty_cells", "cells"), ".2%"),
        _figure(experiment, "lost", "Lost sales",
                "Units wanted and not sold, not even as a substitute, % of units wanted, by week",
                layout(230, xaxis=_weeks(experiment), yaxis={**percent, "rangemode": "tozero"}), "store_day", "week",
                _share("lost_units", "demand_units"), ".2%"),
        _figure(experiment, "on_time", "Deliveries on time",
                "Inside the store's window, % of deliveries, by week",
                layout(230, xaxis=_weeks(experiment), yaxis=percent), "store_day", "week",
                _share("deliveries_on_time", "deliveries"), ".2%"),
    ]  # fmt: skip


def labour(experiment: Experiment) -> list[Chart]:
    """Return store hours required, rostered and worked by week: one chart a strategy, one scale."""
    charts, top = [], 0.0
    looks = (
        ("required", INK, "solid", 1.2),
        ("rostered", "", "dot", 1.8),
        ("worked", "", "solid", 2.4),
    )
    for side, label in enumerate(experiment.labels):
        rows = experiment.over_replications(
            side,
            "store_day",
            "week",
            **{what: pl.col(f"{what}_s").sum() / 3600 for what, *_ in looks},
        )
        dates = _when(experiment, "week", [int(week) for week in rows["week"]])
        data = []
        for what, colour, dash, width in looks:
            hours = rows[what].to_list()
            top = max([top, *hours])
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines" if len(dates) > 2 else "lines+markers",
                    "x": dates,
                    "y": hours,
                    "name": what,
                    "line": {
                        "color": colour or tone(side, len(experiment.labels)),
                        "dash": dash,
                        "width": width,
                    },
                    "hovertemplate": "%{y:,.0f} h",
                }
            )
        shape = layout(250, xaxis=_weeks(experiment), yaxis={"tickformat": ",.0f", "nticks": 5})
        shape["showlegend"] = True
        shape["legend"] = {"orientation": "h", "x": 0, "y": 1.12, "font": {"size": 12}}
        shape["margin"]["t"] = 24
        charts.append(Chart(f"labour{side}", label, "Store hours by week", data, shape))
    for chart in charts:
        chart.layout["yaxis"]["range"] = [0, top * 1.08]
    return charts
