"""Verifies dock schedules against the definitions of their rules; shares no code with the solver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.loading.dock import DockProblem, Visit

__all__ = ["check_schedule"]


def check_schedule(
    problem: DockProblem, visits: Sequence[Visit], cost: float | None = None
) -> CheckReport:
    """Check visits: codes truck, door, release, handling, overlap, crew, transfer, cost."""
    found: list[Violation] = []

    def add(code: str, text: str, truck: str) -> None:
        found.append(Violation(code, text, {"truck": truck}))

    trucks = {truck.id: truck for truck in problem.trucks}
    doors = {door.id: door for door in problem.doors}
    seen: dict[str, Visit] = {}
    for visit in visits:
        if visit.truck not in trucks or visit.truck in seen:
            add("truck", f"{visit.truck} is unknown or visits twice", visit.truck)
            continue
        seen[visit.truck] = visit
        truck = trucks[visit.truck]
        door = doors.get(visit.door)
        time = truck.handling(visit.door) if door else None
        if door is None or time is None:
            add("door", f"{visit.truck} may not use door {visit.door}", visit.truck)
            continue
        if visit.start_s < max(truck.release_s, door.opens_s):
            add("release", f"{visit.truck} starts at {visit.start_s}, too early", visit.truck)
        if visit.end_s - visit.start_s != time:
            took = visit.end_s - visit.start_s
            add("handling", f"{visit.truck} takes {took} s, should {time}", visit.truck)
    for name in trucks.keys() - seen.keys():
        add("truck", f"{name} is not scheduled", name)
    for one in seen.values():
        for other in seen.values():
            if one.door != other.door or one.truck >= other.truck:
                continue
            gap = problem.changeover_s
            if one.start_s < other.end_s + gap and other.start_s < one.end_s + gap:
                text = f"{one.truck} and {other.truck} meet at door {one.door}"
                add("overlap", text, one.truck)
    if problem.crew is not None:
        for moment in {visit.start_s for visit in seen.values()}:
            busy = [v for v in seen.values() if v.start_s <= moment < v.end_s]
            need = sum(trucks[v.truck].crew for v in busy)
            if need > problem.crew:
                text = f"{need} people at {moment} s, there are {problem.crew}"
                add("crew", text, busy[0].truck)
    for transfer in problem.transfers:
        source, to = seen.get(transfer.source), seen.get(transfer.to)
        if source and to and to.start_s < source.end_s + transfer.lag_s:
            add("transfer", f"{to.truck} starts before goods of {source.truck} are there", to.truck)
    late = sum(
        trucks[v.truck].weight * max(0, v.end_s - trucks[v.truck].due_s) for v in seen.values()
    )
    waiting = sum(
        trucks[v.truck].waiting * (v.start_s - trucks[v.truck].release_s) for v in seen.values()
    )
    if cost is not None and abs(late + waiting - cost) > 1e-6:
        found.append(Violation("cost", f"claimed {cost}, the schedule costs {late + waiting}"))
    return CheckReport(tuple(found), {"tardiness": late, "waiting": waiting})
