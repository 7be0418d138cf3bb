"""Pinball loss on weekly units of products: fit to week 40, tune on 41 to 44, report 45 to 52."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from backhaul import replenishment
from backhaul.engine.replenishment.demand import Method

Row = dict[str, object]
Floats = npt.NDArray[np.float64]
LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9]


def find(data: Path | None) -> Path | None:
    """Return the table of weekly units in DATA or beside it."""
    name = "cj_product_week.csv"
    places = [data, data / "retail", data.parent / "retail"] if data else []
    return next((place / name for place in places if (place / name).exists()), None)


def losses(truth: npt.NDArray[np.int32], found: npt.NDArray[np.generic]) -> Floats:
    """Return the mean pinball loss of every series."""
    gap = truth[:, :, None] - found
    q = np.array(LEVELS)
    loss: Floats = np.maximum(q * gap, (q - 1) * gap).mean(axis=(1, 2))
    return loss


def read(path: Path) -> tuple[npt.NDArray[np.int32], Floats]:
    """Return units and drivers of weeks 1 to 52 of products that sold in ten of the first 40 weeks.

    Drivers are the logarithm of the price paid over the product's usual one, and the shares of stores with
    a display and in the mailer. A week without sales has no line: its price is that of the week before,
    and nothing was promoted.
    """
    weeks: dict[str, npt.NDArray[np.int32]] = {}
    causes: dict[str, Floats] = {}
    with path.open() as file:
        for line in csv.DictReader(file):
            week = int(float(line["week"]))
            if 1 <= week <= 52:
                key = line.get("product_id") or line.get("product") or ""
                series = weeks.setdefault(key, np.zeros(52, dtype=np.int32))
                series[week - 1] += int(float(line["units"]))
                told = causes.setdefault(key, np.full((52, 3), np.nan))
                stores = max(float(line["stores"]), 1.0)
                told[week - 1] = (
                    np.log(max(float(line["paid_price"]), 0.01)),
                    float(line["stores_display"]) / stores,
                    float(line["stores_mailer"]) / stores,
                )
    kept = [key for key, units in weeks.items() if (units[:40] > 0).sum() >= 10]
    drivers = np.array([causes[key] for key in kept])
    drivers[:, :, 1:] = np.nan_to_num(drivers[:, :, 1:])
    price = drivers[:, :, 0] - np.nanmedian(drivers[:, :40, 0], axis=1, keepdims=True)
    price[:, 0] = np.nan_to_num(price[:, 0])
    for week in range(1, 52):
        price[:, week] = np.where(np.isnan(price[:, week]), price[:, week - 1], price[:, week])
    drivers[:, :, 0] = price
    return np.array([weeks[key] for key in kept]), drivers


def rows(data: Path | None) -> list[Row]:
    """One row a method, the choice of weeks 41 to 44, and rivals."""
    path = find(data)
    if path is None:
        return []
    table, drivers = read(path)
    fit, whole = np.ascontiguousarray(table[:, :40]), np.ascontiguousarray(table[:, :44])
    found: list[Row] = []

    def row(name: str, loss: Floats, seconds: float, note: str = "") -> None:
        found.append(
            {
                "work": f"retail weeks 45-52: {name}",
                "size": len(table),
                "result": f"pinball loss {loss.mean():.4f}{note}",
                "seconds": f"{seconds:.4g}",
                "peer": "",
            }
        )

    trial: list[Floats] = []
    answers = []
    begin = time.perf_counter()
    for method in get_args(Method):
        start = time.perf_counter()
        early = replenishment.forecast_demand(fit, 4, method=method, quantiles=LEVELS)
        trial.append(losses(table[:, 40:44], early))
        answers.append(replenishment.forecast_demand(whole, 8, method=method, quantiles=LEVELS))
        row(method, losses(table[:, 44:52], answers[-1]), time.perf_counter() - start)
    best = int(np.argmin([loss.mean() for loss in trial]))
    name = get_args(Method)[best]
    spent = time.perf_counter() - begin
    row("tuned on 41-44", losses(table[:, 44:52], answers[best]), spent, f" ({name})")
    start = time.perf_counter()
    told = replenishment.forecast_demand(
        whole,
        8,
        method=get_args(Method)[best],
        quantiles=LEVELS,
        drivers=np.ascontiguousarray(drivers[:, :44]),
        drivers_ahead=np.ascontiguousarray(drivers[:, 44:]),
    )
    note = " (prices and promotions of weeks 45-52 as they came)"
    row(
        "with price, display, mailer",
        losses(table[:, 44:52], told),
        time.perf_counter() - start,
        note,
    )
    naive = np.quantile(whole[:, -13:], LEVELS, axis=1).T[:, None, :].repeat(8, axis=1)
    row("quantiles of 13 weeks", losses(table[:, 44:52], naive), 0.0)
    season = np.repeat(whole[:, -8:, None], len(LEVELS), axis=2)
    row("naive, the last 8 weeks again", losses(table[:, 44:52], season), 0.0)
    try:
        from statsforecast.models import AutoETS
    except ImportError:
        found[-1]["peer"] = "statsforecast is not installed"
        return found
    start = time.perf_counter()
    rival = np.zeros((len(table), 8, len(LEVELS)))
    for k, series in enumerate(whole):
        made = AutoETS(season_length=1).forecast(series.astype(float), 8, level=[50, 80])
        columns = ("lo-80", "lo-50", "mean", "hi-50", "hi-80")
        rival[k] = np.maximum(np.stack([made[c] for c in columns], axis=1), 0)
    row("statsforecast AutoETS", losses(table[:, 44:52], rival), time.perf_counter() - start)
    return found
