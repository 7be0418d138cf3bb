"""Packing families, side by side with the peers that are installed (`peers.py`).

`python -m benchmarks --data DIR packing [FAMILY ...] [--classes FILE ...] [--seconds S] [--every N]
[--most N] [--support SHARE] [--no-peers] [--table NAME]` with families clp, mpv3d, bwmv2d, bpp1d,
cartons. One core; our answers are judged by the checker.
"""

import argparse
import csv
import sys
import time
from pathlib import Path

from backhaul.engine.packing import ORIENTATIONS, Bin, Item, cartonize, read_instances, solve
from backhaul.engine.random import generator
from backhaul.engine.stop import Stop
from benchmarks import report
from benchmarks.packing.peers import PEERS, packvium_cartons

FAMILIES = ("clp", "mpv3d", "bwmv2d", "bpp1d", "cartons")


#: Where the best known answers of a family are listed, and under which column.
BEST = {"clp": "best_utilisation", "bwmv2d": "best_oriented", "bpp1d": "upper"}


def best_known(folder, family):
    """Best known answer by name of the instance; empty where none is listed."""
    path = folder / "best.csv"
    if family not in BEST or not path.exists():
        return {}
    with path.open(newline="") as file:
        return {row["instance"]: float(row[BEST[family]]) for row in csv.DictReader(file)}


def family_rows(folder, family, options):
    best = best_known(folder, family)
    for file in sorted(folder.glob("*.txt")):
        if options.classes and file.stem not in options.classes:
            continue
        problems = list(read_instances(file, support=options.support))[:: options.every]
        problems = problems[: options.most]
        spent, bad, proven, bound, known = 0.0, 0, 0, 0.0, []
        ours = []
        theirs = {name: [] for name in PEERS.get(family, {})} if options.peers else {}
        for problem in problems:
            start = time.perf_counter()
            solution = solve(problem, stop=Stop(seconds=options.seconds))
            spent += time.perf_counter() - start
            bad += not solution.check().ok
            proven += solution.status == "optimal"
            packs_all = problem.problem == "bin_packing"
            ours.append(len(solution.bins) if packs_all else solution.utilisation)
            bound += solution.bound if packs_all else 0
            known.append(best.get(problem.name))
            for name, answers in theirs.items():
                answers.append(PEERS[family][name](problem, options.seconds))
        share = not packs_all

        def figure(values, share=share):
            if not values or None in values:
                return ""
            return round(100 * sum(values) / len(values), 2) if share else int(sum(values))

        yield {
            "family": family,
            "file": file.stem,
            "support": options.support,
            "instances": len(problems),
            "seconds each": round(spent / len(problems), 3),
            "mean % or bins": figure(ours),
            "best known": figure(known),
            "bound": "" if share else int(bound),
            "proven": proven,
            "invalid": bad,
            **{name: figure(answers) for name, answers in theirs.items()},
        }


#: Every so manyth order is also given to the peer, which gets a second for each.
SAMPLE = 200


def carton_row(peers):
    """10,000 generated orders of 1 to 12 items, 12 cartons; orders a second on two threads."""
    draw = generator(1, "benchmark.cartons")
    catalogue = [
        Item(f"a{k}", tuple(draw.integers(40, 300, 3).tolist()), orientations=ORIENTATIONS)
        for k in range(500)
    ]
    sizes = [(200, 150, 100), (250, 200, 150), (300, 200, 200), (350, 250, 200), (400, 300, 200)]
    sizes += [(400, 300, 300), (450, 350, 300), (500, 400, 300), (600, 400, 300), (600, 400, 400)]
    sizes += [(700, 500, 400), (800, 600, 500)]
    cartons = [Bin(f"c{k}", s, cost=20 + s[0] * s[1] * s[2] // 10**6) for k, s in enumerate(sizes)]
    orders = []
    for _ in range(10_000):
        order = {}
        for article in draw.integers(0, 500, draw.integers(1, 13)).tolist():
            order[article] = order.get(article, 0) + 1
        orders.append(order)
    start = time.perf_counter()
    done = cartonize(orders, catalogue, cartons, threads=2)
    spent = time.perf_counter() - start
    theirs = packvium_cartons(orders[::SAMPLE], catalogue, cartons, 1.0) if peers else None
    pairs = zip(done.cost[::SAMPLE].tolist(), theirs or [], strict=False)
    both = [(own, other) for own, other in pairs if other is not None]
    sample = {
        "sample": len(both),
        "our cost": sum(own for own, _ in both),
        "packvium": sum(other for _, other in both),
        "dearer than packvium": sum(own > other for own, other in both),
    }
    return {
        "family": "cartons",
        "file": "generated",
        "instances": len(orders),
        "seconds each": round(spent / len(orders), 6),
        "orders a second": round(len(orders) / spent),
        "mean cost": round(float(done.cost.mean()), 3),
        "cartons an order": round(float(done.carton_count.mean()), 4),
        **(sample if both else {}),
    }


def main(data: Path | None, argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="packing")
    parser.add_argument("family", nargs="*", default=list(FAMILIES), choices=FAMILIES)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--every", type=int, default=10, help="every so manyth instance")
    parser.add_argument("--most", type=int, help="at most so many instances of a file")
    parser.add_argument("--classes", nargs="*", help="only these files, without their ending")
    parser.add_argument("--support", type=float, default=0.0)
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--table", default="packing", help="name of the table that is written")
    options = parser.parse_args(argv)
    rows = []
    for family in options.family:
        if family == "cartons":
            rows.append(carton_row(options.peers))
        elif data is None:
            print(f"benchmarks: {family} needs --data DIR", file=sys.stderr)
        else:
            folder = data / "packing" / family if (data / "packing").is_dir() else data / family
            rows.extend(family_rows(folder, family, options))
    report.write(options.table, "packing", rows)
