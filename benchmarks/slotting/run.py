"""Quadratic and linear assignment, and slotting against real orders, beside scipy and lapx.

`python -m benchmarks --data DIR slotting [FAMILY ...] [--seconds S] [--threads N] [--only TEXT]`
with families qap, linear, affinity, orders, routes, batching, planogram. Answers are judged by the checker.
"""

import argparse
import csv
import importlib
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from backhaul.engine.random import generator
from backhaul.engine.slotting import (
    Layout,
    Orders,
    SlottingProblem,
    affinity_from_baskets,
    assign,
    linear_assignment,
    read_qaplib,
    route_lengths,
    solve,
)
from backhaul.engine.stop import Stop
from benchmarks import report
from benchmarks.slotting import batching, planogram

FAMILIES = ("qap", "linear", "affinity", "orders", "routes", "batching", "planogram")


def peer(name):
    """Import a peer, or name what is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"benchmarks: peer {name} is not installed", file=sys.stderr)
        return None


def qap_rows(data, options):
    """Gap to the best known value of each instance, and scipy's FAQ beside it."""
    folder = next(data.rglob("qap"), data)
    known = {}
    table = folder / "best_known.csv"
    if table.exists():
        with table.open() as file:
            known = {row["name"]: int(row["best_known"]) for row in csv.DictReader(file)}
    optimize = peer("scipy.optimize")
    gaps = {"n <= 100": [], "n > 100": []}
    for file in sorted(folder.glob("*.qap")):
        if options.only not in file.stem:
            continue
        problem = read_qaplib(file)
        best = known.get(file.stem) or int(file.read_text().split()[2])
        limits = Stop(seconds=options.seconds or 10.0, target=best)
        found = solve(problem, stop=limits, threads=options.threads)
        gap = 100 * (found.cost - best) / best
        gaps["n <= 100" if len(problem) <= 100 else "n > 100"].append(gap)
        row = {
            "work": file.stem,
            "n": len(problem),
            "cost": int(found.cost),
            "best known": best,
            "gap %": round(gap, 4),
            "bound %": round(100 * (found.bound or 0) / best, 1),
            "seconds": round(found.stats.seconds, 2),
            "check": "clean" if found.check().ok else "violated",
        }
        if optimize is not None:
            theirs = optimize.quadratic_assignment(problem.flow, problem.distance, method="faq")
            row["scipy FAQ gap %"] = round(100 * (theirs.fun - best) / best, 3)
        yield row
    for name, values in gaps.items():
        if values:
            yield {"work": f"mean, {name}", "gap %": round(statistics.mean(values), 4)}


def linear_costs(n):
    """Slotting costs from pure rank one to noise alone; popularity is heavy-tailed."""
    draw = generator(1, "benchmark.linear")
    popularity, distance = draw.pareto(1.2, n) + 1, draw.uniform(1, 100, n)
    product = np.outer(popularity, distance)
    yield "popularity x distance", product
    yield "and 1 % noise", product * draw.uniform(0.99, 1.01, (n, n))
    yield "and 10 % noise", product * draw.uniform(0.9, 1.1, (n, n))
    yield "and added noise", product + draw.uniform(0, 20, (n, n))
    zone = np.arange(n) % 3
    yield "in three zones", np.where(zone[:, None] == zone[None, :], product, np.inf)
    yield "uniform", draw.uniform(0, 1e6, (n, n))
    yield "whole numbers to 1,000", draw.integers(0, 1000, (n, n)).astype(np.float64)
    weight, carried = draw.uniform(0, 1, n) ** 3, draw.choice([0.25, 0.4, 0.6, 0.8, 1.0], n)
    allowed = weight[:, None] <= carried[None, :]
    yield "with limits of weight", np.where(allowed, product, np.inf)
    noisy = product * draw.uniform(0.9, 1.1, (n, n))
    yield "limits and 10 % noise", np.where(allowed, noisy, np.inf)


