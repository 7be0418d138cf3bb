"""Simulator, allocation and moves between stores: how much in a second, on two threads."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from backhaul import replenishment

Row = dict[str, object]


def shortest(work: Callable[[], object], repeat: int) -> float:
    """Return the shortest of some runs, seconds."""
    best = math.inf
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def simulator(scale: int) -> list[Row]:
    """A warehouse and ten stores, 400 products: dry goods, and goods of five days."""
    products, places, periods = 400, 11, 5000 // scale
    mean = np.tile([0.0] + [2.0] * (places - 1), (products, 1))
    rows = []
    for name, life in (("dry goods", 0), ("five days of life", 5)):
        seconds = shortest(
            lambda life=life: replenishment.simulate(
                [-1] + [0] * (places - 1),
                mean,
                [[50] + [6] * (places - 1)],
                [[120] + [14] * (places - 1)],
                lead_time=[[3] + [1] * (places - 1)],
                shelf_life=life,
                periods=periods,
                warm_up=0,
                threads=2,
            ),
            3,
        )
        steps = products * places * periods
        rows.append(
            {
                "work": f"simulator, {name}, 2 threads",
                "size": steps,
                "result": f"{steps / seconds / 1e6:.1f} M node-periods a second",
                "seconds": f"{seconds:.4g}",
                "peer": "",
            }
        )
    return rows


def allocation(scale: int) -> list[Row]:
    """A million lines of fifty stores, by both rules, with minimums and cases."""
    rng = np.random.default_rng(4)
    n = 1_000_000 // scale
    product = np.repeat(np.arange(n // 50), 50).astype(np.int32)
    pack = rng.integers(1, 4, len(product)).astype(np.int32)
    order = (rng.integers(0, 12, len(product)) // pack * pack).astype(np.int32)
    supply = rng.integers(60, 250, n // 50).astype(np.int32)
    demand = rng.gamma(2.0, 2.0, len(product))
    rows = []
    for sharing in ("fair", "value"):
        call = lambda s=sharing: replenishment.allocate(
            supply,
            product,
            order,
            sharing=s,
            mean=demand,
            variance_to_mean=1.5,
            minimum=np.minimum(order, 1).astype(np.int32),
            case_pack=pack,
            threads=2,
        )
        given = call()
        text = f"{given.sum() / order.sum():.1%} of what was asked for"
        seconds = f"{shortest(call, 3):.4g}"
        work = f"allocation by {sharing}, 2 threads"
        rows.append(
            {"work": work, "size": len(order), "result": text, "seconds": seconds, "peer": ""}
        )
    return rows


def moves(scale: int) -> list[Row]:
    """A hundred stores with lanes to their ten neighbours, products by the hundred."""
    rng = np.random.default_rng(5)
    stores, products = 100, 1000 // scale
    lanes = [(a, (a + k) % stores) for a in range(stores) for k in range(-5, 6) if k]
    stock = rng.integers(0, 12, (products, stores)).astype(float)
    mean = rng.gamma(2.0, 2.0, (products, stores))
    call = lambda: replenishment.transship(lanes, 1.0, stock, mean, short=5.0, threads=2)
    found = call()
    text = f"optimal; {found.saving / found.before.sum():.1%} of expected cost saved"
    work = "moves between 100 stores, 1000 lanes, 2 threads"
    seconds = f"{shortest(call, 2):.4g}"
    return [{"work": work, "size": products, "result": text, "seconds": seconds, "peer": ""}]


def rows(scale: int = 1) -> list[Row]:
    """Return all rows."""
    return [*simulator(scale), *allocation(scale), *moves(scale)]


def main(_data: object, argv: list[str]) -> None:
    """Run it alone and write one table."""
    from benchmarks import report

    report.write("replenishment", "replenishment-stores", rows(10 if "--quick" in argv else 1))
