"""`backhaul solve loading FILE`: one load with its instructions, or routes with their loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

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
    write_whole,
)

Instructions = Annotated[
    Path | None,
    typer.Option("--instructions", help="Write the step-by-step plan here (.html or .json)."),
]


Axles = Annotated[
    bool, typer.Option("--axles", help="Hold the published axle limits of a cvrp3l instance.")
]


@app.command("loading")
def loading(
    file: InputFile,
    seconds: Seconds = 10.0,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
    instructions: Instructions = None,
    axles: Axles = False,
) -> None:
    """Load one vehicle by stops, or find routes and loads together.

    FILE is a packing-instance/1 with one bin (OUT is then a packing-solution/1), or a
    cvrp3l-instance/1 (OUT is then a backhaul-joint-plan/1).
    """
    from backhaul.engine.loading import LoadingProblem, read_cvrp3l, solve, solve_joint

    if _is_joint(file):
        joint = read_cvrp3l(file, axles=axles)
        routes = watched(solve_joint, joint, seconds, seed=seed, threads=threads)
        write_json(out, routes.to_dict())
        if instructions is not None:
            pages = [route.load.instructions() for route in routes.routes]
            write_json(instructions, {"trucks": pages})
        finish(routes.summary())
        return
    problem = LoadingProblem.read(file)
    plan = watched(solve, problem, seconds, seed=seed, threads=threads)
    write_json(out, plan.layout())
    if instructions is not None and instructions.suffix.lower() in (".html", ".htm"):
        write_whole(instructions, plan.instructions_html())
    elif instructions is not None:
        write_json(instructions, plan.instructions())
    finish(plan.summary())


def _is_joint(file: Path) -> bool:
    """Whether a file says that it is a cvrp3l instance; the readers report what is wrong with it."""
    try:
        data = json.loads(file.read_text())
    except (OSError, ValueError):
        return False
    return isinstance(data, dict) and str(data.get("format", "")).startswith("cvrp3l")
