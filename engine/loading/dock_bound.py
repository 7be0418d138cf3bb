"""A bound on the cost of any dock schedule, by a time-indexed relaxation solved with HiGHS.

One column says that a truck starts in a period at a kind of door; doors of one kind together, and
the crew, may not be overbooked in any period (Dyer and Wolsey 1990); nobody starts before
goods that others bring can be there. Start times are rounded down and handling times too, so the
relaxation never forbids a real schedule, whatever the period.
"""

from __future__ import annotations

from math import ceil, gcd
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from backhaul.engine.loading.dock import DockProblem

__all__ = ["dock_bound"]


def dock_bound(
    problem: DockProblem, *, upper: int, periods: int = 240, seconds: float = 10.0
) -> float:
    """Return a lower bound on the cost of any schedule.

    Parameters
    ----------
    problem : DockProblem
    upper : int
        Cost of a known schedule; starts after which nothing cheaper is possible are left out.
    periods : int
        At most so many periods; fewer when all times share a larger unit.
    seconds : float
        Limit for HiGHS; its own bound counts when it is reached.

    Examples
    --------
    >>> from backhaul.engine.loading import DockProblem, Door, Truck
    >>> trucks = [Truck("a", 0, 60, 60), Truck("b", 0, 60, 60)]
    >>> dock_bound(DockProblem(trucks, [Door("1")]), upper=60)
    60.0
    """
    import highspy

    if not problem.trucks:
        return 0.0
    begin = min(truck.release_s for truck in problem.trucks)
    begin = min([begin, *(door.opens_s for door in problem.doors)])
    longest = [max(_times(problem, k)) for k in range(len(problem.trucks))]
    latest = max(truck.release_s for truck in problem.trucks)
    latest = max([latest, *(door.opens_s for door in problem.doors)])
    lags = sum(transfer.lag_s for transfer in problem.transfers)
    gap = problem.changeover_s
    # Every schedule can be pushed together to end before all work is done one after another.
    horizon = latest + sum(longest) + gap * len(longest) + lags - begin
    unit = 0
    for k, truck in enumerate(problem.trucks):
        unit = gcd(unit, truck.release_s - begin, *_times(problem, k), gap)
    for door in problem.doors:
        unit = gcd(unit, door.opens_s - begin)
    for transfer in problem.transfers:
        unit = gcd(unit, transfer.lag_s)
    coarse = max(1, ceil(horizon / periods))
    exact = unit >= coarse
    unit = max(unit, coarse)
    count = horizon // unit + 1

    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", seconds)
    # A door's rows and the crew's rows, then one row a truck; columns are added with their entries.
    door_rows = len(problem.doors) * count
    crew_rows = count if problem.crew is not None else 0
    none = np.array([], dtype=np.int32)
    nothing = np.array([], dtype=np.float64)
    for row in range(door_rows + crew_rows):
        most = 1.0 if row < door_rows else float(problem.crew or 0)
        model.addRow(-highspy.kHighsInf, most, 0, none, nothing)
    for _ in problem.trucks:
        model.addRow(1.0, 1.0, 0, none, nothing)
    earliest = _earliest(problem)
    alone = _alone(problem, earliest)
    for k, truck in enumerate(problem.trucks):
        for d, door in enumerate(problem.doors):
            time = truck.handling(door.id)
            if time is None:
                continue
            first = max(earliest[k], door.opens_s)
            for period in range((first - begin) // unit, count):
                start = max(begin + period * unit, first)
                late = max(0, start + time - truck.due_s) * truck.weight
                cost = late + (start - truck.release_s) * truck.waiting
                if cost + sum(alone) - alone[k] > upper:
                    break
                # periods that it fills whole, wherever in this period it starts
                skip = period if exact else period + 1
                at_door = range(skip, min(count, period + (time + gap) // unit))
                rows = [d * count + p for p in at_door]
                values = [1.0] * len(rows)
                if crew_rows and truck.crew:
                    busy = range(skip, min(count, period + time // unit))
                    rows += [door_rows + p for p in busy]
                    values += [float(truck.crew)] * len(busy)
                rows.append(door_rows + crew_rows + k)
                values.append(1.0)
                column = model.getNumCol()
                model.addCol(
                    float(cost), 0.0, 1.0, len(rows),
                    np.array(rows, dtype=np.int32), np.array(values),
                )  # fmt: skip
                model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    model.run()
    bound = model.getInfo().mip_dual_bound
    alone = _alone(problem, earliest)
    found = round(bound, 6) if np.isfinite(bound) else 0.0
    return float(min(upper, max(sum(alone), found)))


def _alone(problem: DockProblem, earliest: list[int]) -> list[int]:
    """Return what each truck costs if no other ever stands in its way."""
    costs = []
    for k, truck in enumerate(problem.trucks):
        starts = [
            (max(earliest[k], door.opens_s), time)
            for door in problem.doors
            if (time := truck.handling(door.id)) is not None
        ]
        costs.append(
            min(
                (
                    truck.weight * max(0, start + time - truck.due_s)
                    + truck.waiting * (start - truck.release_s)
                    for start, time in starts
                ),
                default=0,
            )
        )
    return costs


def _earliest(problem: DockProblem) -> list[int]:
    """Return when each truck can start at the earliest, goods from others counted."""
    number = {truck.id: k for k, truck in enumerate(problem.trucks)}
    opens = min(door.opens_s for door in problem.doors)
    earliest = [max(truck.release_s, opens) for truck in problem.trucks]
    for _ in problem.trucks:
        for transfer in problem.transfers:
            source, to = number[transfer.source], number[transfer.to]
            ready = earliest[source] + min(_times(problem, source)) + transfer.lag_s
            earliest[to] = max(earliest[to], ready)
    return earliest


def _times(problem: DockProblem, k: int) -> list[int]:
    times = [problem.trucks[k].handling(door.id) for door in problem.doors]
    return [time for time in times if time is not None] or [0]