def linear_rows(options):
    """n = 5,000, proven by the dual bound; peers at n = 1,000, where they take seconds."""
    peers = {"scipy": peer("scipy.optimize"), "lapx": peer("lap")}
    for n in (1000, 5000):
        for name, cost in linear_costs(n):
            start = time.perf_counter()
            found = linear_assignment(cost, threads=options.threads)
            row = {
                "work": f"linear, {name}",
                "n": n,
                "cost": round(found.cost, 3),
                "gap %": round(100 * (found.cost - found.bound) / max(abs(found.cost), 1), 9),
                "seconds": round(time.perf_counter() - start, 3),
            }
            if n == 1000:
                for module in (m for m in peers if peers[m] is not None):
                    start = time.perf_counter()
                    if module == "scipy":
                        r, c = peers[module].linear_sum_assignment(cost)
                        theirs = cost[r, c].sum()
                    else:
                        theirs = peers[module].lapjv(np.where(np.isinf(cost), 1e12, cost))[0]
                    row[f"{module} s"] = round(time.perf_counter() - start, 3)
                    assert abs(theirs - found.cost) <= 1e-6 * abs(theirs)
            yield row


def families(data, products):
    """Department, category and type of each product, where `cj_products.csv` knows it."""
    known = {}
    for file in sorted(data.rglob("cj_products.csv")):
        with file.open() as lines:
            for row in csv.DictReader(lines):
                parts = row["department"], row["product_category"], row["product_type"]
                known[row["product_id"]] = "/".join(
                    part.replace("/", "-") for part in parts if part
                )
    return [known.get(name, "") for name in products]


def order_lines(data):
    """Basket, names of the products and product of each order line; None where there are none."""
    file = next(data.rglob("cj_order_lines.csv"), None)
    if file is None:
        print("benchmarks: cj_order_lines.csv is not there", file=sys.stderr)
        return None
    with file.open() as lines:
        rows = [(row["basket"], row["product_id"]) for row in csv.DictReader(lines)]
    _, basket = np.unique([row[0] for row in rows], return_inverse=True)
    return basket, *np.unique([row[1] for row in rows], return_inverse=True)


#: Warehouses of the usual shape (about twice as wide as deep), and one that is eleven times as wide.
SHAPES = {
    "2:1, one block": {},
    "2:1, two blocks": {"blocks": 2},
    "11:1, one block": {"bays": 20},
}


def total_walk(layout, slot, orders):
    """Metres that shortest tours of these orders take."""
    lines = slot[orders.product]
    return float(route_lengths(layout, orders.pointer, lines, threads=2).sum())


def order_rows(data, options):
    """Products against order lines: seven baskets of ten to learn from, the rest to judge.

    In warehouses of several shapes, without and with the families of the products (how far they
    are known).
    """
    read = order_lines(data)
    if read is None:
        return
    basket, ids, product = read
    learn = generator(1, "benchmark.baskets").random(int(basket.max()) + 1) < 0.7
    n = min(10_000, int(product.max()) + 1)
    # The most ordered of what is learnt: who is placed must not know what is judged.
    ordered = np.bincount(product[learn[basket]], minlength=int(product.max()) + 1)
    most = np.argsort(-ordered, kind="stable")[:n]
    number = np.full(int(product.max()) + 1, -1)
    number[most] = np.arange(n)
    pairs = np.unique(np.stack([basket, number[product]], axis=1), axis=0)
    pairs = pairs[pairs[:, 1] >= 0]

    def orders(inside):
        some = pairs[inside[pairs[:, 0]]]
        _, counts = np.unique(some[:, 0], return_counts=True)
        return Orders(np.concatenate([[0], np.cumsum(counts)]), some[:, 1])

    seen, unseen = orders(learn), orders(~learn)
    picks = np.bincount(seen.product, minlength=n).astype(float)
    ones, zone = np.ones(n, dtype=int), ["ambient"] * n
    family = families(data, ids[most])
    known = sum(map(bool, family))
    limits = Stop(seconds=options.seconds or 58.0)
    for warehouse, shape in SHAPES.items():
        layout = Layout.for_products({"ambient": n}, **shape)
        velocity = assign(picks, ones, ones, zone, layout)
        for used in ([""] * n, family) if known else ([""] * n,):
            problem = SlottingProblem(layout, picks, ones, ones, zone, orders=seen, family=used)
            answers = [
                solve(problem, stop=limits, seed=k, threads=options.threads)
                for k in range(options.seeds)
            ]
            for name, some in (("seen", seen), ("unseen", unseen)):
                before = total_walk(layout, velocity, some)
                after = statistics.mean(total_walk(layout, f.slot, some) for f in answers)
                yield {
                    "work": f"slotting, {name} orders",
                    "warehouse": warehouse,
                    "n": n,
                    "of known family": known if used is family else 0,
                    "orders": len(some),
                    "velocity km": round(before / 1000, 1),
                    "Backhaul km": round(after / 1000, 1),
                    "less %": round(100 * (1 - after / before), 2),
                    "seeds": len(answers),
                    "seconds": round(max(found.stats.seconds for found in answers), 1),
                    "check": "clean" if all(found.check().ok for found in answers) else "violated",
                }


