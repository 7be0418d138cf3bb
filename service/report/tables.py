"""The tables of the page, as HTML: KPIs, statement, goals, assumptions, audit."""

from __future__ import annotations

import math
from fractions import Fraction

import polars as pl

from backhaul.service.report.bridge import Statement
from backhaul.service.report.experiment import Experiment
from backhaul.service.report.wording import NONE, change, dollars, escape, exact, plural, spread
from backhaul.sim.management.kpis import KPIS

__all__ = ["audit_table", "goal_table", "kpi_table", "statement_table"]

_UNITS = {"share": "%", "usd": "USD", "count": ""}
_DOTS = {
    "better": "▲ better", "worse": "▼ worse", "different": "◆ different",
    "no difference": "no difference",
}  # fmt: skip


def table(heads: list[str], rows: list[str], kind: str) -> str:
    """Return a table; heads that begin with ``>`` are over numbers."""
    cells = "".join(
        f'<th scope="col" class="n">{escape(head[1:])}</th>'
        if head.startswith(">")
        else f'<th scope="col">{escape(head)}</th>'
        for head in heads
    )
    body = "".join(rows)
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _head(title: str, columns: int) -> str:
    return f'<tr class="group"><th colspan="{columns}" scope="rowgroup">{escape(title)}</th></tr>'


def _label(label: str, formula: str) -> str:
    return (
        f'<th scope="row"><span class="tip" tabindex="0">{escape(label)}'
        f'<span class="formula">{escape(formula)}</span></span></th>'
    )


def _bare(value: float, unit: str, like: float) -> str:
    """Return a value without its unit: the unit has a column of its own."""
    tail = exact(0.0, unit, like=like).partition(" ")[2]
    return exact(value, unit, like=like).removesuffix(f" {tail}") if tail else exact(value, unit)


def kpi_table(experiment: Experiment) -> str:
    """Return every KPI; of two strategies with difference, interval and verdict."""
    return _single(experiment) if experiment.comparison is None else _both(experiment)


def _both(experiment: Experiment) -> str:
    assert experiment.comparison is not None
    a, b = experiment.labels
    percent = f"{experiment.confidence * 100:g} %"
    heads = ["KPI", "", f">{a}", f">{b}", ">Difference", f">{percent} interval", "", "Verdict"]
    rows, last = [], ""
    order = {kpi.name: row for row, kpi in enumerate(KPIS)}
    found = sorted(
        experiment.comparison.iter_rows(named=True),
        key=lambda r: (_first(experiment, r["department"], order), order.get(r["kpi"], 999)),
    )
    for row in found:
        if row["department"] != last:
            last = row["department"]
            rows.append(_head(last, len(heads)))
        unit = str(row["unit"])
        mean_a, mean_b, gap = (float(row[key]) for key in ("a_mean", "b_mean", "difference"))
        low, high = (math.nan if row[key] is None else float(row[key]) for key in ("low", "high"))
        if experiment.replications < 2:
            low = high = math.nan  # one pair says nothing about the spread
        size = max(abs(mean_a), abs(mean_b))
        reach = max(abs(v) for v in (gap, low, high) if math.isfinite(v))
        # two figures more than the means themselves: finer differences are noise of the arithmetic
        reach = max(reach, size / 100)
        verdict = str(row["verdict"])
        same = gap == low == high == 0
        shown = "0" if same else change(gap, unit, like=reach, units=unit == "share")
        interval = "0 to 0" if same else spread(low, high, unit, like=reach)
        rows.append(
            f'<tr data-kpi="{escape(row["kpi"])}">{_label(row["label"], row["formula"])}'
            f'<td class="unit">{escape(_unit(unit))}</td>'
            f'<td class="n">{_bare(mean_a, unit, size)}</td>'
            f'<td class="n">{_bare(mean_b, unit, size)}</td>'
            f'<td class="n">{shown}</td>'
            f'<td class="n">{interval}</td>'
            f'<td class="forest">{_forest(gap, low, high, verdict)}</td>'
            f'<td class="verdict {verdict.replace(" ", "-")}">{_DOTS.get(verdict, escape(verdict))}'
            "</td></tr>"
        )
    return table(heads, rows, "kpis")


def _first(experiment: Experiment, department: str, order: dict[str, int]) -> int:
    """Return where a department's first KPI stands: departments keep that order."""
    assert experiment.comparison is not None
    own = experiment.comparison.filter(pl.col("department") == department)["kpi"]
    return min(order.get(str(kpi), 999) for kpi in own)


def _unit(unit: str) -> str:
    return _UNITS.get(unit, unit)


