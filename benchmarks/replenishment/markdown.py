"""Markdown of short-dated stock: the exact ladder against one discount at a fixed day."""

from __future__ import annotations

import time

import numpy as np

from backhaul import replenishment

Row = dict[str, object]


def rows(scale: int) -> list[Row]:
    """One night's short-dated batches, and what the best and the simple rules bring."""
    rng = np.random.default_rng(11)
    n = 100_000 // scale
    life = rng.integers(1, 6, n).astype(np.int32)
    mean = rng.gamma(1.0, 3.0, n)
    price = rng.integers(79, 900, n).astype(np.int32)
    batches = replenishment.ShortDated(
        rng.poisson(mean * life * rng.uniform(0.5, 2.0, n)).clip(0, 5000).astype(np.int32),
        life=life,
        mean=mean,
        variance_to_mean=rng.uniform(1, 2, n),
        elasticity=rng.uniform(1, 3, n),
        price=price,
        waste=20,
    )
    start = time.perf_counter()
    best = batches.best(threads=2)
    seconds = time.perf_counter() - start
    value = best.value.sum()
    rules = {
        (percent, days): batches.rule(discount=percent, days_left=days, threads=2)
        for percent in batches.discounts.tolist()
        for days in range(6)
    }
    percent, days = max(rules, key=lambda k: float(rules[k].value.sum()))
    simple = rules[percent, days]
    never = rules[0, 0]
    more = 100 * (value / simple.value.sum() - 1)
    full = 100 * (value / never.value.sum() - 1)
    share = [f"{100 * r.wasted.sum() / batches.units.sum():.1f} %" for r in (best, simple, never)]
    return [
        {
            "work": "markdown, exact ladder of 6 discounts, 2 threads",
            "size": n,
            "result": f"{more:.2f} % more than the best simple rule, {full:.2f} % more than none; "
            f"wasted {share[0]}, {share[1]}, {share[2]}",
            "seconds": f"{seconds:.4g}",
            "peer": f"best simple rule: {percent} % off with {days} days left",
        }
    ]