def affinity_rows(data, options):
    """Pairs that are bought together, over all products and baskets of the file."""
    read = order_lines(data)
    if read is None:
        return
    basket, _, product = read
    start = time.perf_counter()
    found = affinity_from_baskets(basket, product, threads=options.threads)
    yield {
        "work": "affinity from baskets",
        "products": found.products,
        "baskets": found.baskets,
        "lines": len(basket),
        "pairs that occur": found.tests,
        "pairs with affinity": len(found),
        "seconds": round(time.perf_counter() - start, 2),
    }


def route_rows(data):
    """Exact picker routes against the proven optima, and the time of one."""
    file = next(data.rglob("picker_routing.json"), None)
    if file is None:
        print("benchmarks: picker_routing.json is not there", file=sys.stderr)
        return
    from backhaul_native import slotting as native

    cases = json.loads(file.read_text())
    for blocks in sorted({case["blocks"] for case in cases}):
        right, spent, some = 0, [], [c for c in cases if c["blocks"] == blocks]
        for case in some:
            grid = (
                np.arange(case["aisles"], dtype=np.int64) * case["aisle_pitch"],
                np.arange(blocks + 1, dtype=np.int64) * case["block_pitch"],
                case["depot"][0],
                0,
            )
            picks = np.array(case["picks"], dtype=np.int64)
            # The same order many times: one call's overhead does not count as routing.
            copies = 200
            lines = np.tile(np.arange(len(picks), dtype=np.int64), copies)
            ends = np.arange(copies + 1, dtype=np.int64) * len(picks)
            args = (picks[:, 0].copy(), picks[:, 1].copy(), None, ends, lines, "exact", 1)
            start = time.perf_counter()
            found = native.tour_lengths(grid, *args)
            spent.append((time.perf_counter() - start) / copies)
            right += int(found[0]) == case["optimum"]
        yield {
            "work": f"picker routes, {blocks} blocks",
            "n": len(some),
            "optimal": right,
            "microseconds": round(1e6 * statistics.mean(spent), 1),
        }


def main(data: Path | None, argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="slotting")
    parser.add_argument("family", nargs="*", default=list(FAMILIES))
    parser.add_argument(
        "--seconds",
        type=float,
        help="per solve; 10 for qap and planogram, 58 for orders, 5 for batching",
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=1, help="runs to take the mean of (orders)")
    parser.add_argument("--only", default="", help="part of the instance's name (qap)")
    options = parser.parse_args(argv)
    for family in options.family:
        if family not in FAMILIES:
            sys.exit(f"benchmarks: {family}: name one of {', '.join(FAMILIES)}")
        if family == "linear":
            rows = linear_rows(options)
        elif data is None:
            print(f"benchmarks: {family} needs --data DIR", file=sys.stderr)
            continue
        elif family == "qap":
            rows = qap_rows(data, options)
        elif family == "affinity":
            rows = affinity_rows(data, options)
        elif family == "orders":
            rows = order_rows(data, options)
        elif family == "batching":
            rows = batching.rows(data, options.seconds or 5.0)
        elif family == "planogram":
            rows = planogram.rows(data, options.seconds or 10.0)
        else:
            rows = route_rows(data)
        # One table a family: their columns differ.
        report.write(f"slotting-{family}", "slotting", list(rows))
