"""Day books: whole-number figures by day and place, the raw material of every KPI.

A figure is a column of an array `days x places`; departments add to it as things happen. Ratios
are never stored: KPIs form them once, from these figures (`backhaul.sim.management.kpis`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from backhaul.engine.errors import InvalidInput

__all__ = ["Book"]

Figures = npt.NDArray[np.int64]


class Book:
    """Figures by day for one kind of place (store, distribution centre, chain, role).

    Parameters
    ----------
    kind : str
        Name of the place column.
    places : sequence of str
        Names of the places.
    days : int
        Days of the run.
    columns : sequence of str
        The figures, unit in the name (``sales_cents, worked_s, units``).

    Examples
    --------
    >>> book = Book("store", ["a", "b"], 2, ["units"])
    >>> book.add("units", 0, 1, 5)
    >>> int(book["units"].sum())
    5
    """

    def __init__(self, kind: str, places: Sequence[str], days: int, columns: Sequence[str]) -> None:
        self.kind, self.places, self.days = kind, tuple(places), days
        self._figures: dict[str, Figures] = {
            column: np.zeros((days, len(self.places)), dtype=np.int64) for column in columns
        }

    def __getitem__(self, column: str) -> Figures:
        """Return the array of a figure, shape (days, places)."""
        try:
            return self._figures[column]
        except KeyError:
            allowed = ", ".join(self._figures)
            raise InvalidInput(f"book.{self.kind}", column, f"one of {allowed}") from None

    def add(self, column: str, day: int, place: int, amount: int) -> None:
        """Add to one figure."""
        self[column][day, place] += int(amount)

    def set(self, column: str, day: int, place: int, amount: int) -> None:
        """Set one figure (for levels such as cash or stock at the end of a day)."""
        self[column][day, place] = int(amount)

    def add_row(self, column: str, day: int, amounts: npt.ArrayLike) -> None:
        """Add to a figure for all places of a day."""
        self[column][day] += np.asarray(amounts).astype(np.int64)

    def set_row(self, column: str, day: int, amounts: npt.ArrayLike) -> None:
        """Set a figure for all places of a day."""
        self[column][day] = np.asarray(amounts).astype(np.int64)

    def frame(self, days: int | None = None) -> pl.DataFrame:
        """Return the book as a table: day, place and one column a figure."""
        upto = self.days if days is None else days
        places = len(self.places)
        return pl.DataFrame(
            {
                "day": np.repeat(np.arange(upto, dtype=np.int32), places),
                self.kind: list(self.places) * upto,
                **{name: array[:upto].ravel() for name, array in self._figures.items()},
            }
        )
