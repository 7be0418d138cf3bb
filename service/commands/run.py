"""`backhaul run`, `backhaul compare` and `backhaul demo`: experiments with a report."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from backhaul.scenarios.comparison import HEADLINE
from backhaul.scenarios.experiments import Experiment, OnDays, run_experiment
from backhaul.service.commands.scenario import overrides
from backhaul.service.report import write_report
from backhaul.sim.management.kpis import KPIS, Kpi

__all__ = [
    "Sets",
    "compare",
    "demo",
    "interruptible",
    "progress",
    "run",
    "show_value",
    "wide_console",
]

Scenario = Annotated[str, typer.Argument(help="A shipped scenario, or a TOML file.")]
Replications = Annotated[
    int, typer.Option("--replications", min=1, help="Paired runs of each strategy.")
]
OutDir = Annotated[Path | None, typer.Option("--out", help="Folder of the experiment.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: cores.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value of the scenario."),
]
Clock = Annotated[str, typer.Option("--engine", help="compiled or simpy; the results are equal.")]
AuditFlag = Annotated[
    bool, typer.Option("--audit", help="Stop at the first breach of conservation.")
]


@contextmanager
def progress(what: str) -> Iterator[OnDays | None]:
    """Show one bar with the time left on stderr, when a person watches."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn(what), BarColumn(), TextColumn("{task.fields[runs]}"), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1, runs="")

        def show(days: int, total: int, runs: int, of: int) -> None:
            bar.update(task, completed=days, total=total, runs=f"run {min(runs + 1, of)} of {of}")

        yield show


def show_value(unit: str, value: float) -> str:
    """Return a KPI's value as a person reads it.

    Examples
    --------
    >>> show_value("usd", 1234567.8), show_value("share", 0.0423), show_value("m", 1.234)
    ('1,234,568', '4.23 %', '1.23')
    """
    if math.isinf(value):
        return "unknown"
    if unit == "share":
        return f"{100 * value:.2f} %"
    if unit in ("count", "baskets") or (unit == "usd" and abs(value) >= 1000):
        return f"{value:,.0f}"
    return f"{value:,.2f}"


def _default_out(scenario: str, *strategies: str) -> Path:
    names = [Path(name).stem or "as-is" for name in (scenario, *strategies)]
    return Path("out") / "-".join(names)


def _finish(console: Console, experiment: Experiment) -> None:
    """Print the table, write the report, say where everything is."""
    if not experiment.values[0]:
        raise KeyboardInterrupt(f"interrupted; complete, but no pair: {', '.join(experiment.runs)}")
    if experiment.comparison is None:
        _print_one(console, experiment)
    else:
        _print_two(console, experiment)
    report = write_report(experiment.folder)
    clean = "clean" if experiment.audit_clean else "NOT CLEAN, see audit.parquet in the run folders"
    console.print(f"conservation audit: {clean}", markup=False)
    console.print(f"report: {report}", markup=False, soft_wrap=True)


def _print_one(console: Console, experiment: Experiment) -> None:
    table = Table(title=f"{experiment.strategies[0] or 'as it stands'}", title_justify="left")
    table.add_column("KPI")
    table.add_column("mean", justify="right")
    values = experiment.values[0]
    for kpi in KPIS:
        mean = sum(v[kpi.name] for v in values) / len(values)
        table.add_row(f"{kpi.label}, {kpi.unit}", show_value(kpi.unit, mean))
    console.print(table)


def _print_two(console: Console, experiment: Experiment) -> None:
    first, second = experiment.strategies
    pairs = len(experiment.values[0])
    table = Table(
        title=f"{second} against {first}, {pairs} paired replications "
        "(95 % intervals for all KPIs together)",
        title_justify="left",
    )
    for name in ("KPI", first, second, "difference", "from", "to", ""):
        table.add_column(name, justify="left" if name in ("KPI", "") else "right")
    kpis: dict[str, Kpi] = {kpi.name: kpi for kpi in KPIS}
    assert experiment.comparison is not None
    for row in experiment.comparison.iter_rows(named=True):
        unit = kpis[row["kpi"]].unit
        cells = [
            show_value(unit, row[c]) for c in ("a_mean", "b_mean", "difference", "low", "high")
        ]
        table.add_row(f"{row['label']}, {unit}", *cells, row["verdict"])
    console.print(table)
    console.print(_headline(experiment), markup=False)


def _headline(experiment: Experiment) -> str:
    assert experiment.comparison is not None
    first, second = experiment.strategies
    row = next(r for r in experiment.comparison.iter_rows(named=True) if r["kpi"] == HEADLINE)
    difference = row["difference"]
    low, high = row["low_alone"], row["high_alone"]
    if difference == 0:
        return f"{first} and {second} earn exactly the same."
    better, worse = (second, first) if difference > 0 else (first, second)
    if difference < 0:
        low, high = -high, -low
    text = f"{better} earns {abs(difference):,.0f} USD more EBIT than {worse}"
    if math.isinf(low):
        return (
            f"{text} in the one pair that was run; run more replications to know how sure that is."
        )
    sure = "" if low > 0 else ", which may be chance"
    return f"{text} (95 % interval {low:,.0f} to {high:,.0f}){sure}."


def wide_console() -> Console:
    """Return a console whose tables stay readable where no terminal says how wide it is."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 130)


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn Ctrl-C into one line and exit code 130 (the command line's own handling says nothing)."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        sys.stderr.write(f"backhaul: {interrupt or 'interrupted'}\n")
        raise typer.Exit(130) from None


def _run(scenario: str, strategies: list[str], what: str, **settings: Any) -> None:  # noqa: ANN401
    console = wide_console()
    with interruptible():
        with progress(what) as on_days:
            experiment = run_experiment(scenario, strategies, on_days=on_days, **settings)
        _finish(console, experiment)
        console.print(f"{experiment.seconds:.1f} s", markup=False)
        if not experiment.complete:
            raise KeyboardInterrupt(f"interrupted; complete: {', '.join(experiment.runs)}")


def run(
    scenario: Scenario,
    strategy: Annotated[str, typer.Option("--strategy", help="A shipped strategy or a file.")] = "",
    replications: Replications = 1,
    out: OutDir = None,
    workers: Workers = None,
    sets: Sets = None,
    engine: Clock = "compiled",
    audit: AuditFlag = False,
) -> None:
    """Simulate a scenario under one strategy, and write a run folder with a report."""
    _run(
        scenario, [strategy], scenario, replications=replications,
        out=out or _default_out(scenario, strategy), workers=workers, overrides=overrides(sets),
        engine=engine, strict_audit=audit,
    )  # fmt: skip


def compare(
    scenario: Scenario,
    a: Annotated[str, typer.Argument(help="The first strategy.")],
    b: Annotated[str, typer.Argument(help="The second strategy.")],
    replications: Replications = 5,
    out: OutDir = None,
    workers: Workers = None,
    sets: Sets = None,
    engine: Clock = "compiled",
    audit: AuditFlag = False,
) -> None:
    """Compare two strategies on the same customers, and write a report."""
    _run(
        scenario, [a, b], f"{a} v {b}", replications=replications,
        out=out or _default_out(scenario, a, b), workers=workers, overrides=overrides(sets),
        engine=engine, strict_audit=audit,
    )  # fmt: skip


def demo() -> None:
    """Run twelve grocery stores for a quarter under two strategies, and say which is better."""
    _run(
        "demo", ["fixed-routine", "baseline"], "demo", replications=5, out=Path("out/demo"),
        workers=None, overrides={},
    )  # fmt: skip
