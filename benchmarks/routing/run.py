"""Routing: gap to the best known, side by side with peers where pip installs them.

DATA holds a folder a family with instances and bks.csv. Arguments: families (all by default),
--seconds S (default: as the family's custom), --limit N instances a family, --peers.
"""

import argparse
import csv
import importlib
import sys
from pathlib import Path
from time import perf_counter

from backhaul.engine.routing import read, solve
from backhaul.engine.stop import Stop
from benchmarks import report

#: Family: seconds, vehicles first.
FAMILIES = {
    "cvrp-x": (10, False),
    "cvrp-xxl": (60, False),
    "vrptw-gh1000": (30, False),
    "vrptw-gh200": (30, True),
    "vrptw-gh400": (30, True),
    "vrptw-solomon100": (10, True),
    "pdptw-lilim100": (5, True),
    "pdptw-lilim1000": (60, False),
    "hfvrp": (60, False),
    "mdvrptw": (60, False),
    "pcvrptw": (60, False),
    "sdvrptw": (60, False),
    "vrpb": (60, False),
    "gvrp": (60, False),
    "mtvrptwr": (60, False),
}


def best_known(folder: Path, vehicles_first: bool) -> dict[str, tuple[int | None, float]]:
    """Return (vehicles, cost) by instance."""
    known = {}
    for row in csv.DictReader((folder / "bks.csv").read_text().splitlines()):
        if vehicles_first and row.get("vehicles_first_vehicles"):
            pair = (int(row["vehicles_first_vehicles"]), float(row["vehicles_first_distance"]))
        elif row.get("distance_first_distance"):
            pair = (None, float(row["distance_first_distance"]))
        elif row.get("cost_as_in_sol"):
            pair = (None, float(row["cost_as_in_sol"]))
        else:
            continue
        known[row["instance"]] = pair
    return known


def peer_pyvrp(path: Path, seconds: float, seed: int) -> float | None:
    """Return PyVRP's cost on a plain instance, where it is installed."""
    pyvrp = importlib.import_module("pyvrp")
    stop = importlib.import_module("pyvrp.stop")
    data = pyvrp.read(path, "round")
    result = pyvrp.solve(data, stop.MaxRuntime(seconds), seed=seed, display=False)
    return float(result.cost()) if result.is_feasible() else None


def main(data: Path | None, argv: list[str]) -> None:
    """Run the families and write one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks --data DATA routing")
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, []])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", action="store_true", help="run PyVRP on cvrp-x too")
    options = parser.parse_args(argv)
    if data is None:
        sys.exit("benchmarks: routing needs --data: a folder with one folder a family")
    rows = []
    for family in options.families or FAMILIES:
        folder = data / family
        if not folder.is_dir():
            print(f"{family}: no such folder, left out", file=sys.stderr)
            continue
        seconds, first = FAMILIES[family]
        seconds = options.seconds or seconds
        known = best_known(folder, first)
        files = sorted(p for p in folder.iterdir() if p.suffix in (".vrp", ".txt"))
        files = [p for p in files if p.stem in known][: options.limit]
        gaps = []
        for path in files:
            begin = perf_counter()
            problem = read(path, vehicles_first=first)
            solution = solve(problem, stop=Stop(seconds=seconds), seed=options.seed)
            vehicles, cost = known[path.stem]
            gap = 100 * (solution.cost / cost - 1)
            row: dict[str, object] = {
                "family": family,
                "instance": path.stem,
                "solver": "backhaul",
                "seconds": seconds,
                "cost": solution.cost,
                "vehicles": solution.vehicles,
                "best_vehicles": "" if vehicles is None else vehicles,
                "best": cost,
                "gap_pct": round(gap, 3),
                "valid": solution.check().ok,
                "iterations": solution.stats.iterations,
                "wall": round(perf_counter() - begin, 2),
            }
            rows.append(row)
            gaps.append(gap)
            print(row, file=sys.stderr)
            if options.peers and family == "cvrp-x":
                try:
                    peer = peer_pyvrp(path, seconds, options.seed)
                except ImportError:
                    print("pyvrp is not installed: pip install pyvrp", file=sys.stderr)
                    options.peers = False
                    continue
                if peer is not None:
                    gap = round(100 * (peer / cost - 1), 3)
                    rows.append({**row, "solver": "pyvrp", "cost": peer, "gap_pct": gap})
        if gaps:
            mean = round(sum(gaps) / len(gaps), 3)
            rows.append(
                {"family": family, "instance": "mean", "solver": "backhaul", "gap_pct": mean}
            )
    report.write("routing", "routing", rows)
