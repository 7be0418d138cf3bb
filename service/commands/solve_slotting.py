"""`backhaul solve slotting FILE`: slotting JSON, or a quadratic assignment in QAPLIB's format."""

from __future__ import annotations

import json

from backhaul.engine import slotting
from backhaul.engine.stop import Stop
from backhaul.service.commands.solve import (
    InputFile,
    Out,
    Seconds,
    Seed,
    Threads,
    app,
    finish,
    progress_bar,
    write_whole,
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
    with progress_bar(seconds) as on_progress:
        solution = slotting.solve(
            problem,
            stop=Stop(seconds=seconds),
            seed=seed,
            threads=threads,
            on_progress=on_progress,
        )
    if out is not None:
        data = solution.to_dict()
        del data["problem"]
        write_whole(out, json.dumps(data, indent=1) + "\n")
    summary = solution.summary()
    if isinstance(solution, slotting.SlottingSolution):
        summary["unplaced"] = len(solution.unplaced)
    finish(summary)
