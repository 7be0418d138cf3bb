"""Independent checker of loading answers: shares no code with the solver.

The rules of a load are those of `backhaul.engine.packing.checker`; here are the claims of a load
plan on top of them, and dock schedules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backhaul.engine.packing.checker import check_layout
from backhaul.engine.packing.problem import PackedBin, Placement
from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.loading.problem import LoadingProblem

__all__ = ["check_plan"]


def check_plan(
    problem: LoadingProblem,
    placements: Sequence[Placement],
    cost: float | None = None,
    must_load: bool = False,
) -> CheckReport:
    """Check a load against every rule, its claimed cost, and that nothing is missing.

    Parameters
    ----------
    problem : LoadingProblem
    placements : sequence of Placement
    cost : float, optional
        The worth that the plan claims to leave out.
    must_load : bool
        Whether a missing copy is a violation (`missing_item`).
    """
    report = check_layout(problem.as_packing(), [PackedBin(0, tuple(placements))], cost)
    violations = list(report.violations)
    if must_load:
        loaded = [0] * len(problem.items)
        for placement in placements:
            loaded[placement.item] += 1
        for item, count in zip(problem.items, loaded, strict=True):
            if count < item.copies:
                text = f"{item.id}: {count} of {item.copies} loaded"
                violations.append(Violation("missing_item", text, {"item": item.id}))
    return CheckReport(tuple(violations), report.figures)
