"""Packing families, side by side with rectpack (2D) and binpacking (1D) where they are installed.

`python -m benchmarks --data DIR packing [FAMILY ...] [--seconds S] [--every N] [--support SHARE]`
with families clp, mpv3d, bwmv2d, bpp1d, cartons. One core; answers are judged by the checker.
"""

import argparse
import functools
import importlib
import sys
import time
from pathlib import Path

from backhaul.engine.packing import ORIENTATIONS, Bin, Item, cartonize, read_instances, solve
from backhaul.engine.random import generator
from backhaul.engine.stop import Stop
from benchmarks import report

FAMILIES = ("clp", "mpv3d", "bwmv2d", "bpp1d", "cartons")


@functools.cache
def peer(name):
    """Import a peer, or name what is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"benchmarks: peer {name} is not installed (pip install {name})", file=sys.stderr)
        return None


def rectpack_bins(problem):
    """Fewest bins of rectpack's heuristics (2D, no turning)."""
    module = peer("rectpack")
    if module is None:
        return None
    packer = module.newPacker(rotation=False)
    width, height, _ = problem.bins[0].size
    for item in problem.items:
        for _ in range(item.copies):
            packer.add_rect(item.size[0], item.size[1])
    packer.add_bin(width, height, count=float("inf"))
    packer.pack()
    return len(packer)


def binpacking_bins(problem):
    """Bins of the package binpacking (1D)."""
    module = peer("binpacking")
    if module is None:
        return None
    sizes = [item.size[0] for item in problem.items for _ in range(item.copies)]
    return len(module.to_constant_volume(sizes, problem.bins[0].size[0]))


PEERS = {"bwmv2d": ("rectpack", rectpack_bins), "bpp1d": ("binpacking", binpacking_bins)}


def family_rows(folder, family, seconds, every, support):
    for file in sorted(folder.glob("*.txt")):
        problems = list(read_instances(file, support=support))[::every]
        total, spent, bad, proven, bound = 0.0, 0.0, 0, 0, 0
        name, function = PEERS.get(family, (None, None))
        theirs = 0
        for problem in problems:
            start = time.perf_counter()
            solution = solve(problem, stop=Stop(seconds=seconds))
            spent += time.perf_counter() - start
            bad += not solution.check().ok
            proven += solution.status == "optimal"
            packs_all = problem.problem == "bin_packing"
            total += len(solution.bins) if packs_all else solution.utilisation
            bound += solution.bound if packs_all else 0
            if function is not None and theirs is not None:
                got = function(problem)
                theirs = None if got is None else theirs + got
        share = family == "clp"
        row = {
            "family": family,
            "file": file.stem,
            "instances": len(problems),
            "seconds each": round(spent / len(problems), 3),
            "mean utilisation %" if share else "bins": round(100 * total / len(problems), 2)
            if share
            else int(total),
            "bound": "" if share else bound,
            "proven": proven,
            "invalid": bad,
        }
        if name is not None:
            row[name] = "" if theirs is None else theirs
        yield row


def carton_row():
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
    return {
        "family": "cartons",
        "file": "generated",
        "instances": len(orders),
        "seconds each": round(spent / len(orders), 6),
        "orders a second": round(len(orders) / spent),
        "mean cost": round(float(done.cost.mean()), 3),
        "cartons an order": round(float(done.carton_count.mean()), 4),
    }


def main(data: Path | None, argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="packing")
    parser.add_argument("family", nargs="*", default=list(FAMILIES), choices=FAMILIES)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--every", type=int, default=10, help="every so manyth instance")
    parser.add_argument("--support", type=float, default=0.0)
    options = parser.parse_args(argv)
    rows = []
    for family in options.family:
        if family == "cartons":
            rows.append(carton_row())
        elif data is None:
            print(f"benchmarks: {family} needs --data DIR", file=sys.stderr)
        else:
            folder = data / "packing" / family if (data / "packing").is_dir() else data / family
            limits = (options.seconds, options.every, options.support)
            rows.extend(family_rows(folder, family, *limits))
    report.write("packing", "packing", rows)
