"""`backhaul solve KERNEL FILE`: one JSON object on stdout, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from backhaul.engine.errors import InvalidInput
from backhaul.engine.stop import OnProgress, Stop

__all__ = [
    "InputFile",
    "Out",
    "Seconds",
    "Seed",
    "Threads",
    "app",
    "finish",
    "progress_bar",
    "watched",
    "write_json",
    "write_whole",
]

app = typer.Typer(help="Run one kernel on one instance file.", no_args_is_help=True)

InputFile = Annotated[Path, typer.Argument(help="Instance file.")]
Seconds = Annotated[float, typer.Option("--seconds", min=0, help="Wall-clock limit.")]
Threads = Annotated[int, typer.Option("--threads", min=1, help="Threads.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the random streams.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the answer here.")]


@contextmanager
def progress_bar(seconds: float) -> Iterator[OnProgress | None]:
    """Show a bar with time left on stderr when a person watches, else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("cost {task.fields[cost]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=max(seconds, 1e-9), cost="-")

        def show(_iterations: int, elapsed: float, cost: float, _bound: float | None) -> None:
            bar.update(task, completed=elapsed, cost=f"{cost:,.2f}")

        yield show


def watched(
    solver: Callable[..., Any],
    problem: object,
    seconds: float,
    *,
    seed: int,
    threads: int,
    iterations: int | None = None,
) -> Any:  # noqa: ANN401  # each kernel has a solution of its own
    """Run a kernel's `solve` under the limits that were asked for, with the bar."""
    stop = Stop(seconds=seconds, iterations=iterations)
    with progress_bar(seconds) as show:
        return solver(problem, stop=stop, seed=seed, threads=threads, on_progress=show)


def write_json(path: Path | None, data: dict[str, Any]) -> None:
    """Write data where a file was asked for."""
    if path is not None:
        write_whole(path, json.dumps(data, indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it, so that no half file is ever seen."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InvalidInput("--out", str(path), f"a writable path ({error.strerror})") from None


def finish(summary: dict[str, Any]) -> None:
    """Print the one JSON object of a solve."""
    sys.stdout.write(json.dumps(summary) + "\n")
