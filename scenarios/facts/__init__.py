"""The committed fact tables, read once. `SOURCES.md` says where each comes from."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

__all__ = ["City", "Parameter", "cities", "digest", "parameters", "state_taxes", "table"]

FOLDER = Path(__file__).parent


class Parameter(NamedTuple):
    """A figure read or measured, with its source."""

    parameter: str
    value: str
    unit: str
    kind: str
    source: str


class City(NamedTuple):
    """A city: GeoNames, CC BY 4.0."""

    city: str
    state: str
    lat: float
    lon: float
    population: int


@cache
def parameters() -> dict[str, Parameter]:
    """Return the published and measured figures by name."""
    kinds = {"measured": "data"}
    with (FOLDER / "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [Parameter(**row) for row in csv.DictReader(file)]
    return {row.parameter: row._replace(kind=kinds.get(row.kind, row.kind)) for row in rows}


@cache
def cities() -> dict[str, City]:
    """Return the cities by name."""
    with (FOLDER / "cities.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["city"]: City(
                row["city"],
                row["state"],
                float(row["lat"]),
                float(row["lon"]),
                int(row["population"]),
            )
            for row in csv.DictReader(file)
        }


@cache
def state_taxes() -> dict[str, tuple[float, float, str]]:
    """Return by state the shares of tax on food and on general goods, and their source."""
    with (FOLDER / "state_tax.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["state"]: (float(row["food_share"]), float(row["general_share"]), row["source"])
            for row in csv.DictReader(file)
        }


@cache
def table(name: str) -> pl.DataFrame:
    """Return a table extracted from the panel, for example ``products``."""
    return pl.read_csv(FOLDER / f"panel_{name}.csv", infer_schema_length=None)


@cache
def digest() -> str:
    """Return a hash of all fact tables: a run is only the same on the same facts."""
    total = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.csv")):
        total.update(file.name.encode())
        total.update(file.read_bytes())
    return total.hexdigest()
