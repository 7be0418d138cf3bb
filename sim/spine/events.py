"""What happened: append-only, ordered by (time, sequence)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from backhaul.sim.spine.table import ColumnLog

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EventLog"]


class EventLog:
    """The event log of a run.

    Columns: ``time_s, seq, department, kind, entity, quantity, amount_cents, detail``. `quantity` is in
    the kind's own unit (cases, units, metres, seconds: `detail` or the kind's name says which).

    Parameters
    ----------
    now : callable
        Returns the second of the run.

    Examples
    --------
    >>> log = EventLog(lambda: 60)
    >>> log.add("routes", "departed", "truck 1", quantity=12)
    0
    >>> log.frame()["time_s"].to_list()
    [60]
    """

    SCHEMA = {  # noqa: RUF012
        "time_s": pl.Int64,
        "seq": pl.Int64,
        "department": pl.String,
        "kind": pl.String,
        "entity": pl.String,
        "quantity": pl.Int64,
        "amount_cents": pl.Int64,
        "detail": pl.String,
    }

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._log = ColumnLog(self.SCHEMA)

    def __len__(self) -> int:
        return len(self._log)

    def add(
        self,
        department: str,
        kind: str,
        entity: str = "",
        *,
        quantity: int = 0,
        amount_cents: int = 0,
        detail: str = "",
    ) -> int:
        """Record that something happened now; return its sequence number."""
        seq = len(self._log)
        self._log.append(
            (self._now(), seq, department, kind, entity, int(quantity), int(amount_cents), detail)
        )
        return seq

    def frame(self) -> pl.DataFrame:
        """Return all events in order."""
        return self._log.frame()
