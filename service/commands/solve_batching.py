"""`backhaul solve batching FILE`: orders into batches."""

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

__all__ = ["solve_batching"]


@app.command("batching")
def solve_batching(
    file: InputFile,
    seconds: Seconds = 10.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Batch orders so that pickers walk least (.json, or the text formats of the field)."""
    problem = slotting.read_batching(file)
    with progress_bar(seconds) as on_progress:
        solution = slotting.solve_batching(
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
    finish({**solution.summary(), "batches": len(solution.metres)})
