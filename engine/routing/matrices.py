"""Distances and times on the globe: great circles, or a routing server's tables."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, Stopped

__all__ = ["fetch_matrices", "great_circle"]

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG 1980)."""

Matrix = npt.NDArray[np.int64]


def great_circle(
    lon_lat: Sequence[tuple[float, float]],
    *,
    road_factor: float = 1.3,
    metres_per_second: float = 13.9,
) -> tuple[Matrix, Matrix]:
    """Estimate road distances and times from coordinates alone (haversine formula).

    Parameters
    ----------
    lon_lat : sequence of (float, float)
        Longitude and latitude in degrees.
    road_factor : float
        How much longer roads are than the great circle.
    metres_per_second : float
        Mean speed.

    Returns
    -------
    (ndarray, ndarray) of int64, shape (places, places)
        Metres and seconds, rounded up, so that a plan that is on time stays so.

    Raises
    ------
    InvalidInput
        A coordinate is not on the globe, or a factor is not above 0.

    Examples
    --------
    >>> metres, seconds = great_circle([(0, 0), (0, 1)], road_factor=1, metres_per_second=10)
    >>> int(metres[0, 1]), int(seconds[0, 1])
    (111196, 11120)
    """
    points = _coordinates(lon_lat)
    for name, value in (("road_factor", road_factor), ("metres_per_second", metres_per_second)):
        if not (0 < value < 1e6):
            raise InvalidInput(name, value, "a number above 0")
    lon, lat = np.radians(points).T
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    exact = road_factor * 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    # The slack keeps what is whole but for a rounding error.
    metres = np.ceil(exact - 1e-6).astype(np.int64)
    seconds = np.ceil(exact / metres_per_second - 1e-6).astype(np.int64)
    return metres, seconds


def fetch_matrices(
    lon_lat: Sequence[tuple[float, float]],
    url: str,
    *,
    server: Literal["osrm", "valhalla"] = "osrm",
    profile: str = "driving",
    timeout_s: float = 10.0,
    retries: int = 2,
    block: int = 100,
) -> tuple[Matrix, Matrix]:
    """Ask a routing server for all distances and times.

    Parameters
    ----------
    lon_lat : sequence of (float, float)
        Longitude and latitude in degrees.
    url : str
        Where the server listens, such as ``http://localhost:5000``.
    server : {"osrm", "valhalla"}
        Which of the two interfaces it has: OSRM's ``/table/v1`` or Valhalla's
        ``/sources_to_targets``.
    profile : str
        OSRM's profile, or Valhalla's costing.
    timeout_s : float
        Patience for one answer.
    retries : int
        How often a request is repeated when no answer came or the server was busy; the pauses
        double from 0.2 s.
    block : int
        Most sources, and most targets, in one request.

    Returns
    -------
    (ndarray, ndarray) of int64, shape (places, places)
        Metres and seconds, rounded up.

    Raises
    ------
    InvalidInput
        A coordinate or option is not allowed, the server refuses the request, or it knows no way
        between two places; the message names them.
    Stopped
        The server gives no answer.
    """
    points = _coordinates(lon_lat)
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InvalidInput("url", url, "http://HOST or https://HOST")
    if server not in ("osrm", "valhalla"):
        raise InvalidInput("server", server, "osrm or valhalla")
    for name, value, least in (
        ("timeout_s", timeout_s, 1e-3),
        ("retries", retries, 0),
        ("block", block, 1),
    ):
        if not least <= value < 1e6:
            raise InvalidInput(name, value, f"a number of at least {least}")
    n = len(points)
    metres, seconds = np.zeros((n, n), dtype=np.int64), np.zeros((n, n), dtype=np.int64)
    ask = _osrm if server == "osrm" else _valhalla
    for i in range(0, n, block):
        for j in range(0, n, block):
            rows, columns = np.arange(i, min(i + block, n)), np.arange(j, min(j + block, n))
            request = ask(points, rows, columns, url.rstrip("/"), profile)
            answer = _answer(request, timeout_s, retries)
            found = _tables(answer, server, rows, columns)
            metres[i : i + block, j : j + block] = found[0]
            seconds[i : i + block, j : j + block] = found[1]
    return metres, seconds


