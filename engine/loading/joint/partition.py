"""The best choice among loadable routes: set partitioning (Foster and Ryan 1976) with HiGHS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["choose_routes"]

#: Columns at most; the shortest for what they serve are kept.
MOST = 30_000


def choose_routes(
    pool: Sequence[tuple[int, list[int]]],
    incumbent: Sequence[Sequence[int]],
    customers: int,
    fleet: int | None,
    seconds: float | None,
) -> list[list[int]] | None:
    """Return the shortest set of routes of the pool that serves every customer once.

    Parameters
    ----------
    pool : sequence of (length, route)
    incumbent : sequence of route
        Routes already found; the search starts from them.
    customers : int
    fleet : int, optional
        At most so many routes.
    seconds : float, optional
        Limit for HiGHS; None: a limit of work, so that the answer is the same on every machine.

    Returns
    -------
    list of route, or None
        None when nothing better was found in time, or highspy is not installed.

    Examples
    --------
    >>> pool = [(10, [0]), (10, [1]), (15, [1, 0])]
    >>> choose_routes(pool, [[0], [1]], 2, None, 5.0)
    [[1, 0]]
    """
    try:
        import highspy
    except ImportError:
        return None
    rows = list(pool)
    if len(rows) > MOST:
        rows.sort(key=lambda row: row[0] / len(row[1]))
        rows = rows[:MOST]
    have = {tuple(sorted(route)): number for number, (_, route) in enumerate(rows)}
    wanted = {tuple(sorted(route)) for route in incumbent}
    for length, route in pool:
        key = tuple(sorted(route))
        if key in wanted and key not in have:
            have[key] = len(rows)
            rows.append((length, route))
    if not all(key in have for key in wanted):
        return None
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    if seconds is None:
        model.setOptionValue("mip_max_nodes", 50)
    else:
        model.setOptionValue("time_limit", seconds)
    model.setOptionValue("threads", 1)
    none, nothing = np.array([], dtype=np.int32), np.array([], dtype=np.float64)
    for _ in range(customers):
        model.addRow(1.0, 1.0, 0, none, nothing)
    if fleet is not None:
        model.addRow(-highspy.kHighsInf, float(max(fleet, len(wanted))), 0, none, nothing)
    for number, (length, route) in enumerate(rows):
        index = [*route, customers] if fleet is not None else list(route)
        ones = np.ones(len(index))
        model.addCol(float(length), 0.0, 1.0, len(index), np.array(index, dtype=np.int32), ones)
        model.changeColIntegrality(number, highspy.HighsVarType.kInteger)
    start = highspy.HighsSolution()
    taken = {have[key] for key in wanted}
    start.col_value = [1.0 if number in taken else 0.0 for number in range(len(rows))]
    model.setSolution(start)
    model.run()
    if model.getInfo().primal_solution_status != 2:
        return None
    values = model.getSolution().col_value
    chosen = [rows[n][1] for n, value in enumerate(values) if value > 0.5]
    served = sorted(c for route in chosen for c in route)
    return chosen if served == list(range(customers)) else None
