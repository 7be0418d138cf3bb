"""Conservation: units, cash, hours and vehicles are neither made nor lost.

Departments hand in pairs that must be equal; the audit keeps every difference that it finds.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from backhaul.engine.errors import InvariantBroken
from backhaul.sim.spine.table import ColumnLog

__all__ = ["Audit"]


class Audit:
    """The checks of a run, done daily or at the end.

    Parameters
    ----------
    now : callable
        Returns the second of the run.
    strict : bool
        Raise at the first difference instead of keeping it.

    Examples
    --------
    >>> audit = Audit(lambda: 0)
    >>> audit.equal("cash", 5, 5)
    >>> audit.equal("cash", 5, 6)
    >>> audit.checks, audit.clean
    (2, False)
    """

    SCHEMA = {  # noqa: RUF012
        "time_s": pl.Int64,
        "what": pl.String,
        "expected": pl.Int64,
        "found": pl.Int64,
    }

    def __init__(self, now: Callable[[], int], *, strict: bool = False) -> None:
        self._now, self._strict = now, strict
        self._failures = ColumnLog(self.SCHEMA)
        self.checks = 0

    def equal(self, what: str, expected: int, found: int) -> None:
        """Hold two whole numbers against each other.

        Raises
        ------
        InvariantBroken
            They differ, and the audit is strict.
        """
        self.checks += 1
        if expected != found:
            self._failures.append((self._now(), what, int(expected), int(found)))
            if self._strict:
                raise InvariantBroken(
                    f"second {self._now()}: {what}: expected {expected}, found {found}"
                )

    @property
    def clean(self) -> bool:
        """Whether no check failed."""
        return len(self._failures) == 0

    def failures(self) -> pl.DataFrame:
        """Return every difference found."""
        return self._failures.frame()
