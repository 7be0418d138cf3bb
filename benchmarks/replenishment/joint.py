"""Joint replenishment, 500 items x 26 periods: cost above the bound, with the bound of HiGHS beside it."""

from __future__ import annotations

import time

import numpy as np

from backhaul import Stop, replenishment
from benchmarks.replenishment.joint_bound import highs_bound

Row = dict[str, object]

# What it is called, whether trucks cost money, seed, whether packs and a least order are asked for.
CASES = (
    *(("no trucks", False, seed, False) for seed in range(3)),
    *(("trucks", True, seed, False) for seed in range(3)),
    ("trucks, packs, a least order", True, 0, True),
)


def generated(seed: int, items: int, periods: int, trucks: bool) -> dict[str, object]:
    """Return one supplier's items: few fast ones, many slow ones, lots of four to five periods."""
    rng = np.random.default_rng([6, seed])
    mean = rng.gamma(0.7, 30.0, items)
    demand = rng.poisson(mean[:, None], (items, periods)).astype(float)
    volume = rng.uniform(0.5, 2.0, items)
    a_period = float(volume @ demand.mean(axis=1))
    return {
        "demand": demand,
        "minor": rng.uniform(1, 20, items),
        "holding": rng.uniform(0.02, 0.3, items),
        "volume": volume,
        "major": float(rng.uniform(200, 3000)),
        "truck_cost": float(rng.uniform(200, 900)) if trucks else 0.0,
        "truck_capacity": a_period * float(rng.uniform(0.3, 1.5)) if trucks else float("inf"),
    }


def rows(scale: int) -> list[Row]:
    """Three seeds without and with trucks, and one with packs and a least order as well.

    The bound of HiGHS knows neither packs nor least orders; where they are asked for it is still one.
    """
    found: list[Row] = []
    items = 500 if scale == 1 else 50
    bounds: dict[tuple[bool, int], tuple[float, float]] = {}
    for work, trucks, seed, rules in CASES:
        case = generated(seed, items, 26, trucks)
        asked: dict[str, object] = {}
        if rules:
            asked["pack"] = np.random.default_rng([7, seed]).choice([1.0, 4.0, 6.0, 12.0], items)
            asked["minimum"] = [(case["volume"], 1.2 * float(case["truck_capacity"]))]  # type: ignore[arg-type]
        plan = replenishment.joint_replenishment(
            **case,  # type: ignore[arg-type]
            **asked,  # type: ignore[arg-type]
            stop=Stop(seconds=10.0 / scale),
            threads=2,
        )
        text = f"cost {plan.cost:.0f}, {100 * plan.gap:.2f} % above own bound"
        faults = plan.check().codes()
        if faults:
            text += f", checker: {', '.join(faults)}"
        try:
            if (trucks, seed) not in bounds:
                start = time.perf_counter()
                bound = highs_bound(case, 900.0)
                bounds[trucks, seed] = bound, time.perf_counter() - start
            bound, spent = bounds[trucks, seed]
            peer = f"{100 * (plan.cost / bound - 1):.2f} % above HiGHS's bound ({spent:.0f} s)"
        except ImportError:
            peer = "highspy is not installed"
        found.append(
            {
                "work": f"joint replenishment, {work}, seed {seed}",
                "size": f"{items} x 26",
                "result": text,
                "seconds": f"{plan.stats.seconds:.4g}",
                "peer": peer,
            }
        )
    return found
