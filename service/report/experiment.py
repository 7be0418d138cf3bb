"""Reads an experiment folder: its facts, KPI tables and the run folders that it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from backhaul.engine.errors import CorruptRun
from backhaul.sim.results import read_table

__all__ = ["Experiment", "Run", "read_experiment"]

_FACTS = ("scenario", "strategies", "replications", "seed", "weeks", "complete")


@dataclass(frozen=True)
class Run:
    """One run folder.

    Parameters
    ----------
    folder : Path
        Where it lies.
    replication : int
        Its number.
    """

    folder: Path
    replication: int

    def table(self, name: str) -> pl.DataFrame:
        """Return one table of the run.

        Raises
        ------
        CorruptRun
            The table is missing.
        """
        return read_table(self.folder, name)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What `run.json` states."""
        return _json(self.folder / "run.json")


@dataclass(frozen=True)
class Experiment:
    """A finished or interrupted experiment.

    Parameters
    ----------
    folder : Path
        Where it lies.
    scenario : str
        Name of the scenario.
    strategies : tuple of str
        One, or two that were compared: A, then B.
    replications : int
        Replications of each strategy that are complete.
    seed, weeks : int
        Of the scenario.
    complete : bool
        False: it was interrupted.
    confidence : float
        Of the intervals, a share.
    kpis : DataFrame
        Columns strategy, replication, kpi, value.
    comparison : DataFrame or None
        One row a KPI, B against A; None for a plain run.
    counted : frozenset of str or None
        Names of the run folders that belong to the experiment; None: all that are there.
    """

    folder: Path
    scenario: str
    strategies: tuple[str, ...]
    replications: int
    seed: int
    weeks: int
    complete: bool
    confidence: float
    kpis: pl.DataFrame
    comparison: pl.DataFrame | None
    counted: frozenset[str] | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """Names to show: a strategy that is compared with itself keeps its name, numbered."""
        if len(set(self.strategies)) == len(self.strategies):
            return self.strategies
        return tuple(f"{name} ({'AB'[row]})" for row, name in enumerate(self.strategies))

    @cached_property
    def runs(self) -> tuple[tuple[Run, ...], ...]:
        """The run folders by strategy, in pairs: a run whose partner is missing is left out."""
        found: list[dict[int, Run]] = []
        for name in self.strategies:
            own = {}
            for path in (self.folder / "runs").glob("*/run.json"):
                stem, _, number = path.parent.name.rpartition("-")
                # an earlier experiment may have left more runs in the folder than this one counts
                counted = self.counted is None or path.parent.name in self.counted
                if stem == name and number.isdigit() and counted:
                    own[int(number)] = Run(path.parent, int(number))
            found.append(own)
        pairs = sorted(set.intersection(*(set(own) for own in found)))
        return tuple(tuple(own[number] for number in pairs) for own in found)

    def stacked(self, side: int, table: str) -> pl.DataFrame:
        """Return a table of all runs of a strategy, with its replication; empty if there is none."""
        return pl.concat(
            [
                run.table(table).with_columns(replication=pl.lit(run.replication, pl.Int64))
                for run in self.runs[side]
            ],
            how="vertical_relaxed",
        )

    def over_replications(self, side: int, table: str, by: str, **values: pl.Expr) -> pl.DataFrame:
        """Return figures by day or week: mean, lowest and highest of the replications.

        Parameters
        ----------
        side : int
            0 for A, 1 for B.
        table : str
            A day book of the run folder.
        by : {"day", "week"}
            What to group by.
        **values : Expr
            Aggregations; `name` gives columns `name`, `name_low` and `name_high`. Where one has
            no value (nothing was delivered), it is left empty.
        """
        each = (
            self.stacked(side, table)
            .with_columns(week=pl.col("day") // 7)
            .group_by(by, "replication")
            .agg(**values)
        )
        return (
            each.group_by(by)
            .agg(
                *[pl.col(name).mean() for name in values],
                *[pl.col(name).min().alias(f"{name}_low") for name in values],
                *[pl.col(name).max().alias(f"{name}_high") for name in values],
            )
            .sort(by)
        )


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorruptRun(f"{path}: cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise CorruptRun(f"{path}: found {type(content).__name__}, allowed: a JSON object")
    return content


def read_experiment(folder: Path) -> Experiment:
    """Read an experiment folder.

    Raises
    ------
    CorruptRun
        A file is missing or is not what it should be; the message names it.
    """
    facts = _json(folder / "experiment.json")
    if facts.get("format") != "backhaul-experiment/1":
        allowed = "allowed: backhaul-experiment/1"
        raise CorruptRun(
            f"{folder}/experiment.json: format: found {facts.get('format')!r}, {allowed}"
        )
    missing = [key for key in _FACTS if key not in facts]
    if missing:
        raise CorruptRun(f"{folder}/experiment.json: missing: {', '.join(missing)}")
    names = tuple(str(name) for name in facts["strategies"])
    if len(names) not in (1, 2):
        raise CorruptRun(
            f"{folder}/experiment.json: strategies: found {len(names)}, allowed: 1 or 2"
        )
    both = len(names) == 2 and (folder / "comparison.parquet").is_file()
    found = Experiment(
        folder=folder,
        scenario=str(facts["scenario"]),
        strategies=names if both else names[:1],
        replications=int(facts["replications"]),
        seed=int(facts["seed"]),
        weeks=int(facts["weeks"]),
        complete=bool(facts["complete"]),
        confidence=float(facts.get("confidence", 0.95)),
        kpis=read_table(folder, "kpis"),
        comparison=read_table(folder, "comparison") if both else None,
        counted=frozenset(map(str, facts["runs"])) if "runs" in facts else None,
    )
    if not found.runs[0]:
        raise CorruptRun(f"{folder}/runs: no complete run of {' and '.join(found.strategies)}")
    return found
