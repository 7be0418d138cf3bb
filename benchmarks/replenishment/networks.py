"""Networks, calendars and continuous review: time and gap."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from backhaul import Stop, replenishment

Row = dict[str, object]


def shortest(work: Callable[[], object], repeat: int) -> float:
    """Return the shortest of some runs, seconds."""
    best = math.inf
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def acyclic(places: int, more: int, seed: int) -> dict[str, object]:
    """A random tree whose goods flow to later places, with `more` edges beyond a tree."""
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(0, i)), i) for i in range(1, places)}
    while len(edges) < places - 1 + more:
        a, b = sorted(rng.choice(places, 2, replace=False).tolist())
        edges.add((a, b))
    inner = {a for a, _ in edges}
    ends = np.array([i not in inner for i in range(places)])
    return {
        "edges": sorted(edges),
        "processing_time": rng.integers(1, 8, places).astype(np.int32),
        "holding": np.sort(rng.uniform(1, 5, places)),
        "sd": np.where(ends, 7.0, 0.0),
        "promise": np.where(ends, 0, -1).astype(np.int32),
    }


def general_networks() -> list[Row]:
    """Guaranteed service where there is more than one way, by size and edges beyond a tree."""
    rows = []
    for places, more, limit in ((12, 4, 2.0), (40, 8, 5.0), (80, 20, 10.0), (300, 100, 10.0)):
        gaps, seconds, proven = [], 0.0, 0
        for seed in range(3):
            found = replenishment.guaranteed_service(
                **acyclic(places, more, seed),  # type: ignore[arg-type]
                stop=Stop(seconds=limit),
            )
            gaps.append(100 * found.gap)
            seconds = max(seconds, found.stats.seconds)
            proven += found.status.value == "optimal"
        text = f"{proven} of 3 proven, gap at most {max(gaps):.2f} %, limit {limit:.0f} s"
        work = f"guaranteed service, {more} edges beyond a tree"
        rows.append(
            {"work": work, "size": places, "result": text, "seconds": f"{seconds:.4g}", "peer": ""}
        )
    return rows


def single_items(scale: int) -> list[Row]:
    """Warehouses with their stores, calendars, continuous review."""
    rng = np.random.default_rng(6)
    n = 200 // scale
    mean = rng.uniform(0.1, 2.0, (n, 10))
    call = lambda: replenishment.warehouse_levels(
        mean, lead_time=1.0, backorder=9.0, warehouse_lead_time=2.0, threads=2
    )
    rows = [
        {
            "work": "one warehouse and 10 stores, exact, 2 threads",
            "size": n,
            "result": "optimal",
            "seconds": f"{shortest(call, 2):.4g}",
            "peer": "",
        }
    ]
    n = 10_000 // scale
    week = rng.uniform(0.2, 5.0, (n, 7))
    days = [True, False, False, True, False, False, False]
    call = lambda: replenishment.calendar_levels(
        week, review_days=days, lead_time=2, setup=5.0, backorder=9.0, threads=2
    )
    rows.append(
        {
            "work": "(s, S) on a calendar of two reviews a week, 2 threads",
            "size": n,
            "result": "optimal",
            "seconds": f"{shortest(call, 1):.4g}",
            "peer": "",
        }
    )
    n = 100_000 // scale
    rate = rng.uniform(0.1, 20, n)
    call = lambda: replenishment.reorder_points(
        rate, lead_time=1.0, setup=64.0, backorder=9.0, threads=2
    )
    rows.append(
        {
            "work": "(r, Q) exact, Poisson, 2 threads",
            "size": n,
            "result": "optimal",
            "seconds": f"{shortest(call, 2):.4g}",
            "peer": "",
        }
    )
    return rows


def rows(scale: int = 1) -> list[Row]:
    """Return all rows."""
    return [*general_networks(), *single_items(scale)]


def main(_data: object, argv: list[str]) -> None:
    """Run it alone and write one table."""
    from benchmarks import report

    report.write("replenishment", "replenishment-networks", rows(10 if "--quick" in argv else 1))
