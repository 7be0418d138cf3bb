"""`backhaul solve slotting FILE`: slotting JSON, or a quadratic assignment in QAPLIB's format."""

from __future__ import annotations

from functools import partial
from pathlib import Path

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
    if isinstance(problem, slotting.SeasonsProblem):
        _solve_seasons(problem, seconds, threads, seed, out)
        return
    solution = watched(slotting.solve, problem, seconds, seed=seed, threads=threads)
    data = solution.to_dict()
    del data["problem"]
    write_json(out, data)
    summary = solution.summary()
    if isinstance(solution, slotting.SlottingSolution):
        summary["unplaced"] = len(solution.unplaced)
    finish(summary)


def _solve_seasons(
    problem: slotting.SeasonsProblem, seconds: float, threads: int, seed: int, out: Path | None
) -> None:
    solver = partial(
        slotting.solve_seasons,
        seasons=problem.seasons,
        weights=problem.weights,
        worst=problem.worst,
    )
    found = watched(solver, problem.problem, seconds, seed=seed, threads=threads)
    names, metres = problem.names, found.metres_per_day.round(1).tolist()
    figures = {
        "mean_metres_per_day": round(found.mean, 1),
        "metres_per_day": dict(zip(names, metres, strict=True)),
        "velocity_metres_per_day": dict(zip(names, found.reference.round(1).tolist(), strict=True)),
    }
    data = {**found.solution.to_dict(), **figures}
    del data["problem"]
    write_json(out, data)
    finish({**found.solution.summary(), **figures, "unplaced": len(found.solution.unplaced)})
