"""Routing: gap to the best known, side by side with peers where pip installs them.

DATA holds a folder a family with instances and bks.csv. Arguments: families (all by default),
--seconds S (default: as the family's custom), --limit N instances a family, --peers NAME...
(pyvrp where it reads the family, ailsii on plain instances; all where no name is given). A peer runs
in a process of its own, which is ended when it does not keep to its time. `large` is a generated map
(`benchmarks/routing/large.py`): --stops, --per-route, --threads.
"""

import argparse
import csv
import importlib
import sys
from collections.abc import Callable
from multiprocessing import TimeoutError, get_context
from pathlib import Path
from time import perf_counter

from backhaul.engine.routing import read, solve
from backhaul.engine.stop import Stop
from benchmarks import report
from benchmarks.routing import large

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


#: How PyVRP rounds a family's distances, and by what its cost is divided to be as in bks.csv.
PYVRP = {
    "cvrp-x": ("round", 1),
    "cvrp-xxl": ("round", 1),
    "vrptw-gh1000": ("dimacs", 10),
    "hfvrp": ("exact", 100_000),
    "mdvrptw": ("exact", 1),
    "pcvrptw": ("dimacs", 1),
    "sdvrptw": ("exact", 1),
    "vrpb": ("round", 1),
    "gvrp": ("round", 1),
    "mtvrptwr": ("dimacs", 1),
}


def pyvrp(path: Path, seconds: float, seed: int) -> float | None:
    """Return PyVRP's cost on an instance of a family that it reads, where it is installed."""
    module = importlib.import_module("pyvrp")
    stop = importlib.import_module("pyvrp.stop")
    rounding, divisor = PYVRP[path.parent.name]
    data = module.read(path, rounding)
    result = module.solve(data, stop.MaxRuntime(seconds), seed=seed, display=False)
    return float(result.cost()) / divisor if result.is_feasible() else None


def ailsii(path: Path, seconds: float, seed: int) -> float | None:
    """Return AILS-II's cost (Maximo, Cordeau and Nascimento 2024); no seed; needs Java 21 or later."""
    module = importlib.import_module("ailsii")
    problem = read(path)
    places = [*problem.depots, *problem.clients]

    def first(goods: int | tuple[int, ...]) -> int:
        return goods if isinstance(goods, int) else goods[0]

    data = {
        "x_coordinates": [place.x for place in places],
        "y_coordinates": [place.y for place in places],
        "demands": [0, *(first(client.delivery) for client in problem.clients)],
        "vehicle_capacity": first(problem.vehicle_types[0].capacity),
    }
    solver = module.Solver(module.AlgorithmParameters(timeLimit=seconds))
    return float(solver.solve_cvrp(data).cost)


#: Solvers that are run side by side, each with the families it knows.
PEERS: dict[str, tuple[Callable[[Path, float, int], float | None], set[str]]] = {
    "ailsii": (ailsii, {"cvrp-x", "cvrp-xxl"}),
    "pyvrp": (pyvrp, set(PYVRP)),
}


def run_peer(name: str, path: Path, seconds: float, seed: int) -> float | None:
    """Return a peer's cost, or nothing when it finds no plan in three times the time and a minute."""
    with get_context("spawn").Pool(1) as pool:
        task = pool.apply_async(PEERS[name][0], (path, seconds, seed))
        try:
            return task.get(3 * seconds + 60)
        except TimeoutError:
            print(f"{name} did not end in time on {path.name}", file=sys.stderr)
            return None


def main(data: Path | None, argv: list[str]) -> None:
    """Run the families and write one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks --data DATA routing")
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, "large", []])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", nargs="*", choices=[*PEERS, []], help="side by side")
    parser.add_argument("--stops", type=int, default=1_000_000, help="of a large map")
    parser.add_argument(
        "--per-route", type=int, nargs="+", default=[150, 500], help="stops a route of a large map"
    )
    parser.add_argument("--threads", type=int, default=2, help="for a large map")
    options = parser.parse_args(argv)
    if options.families == ["large"]:
        seconds = options.seconds or 600.0
        found = [
            large.row(options.stops, per_route, seconds, options.threads, options.seed)
            for per_route in options.per_route
        ]
        report.write("routing-large", "routing", found)
        return
    if data is None:
        sys.exit("benchmarks: routing needs --data: a folder with one folder a family")
    peers = [] if options.peers is None else options.peers or list(PEERS)
    rows: list[dict[str, object]] = []
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
        gaps: dict[str, list[float]] = {}
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
            gaps.setdefault("backhaul", []).append(gap)
            print(row, file=sys.stderr)
            for name in [name for name in peers if family in PEERS[name][1]]:
                begin = perf_counter()
                try:
                    peer = run_peer(name, path, seconds, options.seed)
                except ImportError:
                    print(f"{name} is not installed: pip install {name}", file=sys.stderr)
                    peers.remove(name)
                    continue
                if peer is not None:
                    gap = 100 * (peer / cost - 1)
                    wall = round(perf_counter() - begin, 2)
                    same = {"family": family, "instance": path.stem, "seconds": seconds}
                    rows.append(
                        {**same, "solver": name, "cost": peer, "best": cost, "wall": wall}
                        | {"gap_pct": round(gap, 3)}
                    )
                    print(rows[-1], file=sys.stderr)
                    gaps.setdefault(name, []).append(gap)
        for name, values in gaps.items():
            mean = round(sum(values) / len(values), 3)
            row = {"family": family, "instance": "mean", "solver": name, "gap_pct": mean}
            # What Backhaul's gap is of a peer's on the instances that both have solved.
            if name != "backhaul" and len(values) == len(gaps["backhaul"]) and mean > 0:
                row["ratio"] = round(sum(gaps["backhaul"]) / sum(values), 3)
            rows.append(row)
    report.write("routing", "routing", rows)
