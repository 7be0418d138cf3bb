"""What was decided, by whom and why: every decision passes one gate, which logs it.

The gate applies the decision right of the decision's kind:

``automatic``
    The policy decides. Above the kind's exception limit a person looks at it (an exception).
``propose``
    The policy proposes, a person approves each one.
``person``
    A person decides each one, with the policy standing for what that person would do.

From the log comes the touchless rate: automatic decisions over all, by count and by value.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import polars as pl

from backhaul.engine.errors import InvalidInput
from backhaul.sim.spine.table import ColumnLog

__all__ = ["DecisionLog", "DecisionRight", "Gate", "Ruling"]

T = TypeVar("T")
Right = Literal["automatic", "propose", "person"]


@dataclass(frozen=True, slots=True)
class DecisionRight:
    """Who may decide a kind of decision.

    Parameters
    ----------
    right : {"automatic", "propose", "person"}
        See the module's text.
    exception_limit_cents : int or None
        With ``automatic``: a decision worth more than this is shown to a person. None: never.
    review_s : int
        Working time of a person for one review or decision.
    """

    right: Right = "automatic"
    exception_limit_cents: int | None = None
    review_s: int = 120


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate ruled: the actor, and the working time that a person spent."""

    actor: Literal["automatic", "exception", "person"]
    person_s: int


class DecisionLog:
    """The decision log: one row a decision, or a batch of like decisions with their count.

    Columns: ``time_s, seq, department, kind, entity, policy, count, options, chosen, value_cents, actor,
    person_s, inputs_hash``.
    """

    SCHEMA = {  # noqa: RUF012
        "time_s": pl.Int64,
        "seq": pl.Int64,
        "department": pl.String,
        "kind": pl.String,
        "entity": pl.String,
        "policy": pl.String,
        "count": pl.Int64,
        "options": pl.Int64,
        "chosen": pl.String,
        "value_cents": pl.Int64,
        "actor": pl.String,
        "person_s": pl.Int64,
        "inputs_hash": pl.Int64,
    }

    def __init__(self) -> None:
        self.rows = ColumnLog(self.SCHEMA)
        self.person_s = 0

    def frame(self) -> pl.DataFrame:
        """Return all decisions in order."""
        return self.rows.frame()

    def touchless(self) -> pl.DataFrame:
        """Return the touchless rate by department, by count and by value."""
        automatic = pl.col("actor") == "automatic"
        return (
            self.frame()
            .group_by("department", maintain_order=True)
            .agg(
                decisions=pl.col("count").sum(),
                automatic=pl.col("count").filter(automatic).sum(),
                value_cents=pl.col("value_cents").sum(),
                automatic_value_cents=pl.col("value_cents").filter(automatic).sum(),
                person_s=pl.col("person_s").sum(),
            )
            .sort("department")
        )


class Gate:
    """The one gate: looks up the policy and the right, decides, logs.

    Parameters
    ----------
    log : DecisionLog
        Where decisions are written.
    now : callable
        Returns the second of the run.
    rights : mapping of kind to DecisionRight
        Kinds that are missing are automatic.
    """

    def __init__(
        self, log: DecisionLog, now: Callable[[], int], rights: Mapping[str, DecisionRight]
    ) -> None:
        self._log, self._now, self._rights = log, now, dict(rights)
        self._policies: dict[str, tuple[str, str, Callable[..., Any]]] = {}
        self._queue: list[tuple[int, int]] = []

    def register(self, department: str, kind: str, name: str, policy: Callable[..., Any]) -> None:
        """Say which policy decides a kind of decision."""
        self._policies[kind] = (department, name, policy)

    def policy_name(self, kind: str) -> str:
        """Return the name of the policy that decides a kind."""
        return self._policies[kind][1]

    def decide(
        self,
        kind: str,
        *args: Any,
        entity: str = "",
        value_cents: int | Callable[[Any], int] = 0,
        count: int | Callable[[Any], int] = 1,
        options: int = 2,
        describe: Callable[[Any], str] | None = None,
        **inputs: Any,
    ) -> Any:
        """Let the policy of this kind decide, and log it.

        Parameters
        ----------
        kind : str
            A registered kind of decision.
        *args, **inputs
            Given to the policy.
        entity : str
            Whom or what it concerns.
        value_cents, count : int, or a function of the choice
            Value at stake, and the number of like decisions in this batch.
        options : int
            How many options there were.
        describe : callable, optional
            Words for the log; the choice's own text otherwise.

        Raises
        ------
        InvalidInput
            No policy is registered for this kind.
        """
        if kind not in self._policies:
            raise InvalidInput("decision.kind", kind, f"one of {', '.join(sorted(self._policies))}")
        department, name, policy = self._policies[kind]
        choice = policy(*args, **inputs)
        value = value_cents(choice) if callable(value_cents) else value_cents
        number = count(choice) if callable(count) else count
        self.record(
            department, kind, name, entity=entity, value_cents=value, count=number,
            options=options, chosen=describe(choice) if describe else str(choice)[:80],
            inputs_hash=_fingerprint(args, inputs),
        )  # fmt: skip
        return choice

    def record(
        self,
        department: str,
        kind: str,
        policy: str,
        *,
        entity: str = "",
        value_cents: int = 0,
        count: int = 1,
        options: int = 2,
        chosen: str = "",
        inputs_hash: int = 0,
        exceptions: int = 0,
        exceptions_value_cents: int = 0,
    ) -> Ruling:
        """Apply the decision right and log a decision that was made in a batch or elsewhere.

        `exceptions` of the batch (with their value) are shown to a person although the right is
        automatic: they become a row of their own.
        """
        right = self._rights.get(kind, DecisionRight())
        count, value_cents = int(count), int(value_cents)
        if right.right == "person":
            ruling = Ruling("person", right.review_s * count)
        elif right.right == "propose":
            ruling = Ruling("exception", right.review_s * count)
        elif (
            right.exception_limit_cents is not None
            and count == 1
            and abs(value_cents) > right.exception_limit_cents
        ):
            ruling = Ruling("exception", right.review_s)
        else:
            ruling = Ruling("automatic", 0)
            if exceptions:
                self._write(
                    department, kind, entity, policy, exceptions, options, chosen,
                    int(exceptions_value_cents), Ruling("exception", right.review_s * exceptions),
                    inputs_hash,
                )  # fmt: skip
                count -= exceptions
                value_cents -= int(exceptions_value_cents)
        if count > 0:
            self._write(
                department, kind, entity, policy, count, options, chosen, value_cents, ruling,
                inputs_hash,
            )  # fmt: skip
        return ruling

    def _write(
        self,
        department: str,
        kind: str,
        entity: str,
        policy: str,
        count: int,
        options: int,
        chosen: str,
        value_cents: int,
        ruling: Ruling,
        inputs_hash: int,
    ) -> None:
        rows = self._log.rows
        self._log.person_s += ruling.person_s
        rows.append(
            (self._now(), len(rows), department, kind, entity, policy, count, options, chosen,
             value_cents, ruling.actor, ruling.person_s, inputs_hash)
        )  # fmt: skip


def _fingerprint(args: tuple[Any, ...], inputs: Mapping[str, Any]) -> int:
    """Hash what a decision was based on; large objects count by their type only."""
    parts = [repr(v) if isinstance(v, int | str | float | bool) else type(v).__name__
             for v in (*args, *(inputs[k] for k in sorted(inputs)))]  # fmt: skip
    return zlib.crc32("|".join(parts).encode())
