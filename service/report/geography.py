"""The map: stores, DCs and one day's routes, drawn to scale over vendored outlines.

The projection is computed here (Albers' equal-area conic on a sphere, Snyder 1987, "Map Projections:
A Working Manual", p. 98), because plotly's own maps fetch their outlines from a server.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from backhaul.service.report.experiment import Experiment, Run
from backhaul.service.report.style import INK, MUTED, RULE, Chart, layout
from backhaul.service.report.wording import plural

__all__ = ["albers", "routes_of_a_day"]

OUTLINES = Path(__file__).resolve().parents[1] / "assets" / "us_states.json"
EARTH_KM = 6371.0088
HUES = ("#0f5499", "#990f3d", "#0d7680", "#9a7b4f", "#593380", "#5b8c2a", "#c4541c", "#4a4a8a")
DAY_S = 86_400

Projection = Callable[[float, float], tuple[float, float]]


def albers(lat_min: float, lat_max: float, lon_0: float) -> Projection:
    """Return a projection from latitude and longitude, in degrees, to kilometres.

    Parameters
    ----------
    lat_min, lat_max : float
        What the map covers; the standard parallels lie a sixth inside (Snyder 1987, p. 99).
    lon_0 : float
        The meridian that stands upright.

    Examples
    --------
    >>> to_km = albers(29.5, 45.5, -96.0)
    >>> x, y = to_km(37.5, -96.0)
    >>> round(x), round(to_km(38.5, -96.0)[1] - y)
    (0, 112)
    """
    spread = max(lat_max - lat_min, 0.5)
    middle = math.radians((lat_min + lat_max) / 2)
    first, second = (middle + math.radians(spread) * side / 3 for side in (-1, 1))
    n = (math.sin(first) + math.sin(second)) / 2
    c = math.cos(first) ** 2 + 2 * n * math.sin(first)

    def radius(lat: float) -> float:
        return EARTH_KM * math.sqrt(max(c - 2 * n * math.sin(lat), 0.0)) / n

    origin = radius(middle)

    def project(lat: float, lon: float) -> tuple[float, float]:
        rho, theta = radius(math.radians(lat)), n * math.radians(lon - lon_0)
        return rho * math.sin(theta), origin - rho * math.cos(theta)

    return project


@cache
def _outlines() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return content


def _inside(
    line: list[list[float]], west: float, south: float, east: float, north: float
) -> Iterator[list[list[float]]]:
    """Return the parts of a line that may touch a window."""
    part: list[list[float]] = []
    for start, end in pairwise(line):
        touches = (
            max(start[0], end[0]) >= west
            and min(start[0], end[0]) <= east
            and max(start[1], end[1]) >= south
            and min(start[1], end[1]) <= north
        )
        if touches:
            part = part or [start]
            part.append(end)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _ground(places: pl.DataFrame, project: Projection) -> list[dict[str, Any]]:
    """Return the outlines of the states around the places."""
    west, east = _ends(places["lon"])
    south, north = _ends(places["lat"])
    wide, tall = max(east - west, 2.0), max(north - south, 2.0)
    window = (west - 1.5 * wide, south - tall, east + 1.5 * wide, north + tall)
    traces = []
    for kind, width in (("borders", 0.8), ("outline", 1.3)):
        x: list[float | None] = []
        y: list[float | None] = []
        for line in _outlines()[kind]:
            for part in _inside(line, *window):
                for lon, lat in part:
                    across, up = project(lat, lon)
                    x.append(round(across, 2))
                    y.append(round(up, 2))
                x.append(None)
                y.append(None)
        traces.append(_line(x, y, "#cfc4ba", width))
    return traces


def _ends(values: pl.Series) -> tuple[float, float]:
    numbers = [float(value) for value in values]
    return min(numbers), max(numbers)


def _line(
    x: list[float | None], y: list[float | None], colour: str, width: float, text: str = ""
) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width},
        "hoverinfo": "text" if text else "skip",
    }
    if text:
        trace["text"] = text
    return trace


def _day_shown(trips: pl.DataFrame) -> int | None:
    """Return the day of the second half with the most trips, so that the map is a busy day's."""
    days = trips.select(day=pl.col("depart_s") // DAY_S).group_by("day").len().sort("day")
    if days.is_empty():
        return None
    late = days.filter(pl.col("day") >= days["day"][-1] // 2)
    return int(late.sort("len", "day", descending=[True, False])["day"][0])


def _clock(second: int) -> str:
    return f"{second % DAY_S // 3600:02d}:{second % 3600 // 60:02d}"


def _routes(
    run: Run, day: int, at: list[tuple[float, float]], dcs: int
) -> tuple[list[dict[str, Any]], str]:
    """Return a line a trip, and what the day came to."""
    trips = run.table("trips").filter(pl.col("depart_s") // DAY_S == day).sort("number")
    stops = run.table("stops").sort("trip", "position")
    visited = stops.group_by("trip", maintain_order=True).agg("store")
    by_trip = {int(trip): stores for trip, stores in visited.iter_rows()}
    traces = []
    km, count = 0.0, 0
    for row, trip in enumerate(trips.iter_rows(named=True)):
        stores = by_trip.get(int(trip["number"]), [])
        home = at[int(trip["dc"])]
        way = [home, *(at[dcs + int(store)] for store in stores), home]
        km += int(trip["distance_m"]) / 1000
        count += len(stores)
        returns = _clock(int(trip["return_s"])) if int(trip["return_s"]) > 0 else "?"
        text = (
            f"Trip {trip['number']}: {plural(len(stores), 'stop')}, "
            f"{int(trip['distance_m']) / 1000:,.0f} km, {trip['pallets']} pallets, "
            f"{_clock(int(trip['depart_s']))} to {returns}"
        )
        traces.append(
            _line([x for x, _ in way], [y for _, y in way], HUES[row % len(HUES)], 1.6, text)
        )
    said = f"{plural(len(trips), 'trip')}, {plural(count, 'stop')}, {km:,.0f} km"
    return traces, said


def routes_of_a_day(experiment: Experiment) -> list[Chart]:
    """Return one map a strategy, of the same day of the first replication."""
    first = experiment.runs[-1][0]
    places = first.table("places")
    south, north = _ends(places["lat"])
    west, east = _ends(places["lon"])
    project = albers(south, north, (west + east) / 2)
    day = _day_shown(first.table("trips"))
    charts = []
    for side, label in enumerate(experiment.labels):
        run = experiment.runs[side][0]
        own = run.table("places")
        at = [project(lat, lon) for lat, lon in own.select("lat", "lon").iter_rows()]
        dcs = int((own["kind"] == "dc").sum())
        data, said = _ground(own, project), "no trips"
        if day is not None:
            traces, said = _routes(run, day, at, dcs)
            data += traces
        data += _markers(own, at, dcs)
        shown = "" if day is None else f"Day {day + 1}: "
        chart = Chart(f"map{side}", label, f"{shown}{said}", data)
        chart.layout.update(_frame(at))
        chart.layout["shapes"], chart.layout["annotations"] = _scale(at)
        charts.append(chart)
    return charts


def _markers(places: pl.DataFrame, at: list[tuple[float, float]], dcs: int) -> list[dict[str, Any]]:
    names = [
        f"{name}, {city} {state}" if city not in name else f"{name}, {state}"
        for name, city, state in places.select("name", "city", "state").iter_rows()
    ]
    looks = (
        (slice(dcs, None), {"size": 7, "color": "#ffffff", "line": {"color": INK, "width": 1.4}}),
        (slice(0, dcs), {"size": 11, "symbol": "square", "color": INK}),
    )
    traces: list[dict[str, Any]] = []
    for rows, marker in looks:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [x for x, _ in at[rows]],
                "y": [y for _, y in at[rows]],
                "text": names[rows],
                "hoverinfo": "text",
                "marker": marker,
            }
        )
    traces[-1] |= {
        "mode": "markers+text",
        "text": [str(name) for name in places["name"][:dcs]],
        "textposition": "top center",
        "textfont": {
            "size": 13,
            "color": INK,
            "shadow": "0 0 3px #fff, 0 0 3px #fff, 0 0 3px #fff",
        },
    }
    return traces


def _box(at: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    across, up = [x for x, _ in at], [y for _, y in at]
    pad = max(max(across) - min(across), max(up) - min(up), 20.0) * 0.12
    return min(across) - pad, max(across) + pad, min(up) - pad, max(up) + pad


def _frame(at: list[tuple[float, float]]) -> dict[str, Any]:
    left, right, low, high = _box(at)
    bare: dict[str, Any] = {"showgrid": False, "showticklabels": False, "ticks": ""}
    shape = layout(
        420,
        hovermode="closest",
        xaxis={**bare, "range": [left, right]},
        yaxis={**bare, "range": [low, high], "scaleanchor": "x"},
    )
    shape["margin"] = {"l": 0, "r": 0, "t": 0, "b": 0}
    shape["plot_bgcolor"] = "#fdfaf7"
    return shape


def _scale(at: list[tuple[float, float]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a bar that says how long a round number of kilometres is."""
    left, right, low, high = _box(at)
    wish = (right - left) / 4
    unit = 10 ** math.floor(math.log10(wish))
    km = max(step * unit for step in (1, 2, 5) if step * unit <= wish)
    x, y = left + (right - left) * 0.03, low + (high - low) * 0.03
    line = {
        "type": "line",
        "x0": x,
        "x1": x + km,
        "y0": y,
        "y1": y,
        "line": {"color": MUTED, "width": 2},
    }
    note = {
        "x": x + km / 2, "y": y, "text": f"{km:g} km", "showarrow": False, "yshift": 9,
        "font": {"size": 11, "color": MUTED}, "bgcolor": "rgba(255,255,255,0.6)",
        "bordercolor": RULE, "borderwidth": 0,
    }  # fmt: skip
    return [line], [note]
