"""Experiment folders: two strategies over two replications, made from real runs of the twin."""

import json

import polars as pl
import pytest

from backhaul.scenarios import resolve
from backhaul.sim.chain import Chain
from backhaul.sim.management.kpis import KPIS
from backhaul.sim.results import write_run

STRATEGIES = ("fixed-routine", "baseline")
WEEKS = 1


@pytest.fixture(scope="session")
def compared(tmp_path_factory):
    """A comparison of one week with 100 products; the intervals are set by hand."""
    folder = tmp_path_factory.mktemp("compared")
    rows = []
    for name in STRATEGIES:
        world = resolve("demo", name, overrides={"catalogue.product_count": 100, "weeks": WEEKS})
        for replication in range(2):
            chain = Chain(world, replication=replication)
            chain.run()
            run = write_run(chain, folder / "runs" / f"{name}-{replication}", world.document)
            values = pl.read_parquet(run / "kpis.parquet")
            rows += [(name, replication, *row) for row in values.select("kpi", "value").rows()]
    kpis = pl.DataFrame(rows, schema=["strategy", "replication", "kpi", "value"], orient="row")
    kpis.write_parquet(folder / "kpis.parquet")
    compare(kpis).write_parquet(folder / "comparison.parquet")
    facts(folder, list(STRATEGIES))
    return folder


def compare(kpis):
    means = {key: part["value"].mean() for key, part in kpis.group_by("strategy", "kpi")}
    rows = []
    for kpi in KPIS:
        a, b = (means[name, kpi.name] for name in STRATEGIES)
        half = abs(b - a) / 4
        up = "better" if (b > a) == (kpi.better == "higher") else "worse"
        verdict = "no difference" if a == b else "different" if kpi.better == "inside" else up
        rows.append((kpi.name, kpi.label, kpi.department, kpi.unit, kpi.better, kpi.formula,
                     a, b, b - a, b - a - half, b - a + half, b - a - half / 2, b - a + half / 2,
                     0.01, verdict))  # fmt: skip
    columns = (
        "kpi label department unit better formula a_mean b_mean difference low high low_alone "
        "high_alone p_adjusted verdict"
    )
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


def facts(folder, strategies, **more):
    content = {
        "format": "backhaul-experiment/1", "scenario": "demo", "strategies": strategies,
        "replications": 2, "seed": 1, "weeks": WEEKS, "complete": True, "confidence": 0.95, **more,
    }  # fmt: skip
    (folder / "experiment.json").write_text(json.dumps(content))


@pytest.fixture
def single(compared, tmp_path):
    """A plain run of one strategy: no comparison."""
    (tmp_path / "runs").symlink_to(compared / "runs")
    own = pl.read_parquet(compared / "kpis.parquet").filter(pl.col("strategy") == "baseline")
    own.write_parquet(tmp_path / "kpis.parquet")
    facts(tmp_path, ["baseline"])
    return tmp_path


@pytest.fixture
def itself(compared, tmp_path):
    """A strategy compared with itself."""
    (tmp_path / "runs").symlink_to(compared / "runs")
    own = pl.read_parquet(compared / "kpis.parquet").filter(pl.col("strategy") == "baseline")
    own.write_parquet(tmp_path / "kpis.parquet")
    table = pl.read_parquet(compared / "comparison.parquet")
    zero = [
        pl.lit(0.0).alias(name) for name in ("difference", "low", "high", "low_alone", "high_alone")
    ]
    same = table.with_columns(*zero, a_mean="b_mean", verdict=pl.lit("no difference"))
    same.write_parquet(tmp_path / "comparison.parquet")
    facts(tmp_path, ["baseline", "baseline"], complete=False)
    return tmp_path


@pytest.fixture
def part(compared, tmp_path):
    """Make a folder with the same tables and runs that counts fewer runs as its own."""

    def make(replications, runs):
        for name in ("kpis.parquet", "comparison.parquet"):
            (tmp_path / name).write_bytes((compared / name).read_bytes())
        (tmp_path / "runs").symlink_to(compared / "runs")
        facts(tmp_path, list(STRATEGIES), replications=replications, runs=runs)
        return tmp_path

    return make
