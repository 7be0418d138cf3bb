"""Dock schedules: proven on small cases, cost and gap to the bound over time on full days."""

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
    """Small and large cases, with more and more time."""
    rows = []
    for trucks, doors in ((6, 2), (8, 3), (12, 3), (40, 6), (120, 12)):
        for seed in range(3):
            problem = case(seed, trucks, doors)
            for limit in (seconds / 10, seconds):
                began = time.perf_counter()
                schedule = schedule_docks(problem, stop=Stop(seconds=limit), prove=True)
                bound = schedule.bound or 0
                rows.append(
                    {
                        "trucks": trucks,
                        "doors": doors,
                        "seed": seed,
                        "limit_s": limit,
                        "cost": schedule.cost,
                        "bound": round(bound),
                        "gap_%": round(100 * (schedule.cost / max(bound, 1) - 1), 1),
                        "status": schedule.status.value,
                        "valid": int(schedule.check().ok),
                        "seconds": round(time.perf_counter() - began, 2),
                    }
                )
    write("loading-docks", "loading docks", rows)
