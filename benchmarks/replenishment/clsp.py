"""Capacitated lot sizing: the published instances and generated ones, HiGHS in the same time beside it, both on two threads."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np

from backhaul import Stop, replenishment

Row = dict[str, object]


def generated(seed: int, items: int, periods: int, room: float) -> replenishment.LotSizingProblem:
    """Return an instance after the scheme of Trigeiro, Thomas and McClain: `room` is capacity over need."""
    rng = np.random.default_rng([5, seed])
    demand = np.round(np.maximum(rng.normal(100, 35, (items, periods)), 0))
    demand[:, : periods // 5] *= rng.random((items, periods // 5)) < 0.6
    time_ = np.round(rng.uniform(10, 50, items))
    between = rng.choice([1.0, 2.0, 4.0], items)
    holding = np.round(rng.uniform(0.8, 1.2, items), 1)
    need = (demand.sum() + (time_ * periods / between).sum()) / periods
    return replenishment.LotSizingProblem(
        demand,
        capacity=float(np.ceil(need * room)),
        setup_cost=np.round(50 * between**2 * holding),
        setup_time=time_,
        holding=holding,
    )


def highs(problem: replenishment.LotSizingProblem, seconds: float) -> tuple[float, float]:
    """Return the best cost and the bound of HiGHS on the usual mixed-integer model, two threads.

    A lot is at most what is needed from its period on, and at most what the capacity allows.
    """
    import highspy

    n, periods = problem.demand.shape
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("threads", 2)
    free = problem.capacity[None, :] - problem.setup_time[:, None]
    most = np.maximum(free / np.maximum(problem.unit_time, 1e-9)[:, None], 0)
    later = problem.demand[:, ::-1].cumsum(axis=1)[:, ::-1]
    most = np.minimum(most, later)
    total = 0.0
    loads = [0.0] * periods
    for i in range(n):
        stock = 0.0
        for t in range(periods):
            made = model.addVariable(lb=0)
            held = model.addVariable(lb=0, obj=float(problem.holding[i]))
            setup = model.addBinary(obj=float(problem.setup_cost[i]))
            model.addConstr(stock + made - held == float(problem.demand[i, t]))
            model.addConstr(made <= float(most[i, t]) * setup)
            loads[t] = (
                loads[t] + float(problem.unit_time[i]) * made + float(problem.setup_time[i]) * setup
            )
            stock = held
    for t in range(periods):
        model.addConstr(loads[t] <= float(problem.capacity[t]))
    model.minimize()
    info = model.getInfo()
    total = info.objective_function_value if info.primal_solution_status == 2 else float("inf")
    return total, info.mip_dual_bound


def rows(data: Path | None, scale: int) -> list[Row]:
    """One row an instance: published ones of DATA/clsp, then generated tight, loose and large ones."""
    problems: list[tuple[str, replenishment.LotSizingProblem, float]] = []
    table = data / "clsp" / "best_found.csv" if data else None
    if table and table.exists():
        with table.open() as file:
            for line in csv.DictReader(file):
                path = table.with_name(line["name"])
                if path.exists():
                    problem = replenishment.LotSizingProblem.read(path)
                    problems.append((line["name"], problem, float(line["best_found"])))
    sizes = [(10, 20, 1.02), (10, 20, 1.3), (20, 20, 1.08), (30, 20, 1.05), (100, 52, 1.1)]
    for seed, (items, periods, room) in enumerate(sizes[: 3 if scale > 1 else None]):
        problem = generated(seed, items, periods, room)
        problems.append((f"generated {seed}, room {room}", problem, float("nan")))
    found: list[Row] = []
    gaps = []
    for name, problem, best in problems:
        solution = replenishment.lot_sizes(problem, stop=Stop(seconds=1.0), threads=2)
        faults = solution.check().codes()
        parts = [f"cost {solution.cost:.1f}", f"bound {solution.bound:.1f}", solution.status.value]
        if not math.isnan(best):
            gaps.append(100 * (solution.cost / best - 1))
            parts.append(f"{gaps[-1]:+.2f} % of best found")
        if faults:
            parts.append(f"checker: {', '.join(faults)}")
        try:
            start = time.perf_counter()
            cost, bound = highs(problem, 1.0)
            peer = f"HiGHS {time.perf_counter() - start:.1f} s: cost {cost:.1f}, bound {bound:.1f}"
        except ImportError:
            peer = "highspy is not installed"
        size = f"{problem.demand.shape[0]} x {problem.demand.shape[1]}"
        found.append(
            {
                "work": f"capacitated lots: {name}",
                "size": size,
                "result": ", ".join(parts),
                "seconds": f"{solution.stats.seconds:.4g}",
                "peer": peer,
            }
        )
    if gaps:
        text = f"gap to best found: mean {np.mean(gaps):.2f} %, worst {np.max(gaps):.2f} %"
        found.append(
            {
                "work": "capacitated lots: all files",
                "size": len(gaps),
                "result": text,
                "seconds": "1",
            }
            | {"peer": ""}
        )
    return found
