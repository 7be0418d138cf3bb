"""`backhaul solve replenishment FILE`: exact levels of every item of a CSV or JSON file."""

from __future__ import annotations

from backhaul.engine import replenishment
from backhaul.service.commands.solve import (
    InputFile,
    Out,
    Seconds,
    Seed,
    Threads,
    app,
    finish,
    watched,
    write_whole,
)


@app.command("replenishment")
def solve_replenishment(
    file: InputFile,
    seconds: Seconds = 60.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Find levels for every item of FILE (columns: see docs/replenishment.md); --out writes CSV."""
    problem = replenishment.read(file)
    solution = watched(replenishment.solve, problem, seconds, seed=seed, threads=threads)
    if out is not None:
        write_whole(out, replenishment.write(solution))
    report = {**solution.summary(), "items": len(problem), "solved": int(solution.solved.sum())}
    finish(report)
