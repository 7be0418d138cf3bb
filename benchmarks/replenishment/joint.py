"""Joint replenishment, 500 items x 26 periods: cost above the bound, with the bound of HiGHS beside it."""

from __future__ import annotations

import time

import numpy as np

from backhaul import Stop, replenishment

Row = dict[str, object]


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


def highs_bound(case: dict[str, object], seconds: float) -> float:
    """Return the bound of HiGHS on the strong formulation (each need served from an order period)."""
    import highspy

    demand: np.ndarray = case["demand"]  # type: ignore[assignment]
    n, periods = demand.shape
    minor, holding, volume = (np.asarray(case[k]) for k in ("minor", "holding", "volume"))
    trucks = float(case["truck_cost"]) > 0  # type: ignore[arg-type]
    cost: list[float] = []
    entries: list[tuple[int, int, float]] = []
    low: list[float] = []
    up: list[float] = []
    whole: list[int] = []

    def column(price: float, integer: bool = False) -> int:
        cost.append(price)
        if integer:
            whole.append(len(cost) - 1)
        return len(cost) - 1

    def line(parts: list[tuple[int, float]], least: float, most: float) -> None:
        entries.extend((len(low), c, v) for c, v in parts)
        low.append(least)
        up.append(most)

    inf = highspy.kHighsInf
    opened = [column(float(case["major"]), True) for _ in range(periods)]  # type: ignore[arg-type]
    number = [column(float(case["truck_cost"]), True) for _ in range(periods)] if trucks else []  # type: ignore[arg-type]
    loads: list[list[tuple[int, float]]] = [[] for _ in range(periods)]
    for i in range(n):
        placed = [column(float(minor[i]), True) for _ in range(periods)]
        for t in range(periods):
            line([(placed[t], 1.0), (opened[t], -1.0)], -inf, 0.0)
        for k in np.flatnonzero(demand[i]):
            # More than ten periods of stock never pay here.
            first = max(0, int(k) - 10)
            parts = []
            for t in range(first, int(k) + 1):
                share = column(float(holding[i] * (k - t) * demand[i, k]))
                parts.append((share, 1.0))
                line([(share, 1.0), (placed[t], -1.0)], -inf, 0.0)
                loads[t].append((share, float(volume[i] * demand[i, k])))
            line(parts, 1.0, 1.0)
    if trucks:
        for t in range(periods):
            capacity = float(case["truck_capacity"])  # type: ignore[arg-type]
            line([*loads[t], (number[t], -capacity)], -inf, 0.0)
    from scipy.sparse import csr_matrix

    row, col, value = (np.array(x) for x in zip(*entries, strict=True))
    matrix = csr_matrix((value, (row, col)), shape=(len(low), len(cost)))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(low)
    model.col_cost_ = np.array(cost)
    model.col_lower_, model.col_upper_ = np.zeros(len(cost)), np.full(len(cost), inf)
    model.row_lower_, model.row_upper_ = np.array(low), np.array(up)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("solver", "ipm")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return float("nan")
    return float(solver.getInfo().objective_function_value)


def rows(scale: int) -> list[Row]:
    """Two seeds without and with trucks; the bound of HiGHS on the linear relaxation."""
    found: list[Row] = []
    items = 500 if scale == 1 else 50
    for trucks in (False, True):
        for seed in range(2):
            case = generated(seed, items, 26, trucks)
            plan = replenishment.joint_replenishment(
                **case,  # type: ignore[arg-type]
                stop=Stop(seconds=10.0 / scale),
                threads=2,
            )
            text = f"cost {plan.cost:.0f}, {100 * plan.gap:.2f} % above own bound"
            faults = plan.check().codes()
            if faults:
                text += f", checker: {', '.join(faults)}"
            try:
                start = time.perf_counter()
                bound = highs_bound(case, 60.0)
                spent = time.perf_counter() - start
                peer = (
                    f"{100 * (plan.cost / bound - 1):.2f} % above HiGHS's LP bound ({spent:.0f} s)"
                )
            except ImportError:
                peer = "highspy is not installed"
            found.append(
                {
                    "work": f"joint replenishment, {'trucks' if trucks else 'no trucks'}, seed {seed}",
                    "size": f"{items} x 26",
                    "result": text,
                    "seconds": f"{plan.stats.seconds:.4g}",
                    "peer": peer,
                }
            )
    return found
