"""Replenishment against published answers and peers: one table.

DATA is a folder with ss_exact.csv, lost_sales.csv, perishable.csv, lot_sizing_ww.json and gsm_trees.json
(rows whose file is missing are left out); retail/cj_product_week.csv beside it or in it gives the
forecast row. `--quick` runs a tenth of the work, `--only joint,clsp` some families of rows into a table of their
own, `--join` puts such tables of single families together.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from backhaul import replenishment
from benchmarks import report
from benchmarks.replenishment import (
    clsp,
    joint,
    markdown,
    networks,
    own_policy,
    peers,
    retail,
    stores,
)

Row = dict[str, object]


def timed(work: Callable[[], object], repeat: int = 3) -> float:
    """Return the shortest of some runs, seconds."""
    best = math.inf
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def row(work: str, size: object, result: object, seconds: float, peer: str = "") -> Row:
    return {"work": work, "size": size, "result": result, "seconds": f"{seconds:.4g}", "peer": peer}


def levels(data: Path | None, scale: int) -> list[Row]:
    rows = []
    if data and (data / "ss_exact.csv").exists():
        problem = replenishment.read(data / "ss_exact.csv")
        with (data / "ss_exact.csv").open() as file:
            want = np.array([float(line["avg_cost"]) for line in csv.DictReader(file)])
        solution = replenishment.solve(problem)
        off = np.abs(solution.cost_rate - want)
        seconds = timed(lambda: replenishment.solve(problem))
        text = f"{(off <= 1e-6).sum()} of {len(want)} rows to 1e-6"
        rows.append(row("(s, S) exact: file", len(want), text, seconds))
    rng = np.random.default_rng(1)
    n = 1_000_000 // scale
    problem = replenishment.ReplenishmentProblem(
        mean=rng.uniform(0.1, 20, n),
        variance_to_mean=rng.uniform(1.1, 4, n),
        lead_time=rng.integers(0, 8, n).astype(np.int32),
        setup=rng.uniform(0, 64, n),
        backorder=rng.uniform(4, 40, n),
    )
    seconds = timed(lambda: replenishment.solve(problem, threads=2), 1)
    rows.append(row("(s, S) exact, negative binomial, 2 threads", n, "optimal", seconds))
    cells = 240_000
    mean = rng.gamma(1.0, 1.0, cells)
    call = lambda: replenishment.levels(mean, 1.5, lead_time=2, service_level=0.97, cover=1.0)
    low, top = call()
    position = rng.integers(0, 10, cells).astype(np.int32)
    rows.append(row("nightly levels", cells, "exact quantiles", timed(call)))
    seconds = timed(lambda: replenishment.order_quantities(position, low, top, case_pack=6))
    rows.append(row("nightly orders", cells, "", seconds))
    return rows


def special(data: Path | None, scale: int) -> list[Row]:
    rows = []
    periods = 4_000_000 // scale
    if data and (data / "lost_sales.csv").exists():
        with (data / "lost_sales.csv").open() as file:
            table = list(csv.DictReader(file))
        mean = np.array([float(line["mean"]) for line in table])
        ratio = np.where([line["dist"] == "poisson" for line in table], 1.0, 1.0 + mean)
        items = replenishment.LostSales(
            mean,
            ratio,
            lead_time=[int(line["lead_time"]) for line in table],
            holding=[float(line["h"]) for line in table],
            lost=[float(line["b"]) for line in table],
        )
        start = time.perf_counter()
        cost = items.cost(periods=periods, threads=2)
        gap = 100 * (cost / np.array([float(line["opt_avg_cost"]) for line in table]) - 1)
        text = f"gap to optimum: mean {gap.mean():.2f} %, worst {gap.max():.2f} %"
        rows.append(row("lost sales: file", len(table), text, time.perf_counter() - start))
    rng = np.random.default_rng(2)
    n = 100_000 // scale
    items = replenishment.LostSales(
        rng.uniform(0.1, 5, n),
        rng.uniform(1, 4, n),
        lead_time=rng.integers(1, 5, n).astype(np.int32),
        lost=rng.uniform(4, 40, n),
    )
    on_hand = rng.integers(0, 10, n).astype(np.int32)
    due = rng.integers(0, 5, (n, 3)).astype(np.int32)
    rows.append(row("lost sales: orders", n, "", timed(lambda: items.orders(on_hand, due), 2)))
    seconds = timed(lambda: items.cost(periods=500, threads=2), 1)
    rows.append(row("lost sales: costs by 500 periods, 2 threads", n, "", seconds))
    if data and (data / "perishable.csv").exists():
        with (data / "perishable.csv").open() as file:
            table = list(csv.DictReader(file))
        real = {
            name: np.array([float(line[key]) for line in table])
            for name, key in (
                ("mean", "mean"),
                ("variance_to_mean", "var_over_mean"),
                ("holding", "h"),
                ("lost", "b_lost"),
                ("waste", "w_waste"),
            )
        }

        def tune() -> replenishment.Fresh:
            return replenishment.Fresh(
                real["mean"],
                real["variance_to_mean"],
                life=[int(line["life"]) for line in table],
                lead_time=[int(line["lead_time"]) for line in table],
                issuing=[line["issuing"] for line in table],
                holding=real["holding"],
                lost=real["lost"],
                waste=real["waste"],
            )

        cost = tune().cost(periods=periods // 4, threads=2)
        gap = 100 * (cost / np.array([float(line["opt_avg_cost"]) for line in table]) - 1)
        text = f"gap to optimum: mean {gap.mean():.2f} %, worst {gap.max():.2f} %"
        rows.append(row("fresh: file, tuning an item", len(table), text, timed(tune) / len(table)))
    return rows


def lots(data: Path | None, scale: int) -> list[Row]:
    rows = []
    if data and (data / "lot_sizing_ww.json").exists():
        good = total = 0
        for case in json.loads((data / "lot_sizing_ww.json").read_text()):
            plan = replenishment.wagner_whitin(
                case["demand"], case["setup"], case["hold"], case["unit"]
            )
            good += math.isclose(plan.cost[0], case["optimum"], rel_tol=1e-9)
            total += 1
        rows.append(row("Wagner-Whitin: file", total, f"{good} optimal", 0.0))
    rng = np.random.default_rng(3)
    n = 200
    demand = rng.integers(0, 100, (n, 365)).astype(float)
    setup = rng.integers(50, 500, (n, 365)).astype(float)
    call = lambda: replenishment.wagner_whitin(demand, setup, 1.0)
    rows.append(row("Wagner-Whitin T = 365, an item", n, "", timed(call, 9) / n))
    if data and (data / "gsm_trees.json").exists():
        good = total = 0
        for case in json.loads((data / "gsm_trees.json").read_text()):
            promise = [-1 if t is None else t for t in case["external_outbound_service_time"]]
            found = replenishment.guaranteed_service(
                case["edges"],
                case["processing_time"],
                [float(h) for h in case["holding"]],
                [float(s or 0) for s in case["sd"]],
                promise,
                z=case["z"],
            )
            good += math.isclose(found.cost, case["optimum"], rel_tol=1e-6)
            total += 1
        rows.append(row("guaranteed service: file", total, f"{good} optimal", 0.0))
    for places in (80, 10_000 // scale):
        edges = [(int(rng.integers(0, i)), i) for i in range(1, places)]
        edges = [(b, a) if rng.random() < 0.5 else (a, b) for a, b in edges]
        inner = {a for a, _ in edges}
        ends = np.array([i not in inner for i in range(places)])
        call = lambda e=edges, k=places, d=ends: replenishment.guaranteed_service(
            e,
            np.full(k, 4, dtype=np.int32),
            np.linspace(1, 5, k),
            np.where(d, 7.0, 0.0),
            np.where(d, 0, -1).astype(np.int32),
        )
        rows.append(row("guaranteed service, random tree", places, "optimal", timed(call)))
    for name, sd, book in (
        ("normal", 1.0, "Snyder and Shen example 6.1: 47.65 at 6.49, 12.02, 22.71"),
        ("Poisson", None, ""),
    ):
        call = lambda sd=sd: replenishment.clark_scarf([1, 1, 2], [7, 4, 2], 37.12, 5.0, sd=sd)
        chain = call()
        shown = ", ".join(f"{level:.2f}" for level in chain.levels)
        text = f"cost {chain.cost:.6f} at {shown}; followed forwards by the checker "
        text += f"{chain.check().figures['cost']:.{4 if sd else 6}f}"
        rows.append(row(f"Clark-Scarf, {name}, 3 stages", 3, text, timed(call, 1), book))
    return rows


def tools(data: Path | None, scale: int) -> list[Row]:
    rows = []
    rng = np.random.default_rng(4)
    series, days = 30_490 // scale, 1900
    sales = rng.poisson(rng.gamma(0.5, 2.0, series)[:, None], (series, days)).astype(np.int32)
    seconds = timed(lambda: replenishment.forecast_demand(sales, 28, season=7, threads=2), 1)
    rows.append(row("quantile forecasts, 2 threads", f"{series} x {days}", "", seconds))
    return rows


def joined(families: Iterable[str]) -> list[Row]:
    """Return the rows of the tables that `--only` wrote, one family each."""
    rows: list[Row] = []
    for name in families:
        path = report.RESULTS / f"replenishment-{name}.csv"
        if not path.exists():
            sys.exit(f"benchmarks: --join: {path.name} is missing (--only {name})")
        with path.open() as file:
            next(file)
            rows += csv.DictReader(file)
    return rows


def main(data: Path | None, argv: list[str]) -> None:
    """Run everything, or the families that `--only` names, and write one table."""
    scale = 10 if "--quick" in argv else 1
    families: dict[str, Callable[[], list[Row]]] = {
        "levels": lambda: levels(data, scale),
        "special": lambda: special(data, scale),
        "lots": lambda: lots(data, scale),
        "tools": lambda: tools(data, scale),
        "clsp": lambda: clsp.rows(data, scale),
        "joint": lambda: joint.rows(scale),
        "markdown": lambda: markdown.rows(scale),
        "retail": lambda: retail.rows(data),
        "networks": lambda: networks.rows(scale),
        "stores": lambda: stores.rows(scale),
        "own_policy": lambda: own_policy.rows(scale),
        "peers": lambda: peers.rows(data),
    }
    if "--join" in argv:
        report.write("replenishment", "replenishment", joined(families))
        return
    chosen = list(families)
    if "--only" in argv:
        chosen = " ".join(argv[argv.index("--only") + 1 :][:1]).split(",")
        for name in chosen:
            if name not in families:
                sys.exit(f"benchmarks: --only {name}: not one of {', '.join(families)}")
    rows = [row for name in chosen for row in families[name]()]
    # A part has a file of its own, so that it never replaces the whole table.
    part = "" if len(chosen) == len(families) else "-" + "-".join(chosen)
    report.write(f"replenishment{part}", "replenishment", rows)
