"""Backhaul: a retail operations engine and digital twin. The public API is re-exported here."""

import backhaul_native
from backhaul.engine import (
    BackhaulError,
    CheckReport,
    CorruptRun,
    Explanation,
    Infeasible,
    InvalidInput,
    SolveStats,
    Status,
    Stop,
    Stopped,
    Violation,
    loading,
    packing,
    replenishment,
    routing,
    slotting,
)

from backhaul.engine.replenishment import policy

__version__ = "0.1.0"

if backhaul_native.__version__ != __version__:
    raise ImportError(
        f"backhaul {__version__} needs backhaul-native {__version__}, found "
        f"{backhaul_native.__version__}: install both from the same source"
    )

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
    "__version__",
    "loading",
    "packing",
    "policy",
    "replenishment",
    "routing",
    "slotting",
]
