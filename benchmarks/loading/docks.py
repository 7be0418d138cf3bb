"""Dock schedules: gap to the bound of HiGHS on small cases, cost over time on a full day."""

import time

from backhaul.engine.loading import DockProblem, Door, Transfer, Truck, schedule_docks
from backhaul.engine.random import generator
from backhaul.engine.stop import Stop
from benchmarks.report import write


def case(seed, trucks, doors):
    """Return trucks over a day: half inbound, every third outbound one waits for an inbound one."""
    rng = generator(seed, "benchmark.docks")
    day = 1_200 * trucks // doors
    yard = []
    for k in range(trucks):
        release = int(rng.integers(0, day))
        handling = int(rng.integers(15, 60)) * 60
        yard.append(
            Truck(
                f"t{k}",
                release,
                release + handling + int(rng.integers(0, 3_600)),
                handling,
                weight=int(rng.integers(1, 6)),
                waiting=1,
                crew=int(rng.integers(1, 4)),
            )
        )
    moves = tuple(Transfer(f"t{k}", f"t{k + 1}", 600) for k in range(0, trucks - 1, 6))
    gates = tuple(Door(f"d{k}") for k in range(doors))
    return DockProblem(tuple(yard), gates, crew=2 * doors, changeover_s=300, transfers=moves)


def docks(seconds):
    """Small cases with a bound, large ones with more and more time."""
    rows = []
    for trucks, doors, prove in ((6, 2, True), (8, 3, True), (40, 6, False), (120, 12, False)):
        for seed in range(3):
            problem = case(seed, trucks, doors)
            for limit in (seconds / 10, seconds):
                began = time.perf_counter()
                schedule = schedule_docks(problem, stop=Stop(seconds=limit), prove=prove)
                bound = schedule.bound
                rows.append(
                    {
                        "trucks": trucks,
                        "doors": doors,
                        "seed": seed,
                        "limit_s": limit,
                        "cost": schedule.cost,
                        "bound": "" if bound is None else round(bound),
                        "status": schedule.status.value,
                        "valid": int(schedule.check().ok),
                        "seconds": round(time.perf_counter() - began, 2),
                    }
                )
    write("loading-docks", "loading docks", rows)
