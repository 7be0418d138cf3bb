"""HiGHS's bound on joint replenishment: the linear relaxation over lots, with order plans as a flow.

A column is an item's lot from one period up to another (Eppen and Martin 1987, Operations Research
35(6)); a period's orders are above every item's share of lots that begin in it. Lots alone leave the
trucks fractional and mix order plans that no supplier could ship, such as those of even and of odd
weeks. So where trucks cost money the orders are a flow through states: the period, the trucks that
have come by then, and which of the last periods had an order. A truck then is a whole one in every
plan of the mixture, and an item's lot from one order to its next is no larger a share than the plans
that order in both periods. Lots are mixed among plans and items are split: what HiGHS finds is below
the cost of any plan.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray

#: Periods whose orders a state of the flow remembers. One more found nothing on smaller cases.
MEMORY = 3


class _Rows:
    """Rows and columns of a linear programme, block by block."""

    def __init__(self) -> None:
        self.entries: list[tuple[Array, ...]] = []
        self.low: list[Array] = []
        self.up: list[Array] = []
        self.cost: list[Array] = []
        self.height = 0
        self.width = 0

    def columns(self, cost: Array) -> Array:
        """Add columns of at least 0; return their numbers in the same shape."""
        numbers = self.width + np.arange(cost.size).reshape(cost.shape)
        self.cost.append(np.ravel(cost))
        self.width += cost.size
        return numbers

    def rows(self, low: Array | float, up: Array | float, shape: tuple[int, ...]) -> Array:
        """Add rows between `low` and `up`; return their numbers in `shape`."""
        size = int(np.prod(shape))
        self.low.append(np.broadcast_to(low, shape).ravel())
        self.up.append(np.broadcast_to(up, shape).ravel())
        numbers = self.height + np.arange(size).reshape(shape)
        self.height += size
        return numbers

    def put(self, rows: Array | int, columns: Array, values: Array | float) -> None:
        parts = np.broadcast_arrays(rows, columns, np.asarray(values, dtype=float))
        self.entries.append(tuple(part.ravel() for part in parts))

    def solve(self, seconds: float) -> float:
        """Return the optimum, or NaN if it is not found in time."""
        import highspy
        from scipy.sparse import csr_matrix

        row, column, value = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        matrix = csr_matrix((value, (row, column)), shape=(self.height, self.width))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.width, self.height
        model.col_cost_ = np.concatenate(self.cost)
        model.col_lower_ = np.zeros(self.width)
        model.col_upper_ = np.full(self.width, highspy.kHighsInf)
        model.row_lower_, model.row_upper_ = np.concatenate(self.low), np.concatenate(self.up)
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


def _arcs(need: Array, most: int) -> tuple[Array, int, list[int]]:
    """Return arcs (from, to, period, trucks, memory of orders), the number of states, and the last ones.

    `need` is the trucks that must have come by the end of each period. More than `most` in all are
    paid but not counted: which would only ask for more states.
    """
    states = {(0, 0): 0}
    number = 1
    arcs: list[tuple[int, int, int, int, int]] = []
    recent = (1 << MEMORY) - 1
    for t, least in enumerate(need):
        after: dict[tuple[int, int], int] = {}
        for (come, memory), state in states.items():
            for count in range(max(most - come, 1) + 1):
                total = min(come + count, most)
                if total < least:
                    continue
                to = (total, (memory << 1 | (count > 0)) & recent)
                if to not in after:
                    after[to] = number
                    number += 1
                arcs.append((state, after[to], t, count, memory))
        states = after
    return np.array(arcs), number, list(states.values())


def _flow(
    model: _Rows,
    case: dict[str, object],
    orders: Array,
    lots: Array,
    load: Array,
) -> None:
    """Add order plans in whole trucks: `lots` are columns of item and lot, `load` their volume."""
    periods = orders.size
    begin, end = np.triu_indices(periods + 1, 1)
    capacity = float(case["truck_capacity"])  # type: ignore[arg-type]
    # What is needed by the end of a period are the lots of one period each.
    each = load[:, end == begin + 1].sum(axis=0)
    need = np.ceil(np.cumsum(each) / capacity - 1e-9).astype(int)
    arcs, states, last = _arcs(need, int(need[-1]))
    start, to, period, trucks, memory = arcs.T
    price = float(case["major"]) * (trucks > 0) + float(case["truck_cost"]) * trucks  # type: ignore[arg-type]
    flow = model.columns(price)
    balance = np.zeros(states)
    balance[0] = 1.0
    low = balance.copy()
    low[last] = -1.0
    kept = model.rows(low, balance, (states,))
    model.put(kept[start], flow, 1.0)
    model.put(kept[to], flow, -1.0)
    placed = trucks > 0
    same = model.rows(-np.inf, 0.0, (periods,))
    model.put(same, orders, 1.0)
    model.put(same[period[placed]], flow[placed], -1.0)
    room = model.rows(-np.inf, 0.0, (periods,))
    model.put(room[begin], lots, load / capacity)
    model.put(room[period[placed]], flow[placed], -trucks[placed])
    for back in range(1, MEMORY + 1):
        for t in range(back, periods):
            both = model.columns(np.zeros(1))
            plans = flow[placed & (period == t) & (memory >> (back - 1) & 1 == 1)]
            added = model.rows(-np.inf, 0.0, (1,))
            model.put(added, both, 1.0)
            model.put(added, plans, -1.0)
            k = int(np.flatnonzero((begin == t - back) & (end == t))[0])
            mine = lots[load[:, k] > 0, k]
            linked = model.rows(-np.inf, 0.0, mine.shape)
            model.put(linked, mine, 1.0)
            model.put(linked, both, -1.0)


def highs_bound(case: dict[str, object], seconds: float) -> float:
    """Return the bound; NaN if HiGHS needs longer than `seconds`.

    `case` is what `joint_replenishment` takes: every item has a volume, trucks cost nothing or
    hold a limited volume.
    """
    demand: Array = case["demand"]  # type: ignore[assignment]
    n, periods = demand.shape
    minor, holding, volume = (np.asarray(case[k]) for k in ("minor", "holding", "volume"))
    begin, end = np.triu_indices(periods + 1, 1)
    units = np.pad(np.cumsum(demand, axis=1), ((0, 0), (1, 0)))
    moment = np.pad(np.cumsum(demand * np.arange(periods), axis=1), ((0, 0), (1, 0)))
    lot = units[:, end] - units[:, begin]
    cost = minor[:, None] * (lot > 0)
    cost = cost + holding[:, None] * (moment[:, end] - moment[:, begin] - begin * lot)
    model = _Rows()
    lots = model.columns(cost)
    item = np.broadcast_to(np.arange(n)[:, None], lot.shape)
    # A way through time for each item.
    way = np.zeros((n, periods + 1))
    way[:, 0], way[:, -1] = 1.0, -1.0
    through = model.rows(way, way, way.shape)
    model.put(through[item, begin], lots, 1.0)
    model.put(through[item, end], lots, -1.0)
    trucks = float(case["truck_cost"]) > 0  # type: ignore[arg-type]
    major = float(case["major"])  # type: ignore[arg-type]
    orders = model.columns(np.full(periods, 0.0 if trucks else major))
    used = lot > 0
    opened = model.rows(-np.inf, 0.0, (n, periods))
    model.put(opened[item, begin][used], lots[used], 1.0)
    model.put(opened, orders, -1.0)
    if trucks:
        _flow(model, case, orders, lots, volume[:, None] * lot)
    return model.solve(seconds)
