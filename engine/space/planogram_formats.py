"""Readers of shelf space files, and the planogram JSON format (``docs/space.md``)."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from backhaul.engine.errors import InvalidInput
from backhaul.engine.space.planogram import Neighbours, PlanogramProblem, Shelf, ShelfProduct

__all__ = [
    "PLANOGRAM_FORMAT",
    "planogram_from_dict",
    "planogram_to_dict",
    "read_planogram",
    "read_shelf_space",
]

#: Name and version of the JSON format.
PLANOGRAM_FORMAT = "backhaul-planogram-1"

_TOP = ("period_d", "empty_cents_per_mm", "whole_units")
Row = TypeVar("Row", Shelf, ShelfProduct, Neighbours)


def _object(path: str, data: object, allowed: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise InvalidInput(path, data, f"an object with the keys {', '.join(allowed)}")
    for key in data:
        if key not in allowed:
            raise InvalidInput(f"{path}.{key}", "an unknown key", ", ".join(allowed))
    return dict(data)


def _rows(path: str, data: object, kind: type[Row]) -> list[Row]:
    if not isinstance(data, list):
        raise InvalidInput(path, data, "a list")
    names = tuple(f.name for f in fields(kind))
    found = []
    for i, raw in enumerate(data):
        row = _object(f"{path}[{i}]", raw, names)
        try:
            found.append(kind(**row))
        except TypeError as error:
            missing = str(error).rsplit(":", 1)[-1].strip()
            raise InvalidInput(f"{path}[{i}]", f"no {missing}", "all that is required") from None
    return found


def planogram_from_dict(data: object) -> PlanogramProblem:
    """Build a problem from plain data of the JSON format.

    Raises
    ------
    InvalidInput
        A missing or unknown key, or a value that is not allowed, with its path.
    """
    top = _object("$", data, ("format", "shelves", "products", "neighbours", *_TOP))
    if top.get("format", PLANOGRAM_FORMAT) != PLANOGRAM_FORMAT:
        raise InvalidInput("$.format", top["format"], PLANOGRAM_FORMAT)
    return PlanogramProblem(
        _rows("shelves", top.get("shelves", []), Shelf),
        _rows("products", top.get("products", []), ShelfProduct),
        _rows("neighbours", top.get("neighbours", []), Neighbours),
        **{key: top[key] for key in _TOP if key in top},
    )


def planogram_to_dict(problem: PlanogramProblem) -> dict[str, Any]:
    """Return a problem as plain data of the JSON format."""
    return {
        "format": PLANOGRAM_FORMAT,
        **{key: getattr(problem, key) for key in _TOP},
        "shelves": [asdict(s) for s in problem.shelves],
        "products": [asdict(p) for p in problem.products],
        "neighbours": [asdict(n) for n in problem.neighbours],
    }


def read_planogram(path: Path | str) -> PlanogramProblem:
    """Read a problem: ``*_products.csv`` with its ``*_shelves.csv``, everything else as JSON.

    Raises
    ------
    InvalidInput
        The file cannot be read, or holds a value that is not allowed.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        stem = path.name.removesuffix("products.csv").removesuffix("shelves.csv")
        return read_shelf_space(
            path.with_name(f"{stem}products.csv"), path.with_name(f"{stem}shelves.csv")
        )
    try:
        data = json.loads(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a text file"
        raise InvalidInput("FILE", str(why), "a readable text file", file=str(path)) from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput("FILE", str(error), "valid JSON", file=str(path)) from None
    try:
        return planogram_from_dict(data)
    except InvalidInput as error:
        raise type(error)(error.path, error.value, error.allowed, file=str(path)) from None


def _table(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput("FILE", str(error)[:80], "a readable CSV", file=str(path)) from None


def read_shelf_space(
    products: Path | str, shelves: Path | str, *, blocks: bool = True
) -> PlanogramProblem:
    """Read an instance of the shelf space allocation model (Oliveira and Tollander de Balsch 2019).

    The cost is that model's objective: 0.5 for a millimetre of empty shelf, 10 times the unit
    margin for a unit short in a month, 0.1 times the height criterion for a facing and level
    (the lowest level counts 1). Units are counted in fractions of the depth and not stacked,
    demand does not grow with facings, and measures are rounded up to whole millimetres.

    Parameters
    ----------
    products, shelves : path
        The two tables.
    blocks : bool
        Keep the blocks together; else every product stands where it likes.

    Raises
    ------
    InvalidInput
        A table that cannot be read, a missing column, or a value that is no number.
    """
    goods, boards = Path(products), Path(shelves)

    def number(file: Path, i: int, row: dict[str, str], key: str) -> float:
        try:
            value = float(row[key])
        except (KeyError, TypeError, ValueError):
            given = row.get(key) if key in row else "no such column"
            path = f"row {i + 2}.{key}"
            raise InvalidInput(path, given or "nothing", "a number", file=str(file)) from None
        if not math.isfinite(value):
            raise InvalidInput(f"row {i + 2}.{key}", value, "a finite number", file=str(file))
        return value

    racks = []
    for i, row in enumerate(_table(boards)):
        wide, high, deep, heavy = (
            number(boards, i, row, key)
            for key in ("total_width", "total_height", "total_length", "product_max_unit_weight")
        )
        racks.append(
            Shelf(int(wide), int(high), int(deep), row.get("module", ""), math.floor(heavy * 1000))
        )
    listed = []
    for i, row in enumerate(_table(goods)):
        keys = ("width", "height", "depth", "weight", "monthly_demand", "replenishment_interval")
        wide, high, deep, heavy, demand, interval = (number(goods, i, row, k) for k in keys)
        more = ("unit_margin", "min_facing", "max_facing", "up_down_order_criteria")
        margin, least, most, level = (number(goods, i, row, k) for k in more)
        listed.append(
            ShelfProduct(
                name=row.get("product_id", str(i)),
                width_mm=math.ceil(wide),
                height_mm=math.ceil(high),
                depth_mm=math.ceil(deep),
                weight_g=math.ceil(heavy * 1000),
                block=row.get("blocking_field", "") if blocks else "",
                demand_per_day=demand / 30,
                shortage_cents=10 * max(0.0, margin),
                interval_d=interval,
                elasticity=0.0,
                least=int(least),
                most=max(1, int(most)),
                level_cents=0.1 * level,
                order=float(i),
            )
        )
    return PlanogramProblem(racks, listed, empty_cents_per_mm=0.5, whole_units=False)
