"""Experiments: strategies x replications, paired, on any executor; the results as one folder.

Each run is one task: it gets the resolved scenario, simulates, and writes its run folder under a
temporary name. The experiment's own folder appears at the end, or on an interrupt with what is
complete. Runs that are there already, with the same run id, are kept: a crashed experiment goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.comparison import compare
from backhaul.scenarios.resolve import resolve
from backhaul.sim.chain import Chain
from backhaul.sim.management.kpis import kpi_values
from backhaul.sim.results import figures, write_run
from backhaul.sim.world import ResolvedScenario

__all__ = ["Experiment", "Task", "run_experiment", "simulate"]

#: Called now and then with (days simulated, days in all, runs complete, runs in all).
OnDays = Callable[[int, int, int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One run of an experiment."""

    label: str
    world: ResolvedScenario
    replication: int
    folder: Path
    progress: Path
    engine: str = "compiled"
    threads: int = 1
    strict_audit: bool = False

    @property
    def name(self) -> str:
        """Name of the run's folder."""
        return f"{self.label}-{self.replication}"


@dataclass(slots=True)
class Experiment:
    """What an experiment came to.

    Parameters
    ----------
    folder : Path
    strategies : list of str
    values : list of list of mapping
        KPIs by strategy and replication, complete runs only.
    comparison : DataFrame or None
        Of the second strategy with the first.
    complete : bool
    """

    folder: Path
    strategies: list[str]
    values: list[list[Mapping[str, float]]]
    comparison: pl.DataFrame | None
    complete: bool
    seconds: float = 0.0
    audit_clean: bool = True
    runs: list[str] = field(default_factory=list)


def simulate(task: Task) -> dict[str, float]:
    """Simulate one run, write its folder, return its KPIs (the task of a worker)."""
    done = _finished(task)
    if done is not None:
        return done
    chain = Chain(
        task.world, replication=task.replication, engine=task.engine, threads=task.threads,
        strict_audit=task.strict_audit,
    )  # fmt: skip
    last = 0.0

    def tell(days: int, _all: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 0.2 or days == task.world.days:
            last = now
            task.progress.write_text(str(days))

    chain.run(tell)
    write_run(chain, task.folder, task.world.document)
    values = kpi_values(figures(chain))
    values["audit_clean"] = float(chain.audit.clean)
    return values


def _finished(task: Task) -> dict[str, float] | None:
    """Return the KPIs of a run that is already there and complete, with this very scenario."""
    try:
        facts = json.loads((task.folder / "run.json").read_text())
        table = pl.read_parquet(task.folder / "kpis.parquet")
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None
    same = facts.get("run_id") == task.world.run_id and facts.get("complete")
    if not same or facts.get("replication") != task.replication:
        return None
    values = dict(zip(table["kpi"].to_list(), table["value"].to_list(), strict=True))
    values["audit_clean"] = float(bool(facts.get("audit_clean")))
    return values


def _labels(strategies: Sequence[str]) -> list[str]:
    """Name the strategies for folders and tables; a strategy that comes twice gets a number."""
    labels: list[str] = []
    for strategy in strategies:
        label = Path(strategy).stem or "as-is"
        labels.append(label if label not in labels else f"{label}-again")
    return labels


def run_experiment(
    scenario: str | Path,
    strategies: Sequence[str],
    *,
    replications: int = 1,
    out: Path,
    overrides: Mapping[str, Any] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    engine: str = "compiled",
    strict_audit: bool = False,
    on_days: OnDays | None = None,
) -> Experiment:
    """Run strategies on a scenario and write the experiment folder.

    Parameters
    ----------
    scenario : str or Path
        A shipped scenario or a TOML file.
    strategies : sequence of str
        Shipped strategies or TOML files; "" is the scenario as it stands.
    replications : int
        Paired: replication i has the same customers in every strategy.
    out : Path
        The experiment folder; runs in it that are complete and the same are kept.
    overrides : mapping, optional
        Values set in the scenario.
    workers : int, optional
        Processes; all cores unless told. The results do not depend on it.
    executor : Executor, optional
        Any executor in place of the processes (a cluster's, for example).
    engine : {"compiled", "simpy"}
    strict_audit : bool
        Stop at the first breach of conservation.
    on_days : callable, optional

    Raises
    ------
    InvalidInput
        From the scenario or a strategy; or `replications` below 1.
    KeyboardInterrupt
        Interrupted before any run was complete. Later interrupts return what is complete.
    """
    if replications < 1:
        raise InvalidInput("--replications", replications, "a whole number of at least 1")
    began = time.monotonic()
    labels = _labels(strategies)
    worlds = [resolve(scenario, s or None, dict(overrides or {})) for s in strategies]
    existed = out.exists()
    out.mkdir(parents=True, exist_ok=True)
    signs = Path(tempfile.mkdtemp(prefix="backhaul-"))
    cores = os.cpu_count() or 1
    workers = max(1, min(workers or cores, len(worlds) * replications))
    threads = 1 if executor is not None else max(1, cores // workers)
    tasks = [
        Task(label, world, r, out / "runs" / f"{label}-{r}", signs / f"{label}-{r}", engine,
             threads, strict_audit)
        for r in range(replications)
        for label, world in zip(labels, worlds, strict=True)
    ]  # fmt: skip
    try:
        results = _run_all(tasks, workers, executor, on_days)
    finally:
        shutil.rmtree(signs, ignore_errors=True)
    if not results:
        if not existed:
            shutil.rmtree(out, ignore_errors=True)
        raise KeyboardInterrupt("interrupted before any run was complete: nothing was written")
    return _write(out, labels, worlds, replications, tasks, results, time.monotonic() - began)


def _run_all(
    tasks: list[Task], workers: int, executor: Executor | None, on_days: OnDays | None
) -> dict[str, dict[str, float]]:
    """Run the tasks; on an interrupt, return what is complete."""
    own = executor is None and workers > 1
    pool: Executor | None = executor
    if own:
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    results: dict[str, dict[str, float]] = {}
    total = sum(task.world.days for task in tasks)

    def report() -> None:
        if on_days is not None:
            on_days(sum(_days(task) for task in tasks), total, len(results), len(tasks))

    try:
        if pool is None:
            for task in tasks:
                results[task.name] = _watched(task, report)
                report()
            return results
        futures: dict[Future[dict[str, float]], Task] = {
            pool.submit(simulate, task): task for task in tasks
        }
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=0.25)
            for future in done:
                results[futures[future].name] = future.result()
            report()
    except KeyboardInterrupt:
        return results
    finally:
        if own and pool is not None:
            _end(pool)
    return results


def _end(pool: Executor) -> None:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.join(timeout=2.0)
        if process.is_alive():
            process.terminate()


def _watched(task: Task, report: Callable[[], None]) -> dict[str, float]:
    """Simulate in this process, with signs of life."""
    import threading

    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.25):
            report()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        return simulate(task)
    finally:
        ended.set()
        thread.join()


