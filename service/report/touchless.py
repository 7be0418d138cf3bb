"""How much of the work is decided without a person, by department."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from backhaul.service.report.experiment import Experiment
from backhaul.service.report.style import INK, RULE, Chart, layout, tone
from backhaul.service.report.wording import escape

__all__ = ["touchless"]


@dataclass(frozen=True)
class _Panel:
    name: str
    title: str
    caption: str
    value: pl.Expr
    pattern: str
    axis: dict[str, Any]


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole).sum() > 0).then(pl.col(part).sum() / pl.col(whole).sum())


def touchless(experiment: Experiment) -> list[Chart]:
    """Return three charts: the rate by count, by value, and the minutes that people spend."""
    run = experiment.runs[0][0]
    stores = int((run.table("places")["kind"] == "store").sum())
    days = max(1, int(run.facts["days_complete"]))
    percent = {"tickformat": ".0%", "nticks": 5}
    minutes = (pl.col("person_s").sum() / 60) / (stores * days * pl.col("replication").n_unique())
    panels = (
        _Panel("count", "Touchless, by count", "Decisions made without a person, % of decisions",
               _share("automatic", "decisions"), ".1%", percent),
        _Panel("value", "Touchless, by value", "Value decided without a person, % of value decided",
               _share("automatic_value_cents", "value_cents"), ".1%", percent),
        _Panel("minutes", "Back-office minutes", "People's time on decisions, minutes per store and day",
               minutes, ".2f", {"nticks": 5}),
    )  # fmt: skip
    tables = [experiment.stacked(side, "touchless") for side in range(len(experiment.labels))]
    names = sorted({name for table in tables for name in table["department"]})
    return [_chart(experiment, tables, names, panel) for panel in panels]


def _range(found: list[dict[str, float | None]], panel: _Panel) -> list[float]:
    """Return the ends of the axis, with room for whole dots at both."""
    values = [value for by in found for value in by.values() if value is not None]
    if panel.pattern.endswith("%"):
        low, high = math.floor(min(values, default=0.0) * 10) / 10, 1.0
        low = min(low, 0.8)
    else:
        low, high = 0.0, max(values, default=0.0) or 1.0
    return [low - (high - low) * 0.05, high + (high - low) * 0.05]


def _chart(
    experiment: Experiment, tables: list[pl.DataFrame], names: list[str], panel: _Panel
) -> Chart:
    found: list[dict[str, float | None]] = []
    for table in tables:
        values = table.group_by("department").agg(value=panel.value)
        found.append(dict(values.iter_rows()))
    joins_x: list[float | None] = []
    joins_y: list[str | None] = []
    for name in names:
        ends = [by[name] for by in found if by.get(name) is not None]
        if len(ends) == 2:
            joins_x += [*ends, None]
            joins_y += [name, name, None]
    data: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "x": joins_x, "y": joins_y, "hoverinfo": "skip",
         "line": {"color": INK, "width": 1}},
    ]  # fmt: skip
    for side, (label, by) in enumerate(zip(experiment.labels, found, strict=True)):
        shown = [name for name in names if by.get(name) is not None]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": label,
                "x": [by[name] for name in shown],
                "y": shown,
                # A is a ring around B's dot: both are seen where they agree
                "marker": {
                    "size": 9 if side == len(tables) - 1 else 14,
                    "symbol": "circle" if side == len(tables) - 1 else "circle-open",
                    "color": tone(side, len(tables)),
                    "line": {"width": 2},
                },
                "hovertemplate": f"{escape(label)}, %{{y}}: %{{x:{panel.pattern}}}<extra></extra>",
            }
        )
    shape = layout(
        60 + 25 * len(names),
        hovermode="closest",
        xaxis={"showgrid": True, "ticks": "", "range": _range(found, panel), **panel.axis},
        yaxis={
            "autorange": "reversed",
            "type": "category",
            "categoryorder": "array",
            "categoryarray": names,
            "gridcolor": RULE,
            "tickfont": {"size": 12, "color": INK},
        },
    )
    return Chart(f"touchless-{panel.name}", panel.title, panel.caption, data, shape)
