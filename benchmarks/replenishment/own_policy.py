"""What calling a user's own order rule costs a cell, in its three forms.

The columns of one day of a store chain stay in the cache, as in a nightly run that has just made them;
checks, rounding and the search for bad rows are included. A second size shows what memory costs. The
time is the processor's, the median of many calls.
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


def cpu_seconds(work: Callable[[], object], repeat: int) -> float:
    """Return the median processor time of a call."""
    found = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def rows(scale: int = 1) -> list[Row]:
    """Return one row a form and size."""
    rng = np.random.default_rng(4)
    table = []
    sizes = {"batch": (4096, 30_000, 1_000_000 // scale), "element": (30_000,), "python": (30_000,)}
    for form, counts in sizes.items():
        try:
            made = policy(order_to_target, form=form)
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

            seconds = cpu_seconds(work, repeat) / calls
            text = f"{seconds / count * 1e9:.2f} ns a cell, checks and rounding included"
            table.append(
                {
                    "work": f"own policy, {form}",
                    "size": count,
                    "result": text,
                    "seconds": f"{seconds:.4g}",
                    "peer": "",
                }
            )
    return table


def main(_data: object, argv: list[str]) -> None:
    """Run it alone and write one table."""
    from benchmarks import report

    report.write("replenishment", "replenishment-own-policy", rows(10 if "--quick" in argv else 1))
