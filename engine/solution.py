"""What every solve returns: an answer that knows its cost and bound, and can be checked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["CheckReport", "Explanation", "SolutionBase", "SolveStats", "Status", "Violation"]


class Status(StrEnum):
    """What is known about an answer."""

    OPTIMAL = "optimal"
    """Proven best."""
    FEASIBLE = "feasible"
    """Satisfies every constraint."""
    INFEASIBLE = "infeasible"
    """Best found, but breaks or leaves out something; `check()` and `explain()` say what."""


@dataclass(frozen=True, slots=True)
class SolveStats:
    """What a solve cost.

    Parameters
    ----------
    seconds : float
        Wall-clock time.
    iterations : int
        Work done, in the kernel's documented unit.
    stop_reason : str
        ``converged``, ``deadline``, ``iterations``, ``target`` or ``interrupted``.
    seed, threads : int
        As given.
    extra : mapping
        Figures of the kernel's own (documented there).
    """

    seconds: float
    iterations: int
    stop_reason: str
    seed: int = 0
    threads: int = 1
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which the statistics can be rebuilt; the kernel's own figures stay out.

        Examples
        --------
        >>> SolveStats(0.5, 100, "deadline", seed=7).to_dict()["seed"]
        7
        """
        return {
            "seconds": self.seconds,
            "iterations": self.iterations,
            "stop_reason": self.stop_reason,
            "seed": self.seed,
            "threads": self.threads,
        }


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its code, a sentence with the numbers, and what it concerns."""

    code: str
    text: str
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What an independent checker found.

    Parameters
    ----------
    violations : tuple of Violation
        Empty when every rule holds and the claimed cost is right.
    figures : mapping
        Quantities that the checker recomputed itself.
    """

    violations: tuple[Violation, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is violated."""
        return not self.violations

    def codes(self) -> list[str]:
        """Return the codes of the violations, sorted, each once."""
        return sorted({violation.code for violation in self.violations})

    def __str__(self) -> str:
        if self.ok:
            return "OK"
        return "\n".join(f"{v.code}: {v.text}" for v in self.violations)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What binds, and why something was left out, in words (`lines`) and numbers (`facts`)."""

    lines: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join(self.lines)


class SolutionBase(ABC):
    """The common face of every solution.

    A kernel's own class is a frozen dataclass with at least these fields, and more.
    """

    cost: float
    """In the unit that the problem states; whole where the problem is whole."""
    bound: float | None
    """No answer costs less than this, where a bound is known."""
    status: Status
    stats: SolveStats

    @property
    def gap(self) -> float | None:
        """Relative distance of the cost from the bound, where one is known."""
        if self.bound is None:
            return None
        return (self.cost - self.bound) / max(abs(self.bound), 1e-12)

    @abstractmethod
    def check(self) -> CheckReport:
        """Verify the answer with separate code, never with the solver's own bookkeeping."""

    @abstractmethod
    def explain(self) -> Explanation:
        """Say in words and numbers what binds and why something was left out."""

    @abstractmethod
    def plot(self) -> go.Figure:
        """Draw the answer as a plotly figure."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return plain data (JSON-ready) from which `from_dict` rebuilds the solution."""

    def summary(self) -> dict[str, Any]:
        """Return what the command line prints as one JSON object."""
        return {
            "cost": self.cost,
            "status": self.status.value,
            "bound": self.bound,
            "seconds": round(self.stats.seconds, 4),
            "iterations": self.stats.iterations,
            "stop_reason": self.stats.stop_reason,
            "seed": self.stats.seed,
            "threads": self.stats.threads,
        }
