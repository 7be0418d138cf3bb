"""`backhaul solve packing FILE`: packing and load ordering."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from backhaul.engine.packing import layout_to_dict, read_any, solve
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

__all__ = ["solve_packing"]

Instance = Annotated[
    str | None, typer.Option("--instance", help="Which instance of a file that holds several.")
]
Support = Annotated[
    float, typer.Option("--support", min=0, max=1, help="Least support, for text formats.")
]


@app.command("packing")
def solve_packing(
    file: InputFile,
    seconds: Seconds = 1.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
    instance: Instance = None,
    support: Support = 0.0,
) -> None:
    """Pack items into bins: fewest bins, or most worth into one; with loading rules where given.

    FILE is a packing-instance/1 JSON file, or one of the text formats of the container loading,
    3D, 2D and 1D bin packing benchmarks, of which --instance names one.
    """
    problem = read_any(file, instance=instance, support=support)
    solution = watched(solve, problem, seconds, seed=seed, threads=threads)
    if out is not None:
        layout = layout_to_dict(problem, solution.bins)
        write_whole(out, json.dumps(layout) + "\n")
    finish(solution.summary())
