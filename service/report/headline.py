"""The first sentence of the page, and the few figures under it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from backhaul.service.report.experiment import Experiment
from backhaul.service.report.wording import change, escape, exact, plural, usd
from backhaul.sim.management.kpis import KPIS

__all__ = ["Headline", "headline", "key_figures", "kpi_means"]

MAIN = "ebit"
KEY = ("sales", "ebit", "on_shelf_availability", "days_inventory", "touchless_rate")


@dataclass(frozen=True)
class Headline:
    """What the page says first.

    Parameters
    ----------
    title : str
        The sentence; text, not HTML.
    support : str
        How sure it is; text.
    """

    title: str
    support: str


def kpi_means(experiment: Experiment) -> dict[str, tuple[float, ...]]:
    """Return the mean of each KPI over the replications, by strategy."""
    if experiment.comparison is not None:
        rows = experiment.comparison.select("kpi", "a_mean", "b_mean").iter_rows()
        return {str(kpi): (float(a), float(b)) for kpi, a, b in rows}
    own = experiment.kpis.filter(pl.col("strategy") == experiment.strategies[0])
    means = own.group_by("kpi").agg(pl.col("value").mean())
    return {str(kpi): (float(value),) for kpi, value in means.iter_rows()}


def headline(experiment: Experiment) -> Headline:
    """Return the sentence that says which strategy earns more, by how much and how sure it is."""
    weeks = plural(experiment.weeks, "week")
    if experiment.comparison is None:
        return _single(experiment, weeks)
    a, b = experiment.labels
    rows = experiment.comparison.filter(pl.col("kpi") == MAIN)
    if (experiment.comparison["difference"] == 0).all():
        title = f"{a} and {b} give the same result: every difference is exactly 0"
        return Headline(title, f"{_pairs(experiment)} of {weeks}")
    if rows.is_empty():
        return Headline(f"{b} against {a} over {weeks}", _pairs(experiment))
    row: dict[str, Any] = rows.row(0, named=True)
    # EBIT was named before any run as what decides: its own interval needs no correction
    alone = "_alone" if "low_alone" in row else ""
    gap = float(row["difference"])
    ends = [_number(row[f"{end}{alone}"]) for end in ("low", "high")]
    wide = [_number(row[end]) for end in ("low", "high")]
    winner, other = (b, a) if gap >= 0 else (a, b)
    if gap < 0:
        gap, ends, wide = -gap, [-ends[1], -ends[0]], [-wide[1], -wide[0]]
    interval = _interval(experiment, gap, ends, wide)
    if not ends[0] > 0:
        title = (
            f"No difference in EBIT can be told between strategies {a} and {b} in {weeks}: "
            f"{winner} is {usd(gap)} ahead"
        )
        return Headline(title, interval)
    if max(float(row["a_mean"]), float(row["b_mean"])) < 0:
        title = f"Strategy {winner} loses {usd(gap)} less in {weeks} than {other}, before interest and tax"
    else:
        title = f"Strategy {winner} earns {usd(gap)} more EBIT in {weeks} than {other}"
    return Headline(title, interval)


def _single(experiment: Experiment, weeks: str) -> Headline:
    values = kpi_means(experiment)
    name = experiment.labels[0]
    ebit, sales = values[MAIN][0], values["sales"][0]
    earns = "earns" if ebit >= 0 else "loses"
    title = (
        f"Strategy {name} {earns} {usd(abs(ebit))} before interest and tax on {usd(sales)} of sales "
        f"in {weeks}"
    )
    mine = (pl.col("strategy") == experiment.strategies[0]) & (pl.col("kpi") == MAIN)
    own = experiment.kpis.filter(mine)["value"].to_list()
    if len(own) < 2:
        return Headline(title, "One replication: no interval")
    low, high = (usd(end, unit=False, like=ebit) for end in (min(own), max(own)))
    tail = "M USD" if abs(ebit) >= 1e6 else "USD"
    return Headline(title, f"EBIT from {low} to {high} {tail} in {len(own)} replications")


def _pairs(experiment: Experiment) -> str:
    return plural(experiment.replications, "paired replication")


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _interval(experiment: Experiment, gap: float, ends: list[float], wide: list[float]) -> str:
    if experiment.replications < 2 or not all(math.isfinite(end) for end in ends):
        return f"{_pairs(experiment)}: too few for an interval"
    largest = max(map(abs, (gap, *ends)))
    low, high, least, most = (usd(end, unit=False, like=largest) for end in (*ends, *wide))
    tail = "M USD" if largest >= 1e6 else "USD"
    count = 0 if experiment.comparison is None else len(experiment.comparison)
    said = (
        f"{experiment.confidence * 100:g} % interval {low} to {high} {tail}, {_pairs(experiment)}"
    )
    if wide == ends:
        return f"{said}, corrected for {plural(count, 'KPI')} compared at once"
    return (
        f"{said}. EBIT was named before the run as what decides; corrected for all "
        f"{plural(count, 'KPI')} compared at once its interval is {least} to {most}"
    )


def key_figures(experiment: Experiment) -> str:
    """Return the strip of key figures, as HTML."""
    values, cells = kpi_means(experiment), []
    for kpi in KPIS:
        if kpi.name not in KEY or kpi.name not in values:
            continue
        found = values[kpi.name]
        shown = usd(found[-1]) if kpi.unit == "usd" else exact(found[-1], kpi.unit)
        note = ""
        if len(found) == 2:
            gap = found[1] - found[0]
            text = usd(gap, plus=True) if kpi.unit == "usd" else change(gap, kpi.unit)
            note = f"<small>{escape(text)} against {escape(experiment.labels[0])}</small>"
        cells.append(
            f"<div><span>{escape(kpi.label)}</span><strong>{escape(shown)}</strong>{note}</div>"
        )
    return f'<div class="key">{"".join(cells)}</div>'
