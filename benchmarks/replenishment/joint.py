"""Joint replenishment, 500 items x 26 periods: cost above the bound, with the bound of HiGHS beside it."""

from __future__ import annotations

import time

import numpy as np

from backhaul import Stop, replenishment

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


def highs_bound(case: dict[str, object], seconds: float) -> float:
    """Return HiGHS's bound: the linear relaxation over lots (Eppen and Martin 1987), NaN if too slow.

    A column is an item's lot from one period up to another; a period's opening is above every item's
    share of lots that begin in it. With trucks: whole trucks for the volume needed up to each period.
    """
    import highspy
    from scipy.sparse import csr_matrix

    demand: np.ndarray = case["demand"]  # type: ignore[assignment]
    n, periods = demand.shape
    minor, holding, volume = (np.asarray(case[k]) for k in ("minor", "holding", "volume"))
    price, capacity = float(case["truck_cost"]), float(case["truck_capacity"])  # type: ignore[arg-type]
    begin, end = (k for k in np.triu_indices(periods + 1, 1))
    units = np.pad(np.cumsum(demand, axis=1), ((0, 0), (1, 0)))
    moment = np.pad(np.cumsum(demand * np.arange(periods), axis=1), ((0, 0), (1, 0)))
    lot = units[:, end] - units[:, begin]
    cost = minor[:, None] * (lot > 0)
    cost = cost + holding[:, None] * (moment[:, end] - moment[:, begin] - begin * lot)
    own = np.arange(periods)
    trucks = price > 0
    first = periods * (2 if trucks else 1)
    column = first + np.arange(lot.size).reshape(lot.shape)
    item = np.broadcast_to(np.arange(n)[:, None], lot.shape)
    entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def put(rows: np.ndarray, columns: np.ndarray, values: np.ndarray | float) -> None:
        parts = np.broadcast_arrays(rows, columns, values)
        entries.append(tuple(part.ravel() for part in parts))  # type: ignore[arg-type]

    # A way through time for each item.
    put(item * (periods + 1) + begin, column, 1.0)
    put(item * (periods + 1) + end, column, -1.0)
    way = np.zeros((n, periods + 1))
    way[:, 0], way[:, -1] = 1.0, -1.0
    low, up = [way.ravel()], [way.ravel()]
    count = way.size
    used = lot > 0
    put((count + item * periods + begin)[used], column[used], 1.0)
    put(count + np.arange(n)[:, None] * periods + own, own, -1.0)
    low.append(np.full(n * periods, -np.inf))
    up.append(np.zeros(n * periods))
    count += n * periods
    objective = [np.full(periods, float(case["major"])), cost.ravel()]  # type: ignore[arg-type]
    if trucks:
        objective.insert(1, np.full(periods, price))
        put(count + begin, column, volume[:, None] * lot)
        put(count + own, periods + own, -capacity)
        put(count + periods + own, periods + own, 1.0)
        put(count + periods + own, own, -1.0)
        until, of = np.tril_indices(periods)
        put(count + 2 * periods + until, periods + of, 1.0)
        whole = np.ceil(np.cumsum(volume @ demand) / capacity - 1e-9)
        low += [np.full(periods, -np.inf), np.zeros(periods), whole]
        up += [np.zeros(periods), np.full(2 * periods, np.inf)]
        count += 3 * periods
    row, col, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    size = first + lot.size
    matrix = csr_matrix((value, (row, col)), shape=(count, size))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = size, count
    model.col_cost_ = np.concatenate(objective)
    model.col_lower_, model.col_upper_ = np.zeros(size), np.full(size, highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = np.concatenate(low), np.concatenate(up)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("solver", "ipm")
    # The bound is wanted, not a corner: crossover takes much longer than the interior point.
    solver.setOptionValue("run_crossover", "off")
    solver.passModel(model)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return float("nan")
    return float(solver.getInfo().objective_function_value)


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
                bound = highs_bound(case, 120.0)
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
