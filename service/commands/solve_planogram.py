"""`backhaul solve planogram FILE`: products onto shelves."""

from __future__ import annotations

import json

from backhaul.engine import space
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

__all__ = ["solve_planogram"]


@app.command("planogram")
def solve_planogram(
    file: InputFile,
    seconds: Seconds = 10.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Fill shelves (.json, or *_products.csv beside *_shelves.csv)."""
    problem = space.read_planogram(file)
    with progress_bar(seconds) as on_progress:
        solution = space.solve_planogram(
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
    finish({**solution.summary(), "unlisted": len(solution.unlisted)})
