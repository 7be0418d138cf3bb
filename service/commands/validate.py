"""`backhaul validate SCENARIO` and `backhaul validate --analytic`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.calibration import TARGETS, calibrate
from backhaul.scenarios.experiments import run_experiment
from backhaul.service.commands.run import Sets, interruptible, progress, wide_console
from backhaul.service.commands.scenario import overrides
from backhaul.sim.clock import ENGINES
from backhaul.sim.clock.analytic import analytic_rows
from backhaul.sim.management.kpis import KPIS

__all__ = ["validate"]


def validate(
    scenario: Annotated[str, typer.Argument(help="A scenario of 52 weeks.")] = "",
    analytic: Annotated[
        bool, typer.Option("--analytic", help="Run systems whose answer is known, on both clocks.")
    ] = False,
    engine: Annotated[
        str, typer.Option("--engine", help="Clock for --analytic: compiled, simpy or both.")
    ] = "compiled",
    sets: Sets = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the run.")] = None,
) -> None:
    """Hold a run against published figures, or the clock against queueing theory."""
    console = wide_console()
    if not scenario and not analytic:
        raise InvalidInput("validate", "nothing", "a scenario, or --analytic")
    inside = True
    if analytic:
        inside &= _analytic(console, engine)
    if scenario:
        inside &= _calibration(console, scenario, sets, out or Path("out") / f"validate-{scenario}")
    if not inside:
        raise typer.Exit(1)


def _analytic(console: Console, engine: str) -> bool:
    """Run the systems; the engines agree to the last bit, so one of them is enough for most."""
    if engine not in (*ENGINES, "both"):
        raise InvalidInput("--engine", engine, f"one of {', '.join(ENGINES)}, both")
    table = Table(title="Systems with a known answer", title_justify="left")
    for column in ("system", "clock", "known", "got", "+-", ""):
        table.add_column(column)
    with Console(stderr=True).status("simulating"):
        rows = analytic_rows(ENGINES if engine == "both" else (engine,))
    for row in rows:
        table.add_row(
            row.name, row.engine, f"{row.known:.6g}", f"{row.got:.6g}", f"{row.half_width:.2g}",
            "in" if row.inside else "OUT",
        )  # fmt: skip
    console.print(table)
    return all(row.inside for row in rows)


def _calibration(console: Console, scenario: str, sets: list[str] | None, out: Path) -> bool:
    with interruptible(), progress(scenario) as on_days:
        experiment = run_experiment(
            scenario, [""], out=out, overrides=overrides(sets), on_days=on_days
        )
    units = {kpi.name: kpi.unit for kpi in KPIS}
    result = calibrate(experiment.values[0][0])
    table = Table(title=f"Calibration of {scenario}", title_justify="left")
    for column in ("quantity", "target", "got", "", "source", "note"):
        table.add_column(column)
    for row in result.iter_rows(named=True):
        share = units[row["kpi"]] == "share"
        got = f"{100 * row['got']:.2f} %" if share else f"{row['got']:,.2f}"
        verdict = "in" if row["inside"] else "OUT"
        table.add_row(row["what"], row["target"], got, verdict, row["source"], row["note"])
    console.print(table)
    count = int(result["inside"].sum())
    clean = "clean" if experiment.audit_clean else "NOT CLEAN"
    console.print(f"{count} of {len(TARGETS)} rows in; conservation audit {clean}; "
                  f"{experiment.seconds:.0f} s")  # fmt: skip
    return count == len(TARGETS)
