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


def read(path: Path) -> npt.NDArray[np.int32]:
    """Return units of weeks 1 to 52 of products that sold in ten of the first 40 weeks."""
    weeks: dict[str, npt.NDArray[np.int32]] = {}
    with path.open() as file:
        for line in csv.DictReader(file):
            week = int(float(line["week"]))
            if 1 <= week <= 52:
                key = line.get("product_id") or line.get("product") or ""
                series = weeks.setdefault(key, np.zeros(52, dtype=np.int32))
                series[week - 1] += int(float(line["units"]))
    return np.array([s for s in weeks.values() if (s[:40] > 0).sum() >= 10])


def rows(data: Path | None) -> list[Row]:
    """One row a method, the choice of weeks 41 to 44, and rivals."""
    path = find(data)
    if path is None:
        return []
    table = read(path)
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
