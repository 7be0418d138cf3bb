"""`backhaul solve loading FILE`: one load, with its instructions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

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

Instructions = Annotated[
    Path | None,
    typer.Option("--instructions", help="Write the step-by-step plan here (.html or .json)."),
]


@app.command("loading")
def loading(
    file: InputFile,
    seconds: Seconds = 10.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
    instructions: Instructions = None,
) -> None:
    """Load one vehicle by stops: packing-instance/1 in, packing-solution/1 out."""
    from backhaul.engine.loading import LoadingProblem, solve

    problem = LoadingProblem.read(file)
    with progress_bar(seconds) as show:
        plan = solve(
            problem, stop=Stop(seconds=seconds), seed=seed, threads=threads, on_progress=show
        )
    if out is not None:
        write_whole(out, json.dumps(plan.layout(), indent=1) + "\n")
    if instructions is not None:
        page = instructions.suffix.lower() in (".html", ".htm")
        text = plan.instructions_html() if page else json.dumps(plan.instructions(), indent=1)
        write_whole(instructions, text + "\n")
    finish(plan.summary())
