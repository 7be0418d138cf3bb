"""`backhaul solve planogram FILE`: products onto shelves."""

from __future__ import annotations

from backhaul.engine import space
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
    solution = watched(space.solve_planogram, problem, seconds, seed=seed, threads=threads)
    data = solution.to_dict()
    del data["problem"]
    write_json(out, data)
    finish({**solution.summary(), "unlisted": len(solution.unlisted)})
