"""The compiled clock against stock SimPy, in the same process, runs interleaved.

Each round times SimPy and then the compiled clock on the same program (CPU time); the figure is
the median of the rounds' ratios. `--rounds N` sets how many, `--only WORD` which programs.
"""

import argparse
import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

from backhaul.sim import clock
from benchmarks import report
from benchmarks.clock.workloads import WORKLOADS, mm3


def seconds(work: Callable[[], int]) -> tuple[float, int]:
    """Return the CPU seconds of a call and its units of work."""
    gc.collect()
    start = time.process_time()
    units = work()
    return time.process_time() - start, units


def compare(theirs: Callable[[], int], ours: Callable[[], int], rounds: int) -> dict[str, object]:
    """Time two programs in turn and return the medians."""
    pairs = []
    for _ in range(rounds):
        their_s, units = seconds(theirs)
        our_s, same = seconds(ours)
        assert units == same, "the engines did different work"
        pairs.append((units / their_s, units / our_s))
    return {
        "simpy per s": round(statistics.median(pair[0] for pair in pairs)),
        "compiled per s": round(statistics.median(pair[1] for pair in pairs)),
        "ratio": round(statistics.median(ours / theirs for theirs, ours in pairs), 2),
    }


def bytes_per_waiting_process(engine: clock.Engine, n: int = 20_000) -> float:
    """Return the memory of a process that waits for a timeout, its generator included."""

    def process(env):
        yield env.timeout(1)

    env = engine.make_environment()
    env.process(process(env))
    env.run(until=0.5)
    gc.collect()
    tracemalloc.start()
    for _ in range(n):
        env.process(process(env))
    env.run(until=0.75)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size / n


def resident_kib() -> int:
    """Return the memory that this process holds."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise OSError("no VmRSS in /proc/self/status")


def long_run(engine: clock.Engine, events: int) -> dict[str, object]:
    """Run very many events, with queues, conditions and interrupts, and watch the memory."""
    env = engine.make_environment()
    desk = engine.PreemptiveResource(env, capacity=2)

    def process(i):
        while True:
            try:
                with desk.request(priority=i % 3) as turn:
                    yield turn | env.timeout(40)
                    if turn.triggered:
                        yield env.timeout(1 + i % 5)
            except engine.Interrupt:
                pass
            for _ in range(20):
                yield env.timeout(0.5 + i % 7)

    for i in range(100):
        env.process(process(i))
    clock.run(env, events=events // 10)
    before, start = resident_kib(), time.process_time()
    clock.run(env, events=events - events // 10)
    return {
        "work": f"{events:,} events",
        "unit": "events",
        "compiled per s": round((events - events // 10) / (time.process_time() - start)),
        "growth KiB": resident_kib() - before,
    }


def main(data: Path | None, argv: list[str]) -> None:
    """Time every program on both engines and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks clock", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="only the programs whose name contains this")
    parser.add_argument("--events", type=int, default=0, help="also run this many, for the memory")
    options = parser.parse_args(argv)
    simpy, compiled = clock.engine("simpy"), clock.engine("compiled")
    rows: list[dict[str, object]] = []
    for name, work, size, unit, goal in WORKLOADS:
        if options.only in name:
            row = compare(partial(work, simpy, size), partial(work, compiled, size), options.rounds)
            rows.append({"work": name, "unit": unit, **row, "to reach": goal or "-"})
    if options.only in "M/M/3 with statistics":
        theirs, ours = partial(mm3, simpy, 15_000), partial(mm3, compiled, 15_000, statistics=True)
        row = compare(theirs, ours, options.rounds)
        rows.append({"work": "M/M/3 with statistics", "unit": "customers", **row, "to reach": 2.5})
    if options.only in "memory per waiting process":
        theirs, ours = bytes_per_waiting_process(simpy), bytes_per_waiting_process(compiled)
        rows.append(
            {
                "work": "memory per waiting process",
                "unit": "bytes",
                "simpy per s": round(theirs),
                "compiled per s": round(ours),
                "ratio": round(theirs / ours, 2),
                "to reach": 1.0,
            }
        )
    if options.events:
        rows.append(long_run(compiled, options.events))
    report.write("clock", "clock", rows)