def _days(task: Task) -> int:
    try:
        return int(task.progress.read_text() or 0)
    except (OSError, ValueError):
        return task.world.days if (task.folder / "run.json").exists() else 0


def _write(
    out: Path,
    labels: list[str],
    worlds: list[ResolvedScenario],
    replications: int,
    tasks: list[Task],
    results: dict[str, dict[str, float]],
    seconds: float,
) -> Experiment:
    """Write the tables of the experiment; pairs that are incomplete are left out of the comparison."""
    pairs = [r for r in range(replications) if all(f"{label}-{r}" in results for label in labels)]
    values: list[list[Mapping[str, float]]] = [
        [results[f"{label}-{r}"] for r in pairs] for label in labels
    ]
    rows = [
        (task.label, task.replication, kpi, value)
        for task in sorted(tasks, key=lambda t: (labels.index(t.label), t.replication))
        for kpi, value in results.get(task.name, {}).items()
    ]
    schema = {"strategy": pl.String, "replication": pl.Int64, "kpi": pl.String, "value": pl.Float64}
    pl.DataFrame(rows, schema=schema, orient="row").write_parquet(out / "kpis.parquet")
    comparison = None
    (out / "comparison.parquet").unlink(missing_ok=True)
    if len(labels) == 2 and pairs:
        comparison = compare(values[0], values[1])
        comparison.write_parquet(out / "comparison.parquet")
    complete = len(results) == len(tasks)
    facts = {
        "format": "backhaul-experiment/1",
        "scenario": worlds[0].name,
        "title": worlds[0].title,
        "strategies": labels,
        "run_ids": [world.run_id for world in worlds],
        "replications": len(pairs),
        "asked": replications,
        "seed": worlds[0].seed,
        "weeks": worlds[0].weeks,
        "stores": len(worlds[0].stores),
        "products": len(worlds[0].products),
        "confidence": 0.95,
        "complete": complete,
        "runs": sorted(results),
    }
    (out / "experiment.json").write_text(json.dumps(facts, indent=1) + "\n")
    clean = all(v.get("audit_clean", 1.0) == 1.0 for v in results.values())
    return Experiment(out, labels, values, comparison, complete, seconds, clean, sorted(results))