def _coordinates(lon_lat: Sequence[tuple[float, float]]) -> npt.NDArray[np.float64]:
    points = np.array(lon_lat, dtype=np.float64).reshape(-1, 2)
    bad = ~((np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90))
    if bad.any():
        k = int(np.flatnonzero(bad)[0])
        raise InvalidInput(
            f"lon_lat[{k}]", tuple(points[k].tolist()), "longitude -180 to 180, latitude -90 to 90"
        )
    return points


def _osrm(
    points: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    url: str,
    profile: str,
) -> urllib.request.Request:
    places = np.unique(np.concatenate([rows, columns]))
    path = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points[places])
    at = {int(p): k for k, p in enumerate(places)}
    sources, targets = (";".join(str(at[int(p)]) for p in list_) for list_ in (rows, columns))
    query = f"sources={sources}&destinations={targets}&annotations=duration,distance"
    where = f"{url}/table/v1/{urllib.parse.quote(profile)}/{path}?{query}"
    return urllib.request.Request(where)


def _valhalla(
    points: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    url: str,
    profile: str,
) -> urllib.request.Request:
    def places(list_: npt.NDArray[np.int64]) -> list[dict[str, float]]:
        return [{"lon": float(points[p, 0]), "lat": float(points[p, 1])} for p in list_]

    costing = {"driving": "auto"}.get(profile, profile)
    body = {"sources": places(rows), "targets": places(columns), "costing": costing}
    return urllib.request.Request(
        f"{url}/sources_to_targets",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )


def _answer(request: urllib.request.Request, timeout_s: float, retries: int) -> object:
    reason = ""
    for attempt in range(retries + 1):
        if attempt:
            time.sleep(0.2 * 2 ** (attempt - 1))
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as reply:
                return json.loads(reply.read())
        except urllib.error.HTTPError as error:
            text = error.read(500).decode("utf-8", "replace")
            # What is wrong with the request stays wrong.
            if error.code < 500 and error.code != 429:
                said = f"{error.code}: {text}"
                raise InvalidInput("url", said, "a request that the server takes") from None
            reason = f"HTTP {error.code}"
        except json.JSONDecodeError:
            raise InvalidInput("url", request.full_url[:80], "a server that answers JSON") from None
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = str(getattr(error, "reason", error))
    host = urllib.parse.urlsplit(request.full_url).netloc
    raise Stopped(f"{host} gave no answer in {retries + 1} attempts: {reason}")


def _tables(
    answer: object,
    server: str,
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
) -> tuple[Matrix, Matrix]:
    try:
        if not isinstance(answer, dict):
            raise TypeError
        if server == "osrm":
            if answer.get("code") != "Ok":
                raise InvalidInput("url", answer.get("message", answer.get("code")), "code Ok")
            metres, seconds = answer["distances"], answer["durations"]
        else:
            cells = answer["sources_to_targets"]
            metres = [
                [None if c["distance"] is None else 1000 * c["distance"] for c in row]
                for row in cells
            ]
            seconds = [[c["time"] for c in row] for row in cells]
        tables = [np.array(t, dtype=np.float64) for t in (metres, seconds)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput("url", str(answer)[:80], f"tables as {server} gives them") from None
    for table in tables:
        if table.shape != (len(rows), len(columns)):
            raise InvalidInput("url", table.shape, f"{len(rows)} x {len(columns)} cells")
        if not np.isfinite(table).all():
            i, j = np.argwhere(~np.isfinite(table))[0]
            pair = f"{rows[i]} to {columns[j]}"
            raise InvalidInput("lon_lat", pair, "places between which the server knows a way")
    found = [np.ceil(table - 1e-6).astype(np.int64) for table in tables]
    return found[0], found[1]
