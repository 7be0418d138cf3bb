"""Order batching against savings batching with S-shape routes, on the same orders and carts.

`rows(data, seconds)` gives one row a file.
The peer method is ours: Clarke and Wright's savings in their stronger variant, worked out
anew after every merger, walked in S-shape (with several blocks as Roodbergen and de Koster 2001).
"""

import sys
from dataclasses import replace
from pathlib import Path

from backhaul.engine.slotting import read_batching, solve_batching
from backhaul.engine.stop import Stop


def rows(data: Path, seconds: float = 5.0):
    """One row a file of `order_batching/`, and their mean."""
    folder = next(data.rglob("order_batching"), data)
    shares = []
    for file in sorted(folder.glob("*.txt")):
        problem = replace(read_batching(file), times=None)
        if len(problem) == 0:
            print(f"benchmarks: {file.name} holds no orders", file=sys.stderr)
            continue
        taught = solve_batching(replace(problem, method="s_shape"), stop=Stop(iterations=0))
        walked = solve_batching(problem, stop=Stop(iterations=0))
        found = solve_batching(problem, stop=Stop(seconds=seconds))
        shares.append(1 - found.cost / taught.cost)
        yield {
            "file": file.stem,
            "orders": len(problem),
            "savings, S-shape": round(taught.cost, 2),
            "savings, exact routes": round(walked.cost, 2),
            "Backhaul": round(found.cost, 2),
            "bound": round(found.bound, 2),
            "batches": len(found.metres),
            "shorter %": round(100 * shares[-1], 2),
            "seconds": round(found.stats.seconds, 2),
            "check": "clean" if found.check().ok and taught.check().ok else "violated",
        }
    if shares:
        yield {"file": "mean", "shorter %": round(100 * sum(shares) / len(shares), 2)}
