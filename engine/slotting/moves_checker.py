"""Independent checker of plans of moves: carries them out one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from backhaul.engine.slotting.checker import check_placement
from backhaul.engine.solution import CheckReport, Violation

if TYPE_CHECKING:
    from backhaul.engine.slotting.moves import MovePlan

__all__ = ["check_moves"]


def check_moves(plan: MovePlan, labour_seconds: float | None = None) -> CheckReport:
    """Verify that the moves can be carried out in order, and where everything stands then.

    Returns
    -------
    CheckReport
        Codes: ``source`` (the product is not there), ``target`` (somebody is), ``end`` (the
        products end up elsewhere), ``labour``, ``order`` (a group saves more a move than one before
        it, where savings add up), and those of `check_placement`.
    """
    found: list[Violation] = []
    at = [int(s) for s in plan.before]
    holder = {s: i for i, s in enumerate(at) if s >= 0}
    for m in plan.moves:
        if at[m.product] != m.source:
            found.append(Violation("source", f"{m.product} stands in {at[m.product]}: {m}"))
        if m.target >= 0 and m.target in holder:
            found.append(Violation("target", f"{holder[m.target]} stands in the way: {m}"))
        holder.pop(at[m.product], None)
        at[m.product] = m.target
        if m.target >= 0:
            holder[m.target] = m.product
    if at != [int(s) for s in plan.slot]:
        found.append(Violation("end", "the products do not end up where the plan says"))
    spent = sum(m.seconds for m in plan.moves)
    if abs(spent - plan.seconds) > 1e-6 or (labour_seconds is not None and spent > labour_seconds):
        found.append(Violation("labour", f"{spent} s, claimed {plan.seconds} s"))
    if plan.problem.orders is None and plan.problem.affinity is None:
        size = [sum(m.group == g for m in plan.moves) for g in range(len(plan.saving))]
        rate = [float(s) / k for s, k in zip(plan.saving, size, strict=True)]
        if any(b > a + 1e-3 for a, b in pairwise(rate)):
            found.append(Violation("order", "a later group saves more a move"))
    ends = check_placement(plan.problem, at)
    start = check_placement(plan.problem, [int(s) for s in plan.before])
    known = {(v.code, v.text) for v in start.violations}
    found += [v for v in ends.violations if (v.code, v.text) not in known]
    if {"cost"} <= set(ends.figures) & set(start.figures) and all(s >= 0 for s in plan.before):
        saved = float(start.figures["cost"]) - float(ends.figures["cost"])
        if abs(saved - plan.metres_per_day) > 1e-6 * max(1.0, abs(saved)):
            found.append(Violation("saving", f"claimed {plan.metres_per_day}, found {saved}"))
    return CheckReport(tuple(found), {"moves": len(plan.moves), "seconds": spent})
