"""`backhaul solve batching FILE`: orders into batches."""

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
    solution = watched(slotting.solve_batching, problem, seconds, seed=seed, threads=threads)
    data = solution.to_dict()
    del data["problem"]
    write_json(out, data)
    finish({**solution.summary(), "batches": len(solution.metres)})
