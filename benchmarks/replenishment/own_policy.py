"""What calling a user's own order rule costs a cell, in its three forms.

The columns of a part of a chain's day stay in the second cache, as in a nightly run that has just made
them; checks, rounding and the search for bad rows are included. Larger sizes show what memory costs. The
time is the processor's, the median and the best of many calls. Plain Python stands beside the interpreter's own loop
over the same numbers as lists, which neither checks, rounds nor stores: what no caller can be without.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from backhaul import InvalidInput, policy

Row = dict[str, object]


def order_to_target(position: float, mean: float, sd: float, on_hand: float) -> float:
    gap = mean + 1.65 * sd - position
    return max(0.0, gap)


def order_if_short(position: float, mean: float, sd: float, on_hand: float) -> float:
    if position < mean:
        return mean + 1.65 * sd - position
    return 0.0


def cpu_seconds(work: Callable[[], object], repeat: int) -> tuple[float, float]:
    """Return the median and the shortest processor time of a call."""
    found = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found), min(found)


def bare(rule: Callable[[float, float, float, float], float], columns: list[np.ndarray]) -> float:
    """Return the median time of the interpreter's own loop over lists of the same numbers."""
    lists = [column.tolist() for column in columns]

    def work() -> None:
        for a, b, c, d in zip(*lists, strict=True):
            rule(a, b, c, d)

    return cpu_seconds(work, 11)[0]


def rows(scale: int = 1) -> list[Row]:
    """Return one row a form, rule and size."""
    rng = np.random.default_rng(4)
    table = []
    small, day, large = 12_000, 30_000, 1_000_000 // scale
    cases = [
        ("batch", order_to_target, "rule with max()", (small, day, large)),
        ("element", order_to_target, "rule with max()", (day,)),
        ("python", order_if_short, "rule with a condition", (small,)),
        ("python", order_to_target, "rule with max()", (small,)),
    ]
    for form, rule, told, counts in cases:
        try:
            made = policy(rule, form=form)
        except InvalidInput as error:
            table.append({"work": f"own policy, {form}", "result": str(error)})
            continue
        for count in counts:
            columns = [rng.uniform(1, 9, count) for _ in range(4)]
            out = np.empty(count, dtype=np.int32)
            # Together long enough for the clock.
            calls = max(1, 300_000 // count) if form != "python" else 1
            repeat = 101 if form == "batch" else 11

            def work(m=made, c=columns, o=out, k=calls) -> None:
                for _ in range(k):
                    m.orders(*c, out=o)

            median, shortest = (spent / calls for spent in cpu_seconds(work, repeat))
            peer = ""
            if form == "python":
                peer = f"the bare loop over lists: {bare(rule, columns) / count * 1e9:.0f} ns"
            text = f"{median / count * 1e9:.2f} ns a cell, at best {shortest / count * 1e9:.2f}"
            table.append(
                {
                    "work": f"own policy, {form}, {told}",
                    "size": count,
                    "result": text,
                    "seconds": f"{median:.4g}",
                    "peer": peer,
                }
            )
    return table


def main(_data: object, argv: list[str]) -> None:
    """Run it alone and write one table."""
    from benchmarks import report

    report.write("replenishment", "replenishment-own-policy", rows(10 if "--quick" in argv else 1))
