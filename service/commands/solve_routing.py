"""`backhaul solve routing FILE`."""

from __future__ import annotations

from typing import Annotated

import typer

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing import read, solve
from backhaul.engine.routing.formats.sol import solution_text
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

CONVENTIONS = ("round", "dimacs", "exact", "double")


@app.command()
def routing(
    file: InputFile,
    seconds: Seconds = 10.0,
    iterations: Annotated[
        int | None, typer.Option("--iterations", min=0, help="Limit of rounds.")
    ] = None,
    threads: Threads = 1,
    seed: Seed = 0,
    out: Out = None,
    family: Annotated[
        str | None, typer.Option("--family", help="Such as cvrp or vrptw; else told by the file.")
    ] = None,
    convention: Annotated[
        str | None, typer.Option("--convention", help="round, dimacs, exact or double.")
    ] = None,
    vehicles_first: Annotated[
        bool, typer.Option("--vehicles-first", help="Fewest vehicles first, then cost.")
    ] = False,
) -> None:
    """Plan routes for a VRPLIB, Solomon or Li & Lim file; --out writes a .sol file."""
    if convention is not None and convention not in CONVENTIONS:
        raise InvalidInput("--convention", convention, ", ".join(CONVENTIONS))
    problem = read(
        file,
        family=family,
        convention=convention,  # type: ignore[arg-type]  # checked above
        vehicles_first=vehicles_first,
    )
    solution = watched(solve, problem, seconds, seed=seed, threads=threads, iterations=iterations)
    if out is not None:
        write_whole(out, solution_text(solution))
    finish(solution.summary())