def _forest(gap: float, low: float, high: float, verdict: str) -> str:
    """Return the interval as a small drawing: the upright line is no difference."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    reach = max(abs(low), abs(high), abs(gap))
    if reach == 0:
        return ""
    x0, x1, x = (45 + 40 * value / reach for value in (low, high, gap))
    kind = verdict.replace(" ", "-")
    return (
        f'<svg viewBox="0 0 90 14" width="90" height="14" class="{kind}" aria-hidden="true">'
        f'<line x1="45" x2="45" y1="0" y2="14" class="zero"/>'
        f'<line x1="{x0:.1f}" x2="{x1:.1f}" y1="7" y2="7" class="reach"/>'
        f'<circle cx="{x:.1f}" cy="7" r="3"/></svg>'
    )


def _single(experiment: Experiment) -> str:
    heads = ["KPI", "", ">Mean", ">Lowest", ">Highest"]
    if experiment.replications < 2:
        heads = [*heads[:2], ">Value"]
    rows: list[str] = []
    departments = list(dict.fromkeys(kpi.department for kpi in KPIS))
    own = experiment.kpis.filter(pl.col("strategy") == experiment.strategies[0])
    for department in departments:
        rows.append(_head(department, len(heads)))
        for kpi in (kpi for kpi in KPIS if kpi.department == department):
            values = [float(v) for v in own.filter(pl.col("kpi") == kpi.name)["value"]]
            if not values:
                continue
            ends = [sum(values) / len(values), min(values), max(values)]
            size = max(abs(value) for value in ends)
            cells = "".join(
                f'<td class="n">{_bare(value, kpi.unit, size)}</td>'
                for value in ends[: len(heads) - 2]
            )
            rows.append(
                f'<tr data-kpi="{kpi.name}">{_label(kpi.label, kpi.formula)}'
                f'<td class="unit">{escape(_unit(kpi.unit))}</td>{cells}</tr>'
            )
    return table(heads, rows, "kpis own")


def statement_table(experiment: Experiment, found: list[Statement]) -> str:
    """Return the profit and loss account of each strategy, and the difference."""
    both = len(found) == 2
    heads = [
        "USD",
        *(f">{label}" for label in experiment.labels),
        *([">Difference"] if both else []),
    ]
    rows = []

    def row(label: str, values: list[Fraction], kind: str = "") -> None:
        if any(values):
            cells = "".join(f'<td class="n">{dollars(value)}</td>' for value in values)
            if both:
                cells += f'<td class="n">{dollars(values[1] - values[0], plus=True)}</td>'
            rows.append(f'<tr class="{kind}"><th scope="row">{escape(label)}</th>{cells}</tr>')

    for label in found[0].lines:
        row(label, [one.lines[label] for one in found])
    row("EBIT", [one.ebit for one in found], "total")
    for label in found[0].below:
        row(label, [one.below[label] for one in found])
    row("Net profit", [one.net for one in found], "total")
    return table(heads, rows, "statement")


def goal_table(experiment: Experiment) -> str:
    """Return each goal with the mean it reached, and in how many replications it was met."""
    kpis = {kpi.name: kpi for kpi in KPIS}
    each = [experiment.stacked(side, "goals") for side in range(len(experiment.labels))]
    names = list(dict.fromkeys(str(name) for goals in each for name in goals["kpi"]))
    if not names:
        return "<p>The scenario sets no goals.</p>"
    heads = ["KPI", ">Goal"]
    for label in experiment.labels:
        heads += [f">{label}", ""]
    rows = []
    for name in names:
        kpi = kpis.get(name)
        unit = kpi.unit if kpi else ""
        cells, goal = "", NONE
        for goals in each:
            own = goals.filter(pl.col("kpi") == name)
            if own.is_empty():
                cells += f'<td class="n">{NONE}</td><td></td>'
                continue
            goal = _goal(own["low"][0], own["high"][0], unit)
            met, of = int(own["met"].sum()), len(own)
            said = "met" if met == of else "missed" if not met else f"met in {met} of {of}"
            kind = "better" if met == of else "worse" if not met else "different"
            mark = {"better": "✓", "worse": "✗"}.get(kind, "◆")
            mean = sum(float(value) for value in own["value"]) / of
            cells += f'<td class="n">{exact(mean, unit)}</td><td class="verdict {kind}">{mark} {said}</td>'
        label = _label(kpi.label, kpi.formula) if kpi else f'<th scope="row">{escape(name)}</th>'
        rows.append(f'<tr>{label}<td class="n">{goal}</td>{cells}</tr>')
    return table(heads, rows, "goals")


def _goal(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and high is not None:
        return f"{exact(low, unit)} to {exact(high, unit)}"
    if low is not None:
        return f"at least {exact(low, unit)}"
    return f"at most {exact(high, unit)}" if high is not None else NONE


def audit_table(experiment: Experiment) -> str:
    """Return what the audit held against each other, and all that did not agree."""
    rows, failures = [], []
    for side, label in enumerate(experiment.labels):
        for run in experiment.runs[side]:
            facts = run.facts
            checks, clean = int(facts["audit_checks"]), bool(facts["audit_clean"])
            said, kind = ("clean", "better") if clean else ("failed", "worse")
            rows.append(
                f'<tr><th scope="row">{escape(label)}, replication {run.replication}</th>'
                f'<td class="n">{int(facts["days_complete"]):,} of {int(facts["days"]):,}</td>'
                f'<td class="n">{checks:,}</td>'
                f'<td class="verdict {kind}">{"✓" if clean else "✗"} {said}</td></tr>'
            )
            found = run.table("audit")
            failures += [
                f"<li>{escape(label)}, replication {run.replication}: "
                f"{escape(', '.join(f'{k} {v}' for k, v in row.items()))}</li>"
                for row in found.head(50).iter_rows(named=True)
            ]
    heads = ["Run", ">Days complete", ">Checks", "Audit"]
    listed = f'<ul class="failures">{"".join(failures)}</ul>' if failures else ""
    runs = plural(len(rows), "run")
    checked = (
        f'<p class="note">On each day of {runs}, debits are held against credits, sub-ledgers against the '
        "ledger, and goods, units and vehicles against what came in and went out.</p>"
    )
    return checked + table(heads, rows, "audit") + listed
