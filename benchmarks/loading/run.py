"""Loading benchmarks: routes known to be loadable, routing with loads, store deliveries, docks.

    python -m benchmarks --data DATA loading [routes|joint] [--family F] [--seconds S] [--only NAME ...] [--keep]
    python -m benchmarks --data DATA loading families [--seconds S] [--most N]
    python -m benchmarks loading [store|docks] [--seconds S]

DATA is the folder with `cvrp3l/` (published instances as JSON, see its own README).
"""

import argparse
import csv
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path

from backhaul.engine.loading import LoadingProblem, read_cvrp3l, solve, solve_joint
from backhaul.engine.stop import Stop
from benchmarks.loading.docks import docks
from benchmarks.loading.store import store
from benchmarks.report import RESULTS, write

WHAT = ("routes", "joint", "families", "store", "docks")


def routes(folder, seconds):
    """Load every route of routes.jsonl."""
    rows = []
    for line in (folder / "routes.jsonl").read_text().splitlines():
        case = json.loads(line)
        problem = read_cvrp3l(folder / f"{case['instance']}.json")
        number = {customer.id: k for k, customer in enumerate(problem.customers)}
        items = []
        for stop, node in enumerate(case["route"]):
            for item in problem.customers[number[str(node)]].items:
                items.append(replace(item, id=f"{node}.{item.id}", stop=stop))
        loading = LoadingProblem(problem.vehicle, tuple(items), problem.rules)
        began = time.perf_counter()
        plan = solve(loading, stop=Stop(seconds=seconds))
        rows.append(
            {
                "instance": case["instance"],
                "customers": len(case["route"]),
                "items": sum(item.copies for item in items),
                "ms": round(1000 * (time.perf_counter() - began), 2),
                "loaded": int(not plan.left_out),
                "valid": int(not set(plan.check().codes()) - {"missing_item"}),
            }
        )
    times = sorted(row["ms"] for row in rows)
    rows.append(
        {
            "instance": "all",
            "items": len(rows),
            "ms": f"median {statistics.median(times)}, p99 {times[int(0.99 * (len(times) - 1))]}",
            "loaded": f"{sum(row['loaded'] for row in rows)} of {len(rows)}",
            "valid": sum(row["valid"] for row in rows),
        }
    )
    write("loading-routes", "loading", rows)


def earlier(name, now):
    """Return the rows of the last table whose instances are not measured now."""
    path = RESULTS / f"{name}.csv"
    if not path.exists():
        return []
    with path.open() as file:
        next(file)
        rows = list(csv.DictReader(file))
    return [row for row in rows if row["instance"] not in {"average", *now}]


#: What holds in a family beside the usual rules on the road.
FAMILIES = {
    "ceschia": {"strength": True},
    "krebs": {"strength": True},
    "moura_tw": {},
    "pollaris": {"axles": True},
    "semitrailer": {"axles": True},
    "zhang_tw": {},
}


def joint_rows(paths, seconds):
    """Routing with loads, an answer an instance, under the rules of its family."""
    rows = []
    for path in paths:
        problem = read_cvrp3l(path, **FAMILIES.get(path.parent.name, {}))
        plan = solve_joint(problem, stop=Stop(seconds=seconds))
        rows.append(
            {
                "instance": path.stem,
                "cost": round(plan.cost, 3),
                "vehicles": len(plan.routes),
                "fleet": problem.fleet or "",
                "status": plan.status.value,
                "valid": int(plan.check().ok),
                "seconds": round(plan.stats.seconds, 1),
                "iterations": plan.stats.iterations,
            }
        )
    return rows


def joint(folder, seconds, only, keep):
    """Routing with loads under all rules, against the best published costs."""
    best = {}
    if (folder / "best.csv").exists():
        with (folder / "best.csv").open() as file:
            best = {r["instance"]: float(r["all_constraints"]) for r in csv.DictReader(file)}
    paths = sorted(folder.glob("*.json"))
    paths = [path for path in paths if not only or any(word in path.stem for word in only)]
    rows = []
    for row in joint_rows(paths, seconds):
        known = best.get(row["instance"])
        gap = round(100 * (row["cost"] / known - 1), 2) if known else ""
        head = {"instance": row["instance"], "cost": row["cost"], "best": known or "", "gap_%": gap}
        rows.append(head | row)
    name = f"loading-joint-{folder.name}"
    if keep:
        rows += earlier(name, [row["instance"] for row in rows])
        rows.sort(key=lambda row: row["instance"])
    gaps = [float(row["gap_%"]) for row in rows if row["gap_%"] != ""]
    if gaps:
        rows.append({"instance": "average", "gap_%": round(statistics.mean(gaps), 2)})
    write(name, "loading", rows)


def families(folder, seconds, most):
    """A few instances of every family beside Gendreau's, each under its own rules."""
    rows = []
    for family in FAMILIES:
        paths = sorted((folder / family).glob("*.json"))
        step = max(1, len(paths) // most)
        for row in joint_rows(paths[::step][:most], seconds):
            rows.append({"family": family} | row)
    write("loading-families", "loading", rows)


def main(data: Path | None, argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks loading")
    parser.add_argument("what", nargs="?", choices=WHAT, default="routes")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--family", default="gendreau")
    parser.add_argument("--most", type=int, default=2, help="families: instances of each")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--keep", action="store_true", help="joint: keep other instances' rows")
    options = parser.parse_args(argv)
    if options.what == "store":
        return store()
    if options.what == "docks":
        return docks(options.seconds or 2.0)
    if data is None:
        parser.error("name the folder of the instances: make bench WHAT=loading DATA=...")
    if options.what == "families":
        return families(data / "cvrp3l", options.seconds or 10.0, options.most)
    folder = data / "cvrp3l" / options.family
    if not folder.is_dir():
        parser.error(f"no such folder in DATA: cvrp3l/{options.family}")
    if options.what == "routes":
        routes(folder, options.seconds or 1.0)
    else:
        joint(folder, options.seconds or 120.0, options.only, options.keep)
