"""`backhaul solve slotting FILE`: slotting JSON, or a quadratic assignment in QAPLIB's format."""

from __future__ import annotations

from backhaul.engine import slotting
from backhaul.service.commands.solve import (
    InputFile,
    Out,
    Seconds,
    Seed,
    Threads,
    app,
    finish,
    watched,
    write_json,
)

__all__ = ["solve_slotting"]


@app.command("slotting")
def solve_slotting(
    file: InputFile,
    seconds: Seconds = 10.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Place products into slots (.json), or facilities at locations (.qap)."""
    problem = slotting.read(file)
    solution = watched(slotting.solve, problem, seconds, seed=seed, threads=threads)
    data = solution.to_dict()
    del data["problem"]
    write_json(out, data)
    summary = solution.summary()
    if isinstance(solution, slotting.SlottingSolution):
        summary["unplaced"] = len(solution.unplaced)
    finish(summary)
