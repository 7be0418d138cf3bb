"""The command line: errors become one line on stderr and an exit code, never a traceback."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from backhaul.engine.errors import BackhaulError
from backhaul.service.commands import (  # each solve_* file adds its command to solve.app
    run,
    scenario,
    solve,
    solve_batching,
    solve_loading,
    solve_packing,
    solve_planogram,
    solve_replenishment,
    solve_routing,
    solve_slotting,
    validate,
)

COMMANDS = (
    solve_batching,
    solve_loading,
    solve_packing,
    solve_planogram,
    solve_replenishment,
    solve_routing,
    solve_slotting,
)

app = typer.Typer(
    name="backhaul",
    help="Retail operations engine and digital twin.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(solve.app, name="solve")
app.add_typer(scenario.app, name="scenario")
for command in (run.demo, run.run, run.compare, validate.validate):
    app.command()(command)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except BackhaulError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"backhaul: {error}", markup=False
        )
        sys.exit(error.exit_code)
    except KeyboardInterrupt as interrupt:
        sys.stderr.write(f"backhaul: {interrupt or 'interrupted'}\n")
        sys.exit(130)
