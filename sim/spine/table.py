"""Append-only columns that are flushed to Parquet when they grow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

__all__ = ["ColumnLog"]


class ColumnLog:
    """Rows appended one by one or in blocks; kept in memory as frames, written once.

    Parameters
    ----------
    schema : mapping of str to polars data type
        Columns in order.
    block : int
        Rows gathered before they become a frame.
    """

    def __init__(self, schema: Mapping[str, Any], *, block: int = 100_000) -> None:
        self.schema = dict(schema)
        self._block = block
        self._rows: list[tuple[Any, ...]] = []
        self._frames: list[pl.DataFrame] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, row: tuple[Any, ...]) -> None:
        """Add one row, its values in the order of the schema."""
        self._rows.append(row)
        self._count += 1
        if len(self._rows) >= self._block:
            self._flush()

    def extend(self, columns: Mapping[str, Any]) -> None:
        """Add a block of rows given as columns (arrays or lists of one length)."""
        self._flush()
        frame = pl.DataFrame(dict(columns), schema_overrides=self.schema).select(list(self.schema))
        self._frames.append(frame)
        self._count += len(frame)

    def _flush(self) -> None:
        if self._rows:
            self._frames.append(pl.DataFrame(self._rows, schema=self.schema, orient="row"))
            self._rows = []

    def frame(self) -> pl.DataFrame:
        """Return all rows so far."""
        self._flush()
        if not self._frames:
            return pl.DataFrame(schema=self.schema)
        if len(self._frames) > 1:
            self._frames = [pl.concat(self._frames)]
        return self._frames[0]

    def write(self, path: Path) -> None:
        """Write all rows as one Parquet file."""
        self.frame().write_parquet(path)
