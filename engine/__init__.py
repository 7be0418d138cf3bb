"""Typed Python API of the compiled kernels: problems in, checked solutions out."""

from backhaul.engine import loading, packing, replenishment, routing, slotting, space
from backhaul.engine.errors import (
    BackhaulError,
    CorruptRun,
    Infeasible,
    InvalidInput,
    Stopped,
)
from backhaul.engine.solution import CheckReport, Explanation, SolveStats, Status, Violation
from backhaul.engine.stop import Stop

__all__ = [
    "BackhaulError",
    "CheckReport",
    "CorruptRun",
    "Explanation",
    "Infeasible",
    "InvalidInput",
    "SolveStats",
    "Status",
    "Stop",
    "Stopped",
    "Violation",
    "loading",
    "packing",
    "replenishment",
    "routing",
    "slotting",
    "space",
]
