"""A table of products beside the scenario file: what it states goes before facts and rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from backhaul.engine.errors import InvalidInput
from backhaul.sim.world.arrays import Floats, Ints

__all__ = ["COLUMNS", "NOTHING", "ProductTable", "read_table"]

#: Column -> smallest value. Money in cents, length in millimetres, weight in grams.
COLUMNS = {
    "price_cents": 1,
    "cost_cents": 1,
    "case_pack": 1,
    "width_mm": 1,
    "depth_mm": 1,
    "height_mm": 1,
    "weight_g": 1,
    "shelf_life_d": 0,
    "min_order_cases": 1,
}


class ProductTable:
    """Stated values by product.

    Parameters
    ----------
    values : mapping of str to mapping of int to int
        Column -> product -> value.
    suppliers : mapping of int to str
        Product -> group of suppliers or one supplier.
    """

    def __init__(
        self, values: Mapping[str, Mapping[int, int]], suppliers: Mapping[int, str]
    ) -> None:
        self.values, self.suppliers = values, suppliers

    def to_dict(self) -> dict[str, dict[str, int | str]]:
        """Return plain data, with products as text."""
        columns: dict[str, Mapping[int, int | str]] = {**self.values, "supplier": self.suppliers}
        return {name: {str(k): v for k, v in column.items()} for name, column in columns.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Mapping[str, Any]]) -> ProductTable:
        """Take back what `to_dict` gave."""
        columns = {name: {int(k): v for k, v in rows.items()} for name, rows in data.items()}
        suppliers = columns.pop("supplier", {})
        return cls(columns, suppliers)

    def over(self, column: str, ids: Ints, otherwise: Ints | Floats) -> Floats:
        """Return a column: as stated, otherwise as given."""
        stated = self.values.get(column, {})
        pairs = zip(ids.tolist(), otherwise.tolist(), strict=True)
        return np.array([stated.get(product, value) for product, value in pairs], dtype=np.float64)


#: No table.
NOTHING = ProductTable({}, {})


def read_table(path: Path, products: set[int], suppliers: set[str]) -> ProductTable:
    """Read a CSV or Parquet table with ``product_id`` and any of `COLUMNS` and ``supplier``.

    Parameters
    ----------
    path : Path
        The file.
    products : set of int
        Numbers that products may have.
    suppliers : set of str
        Names that suppliers may have.

    Raises
    ------
    InvalidInput
        Unreadable, an unknown column or product, a product twice, a value that is not allowed.
    """
    file = path.name
    try:
        table = (
            pl.read_parquet(path)
            if path.suffix == ".parquet"
            else pl.read_csv(path, infer_schema_length=None)
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        allowed = f"a readable CSV or Parquet table ({reason})"
        raise InvalidInput("catalogue.table", str(path), allowed) from None
    known = ["product_id", *COLUMNS, "supplier"]
    for column in table.columns:
        if column not in known:
            raise InvalidInput(column, column, f"columns {', '.join(known)}", file=file)
    if "product_id" not in table.columns:
        raise InvalidInput("product_id", "", "a column with the number of the product", file=file)
    seen: set[int] = set()
    values: dict[str, dict[int, int]] = {name: {} for name in COLUMNS if name in table.columns}
    stated: dict[int, str] = {}
    for number, row in enumerate(table.iter_rows(named=True)):
        product = row["product_id"]
        if product not in products or product in seen:
            allowed = "the number of a product of the panel, once"
            raise InvalidInput(f"product_id[{number}]", product, allowed, file=file)
        seen.add(product)
        for column, into in values.items():
            value, least = row[column], COLUMNS[column]
            if value is None:
                continue
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            if not whole or not math.isfinite(value) or value < least:
                allowed = f"a whole number of at least {least}, or nothing"
                raise InvalidInput(f"{column}[{number}]", value, allowed, file=file)
            into[product] = int(value)
        supplier = row.get("supplier")
        if "supplier" in table.columns and supplier not in suppliers:
            allowed = "a supplier, so that the product has one: " + ", ".join(sorted(suppliers)[:8])
            raise InvalidInput(f"supplier[{number}]", supplier or "", allowed, file=file)
        if supplier is not None:
            stated[product] = supplier
    return ProductTable(values, stated)
