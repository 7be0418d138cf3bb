"""The page: headline, figures, tables, in the order in which a manager asks."""

from __future__ import annotations

import json
from pathlib import Path

from backhaul.service.report.assumptions import assumption_table
from backhaul.service.report.bridge import bridge_chart, bridge_of, statements
from backhaul.service.report.experiment import Experiment, read_experiment
from backhaul.service.report.geography import routes_of_a_day
from backhaul.service.report.headline import Headline, headline, key_figures
from backhaul.service.report.style import Chart, tone
from backhaul.service.report.tables import audit_table, goal_table, kpi_table, statement_table
from backhaul.service.report.touchless import touchless
from backhaul.service.report.trends import cash_and_stock, labour, service
from backhaul.service.report.wording import escape, plural

__all__ = ["render", "write_report"]

ASSETS = Path(__file__).resolve().parents[1] / "assets"


def write_report(folder: Path) -> Path:
    """Write `report.html` into an experiment folder.

    Parameters
    ----------
    folder : Path
        An experiment folder, complete or interrupted.

    Returns
    -------
    Path
        The page. It is written under a temporary name first.

    Raises
    ------
    CorruptRun
        A file of the folder is missing or cannot be read; the message names it.
    """
    page = render(read_experiment(folder))
    temporary = folder / ".report.html.part"
    temporary.write_text(page, encoding="utf-8")
    return temporary.rename(folder / "report.html")


def render(experiment: Experiment) -> str:
    """Return the page of an experiment.

    Parameters
    ----------
    experiment : Experiment
        As read from its folder.
    """
    from plotly.offline import get_plotlyjs  # heavy: only a report needs it

    said = headline(experiment)
    found = statements(experiment)
    bridge = bridge_chart(experiment, bridge_of(experiment, found))
    groups = {
        "money": cash_and_stock(experiment),
        "service": service(experiment),
        "map": routes_of_a_day(experiment),
        "labour": labour(experiment),
        "touchless": touchless(experiment),
    }
    both = len(experiment.strategies) == 2
    a, b = experiment.labels[0], experiment.labels[-1]
    moved = any(cents for _, cents in bridge_of(experiment, found).steps)
    sections = [
        _section("kpis", "All KPIs", _kpi_note(experiment), kpi_table(experiment)),
        _section(
            "bridge",
            f"From {a} to {b}: what changes EBIT" if both else "From sales to net profit",
            "",
            (_charts([bridge]) if moved else "<p>No line of the statement differs.</p>")
            + _details("Profit and loss account", statement_table(experiment, found)),
        ),
        _section("money", "Cash and stock", _band_note(experiment), _charts(groups["money"])),
        _section("service", "Service", _band_note(experiment), _charts(groups["service"])),
        _section(
            "map", "Stores, centres and one day's routes",
            "A busy day of the first replication. Squares are DCs, rings are stores; straight lines "
            "stand for roads.",
            _charts(groups["map"]),
        ),
        _section(
            "labour", "Labour in stores",
            "Hours that the work requires, that the roster holds, and that were worked.",
            _charts(groups["labour"]),
        ),
        _section("touchless", "Who decides", "", _charts(groups["touchless"])),
        _section("goals", "Goals", "", goal_table(experiment)),
        _section("audit", "Audit", "", audit_table(experiment)),
        _section(
            "assumed", "What was assumed",
            "Every value of the scenario says where it came from. Assumed ones are shown first: "
            "doubt them first.",
            assumption_table(experiment),
        ),
    ]  # fmt: skip
    charts = [bridge, *(chart for group in groups.values() for chart in group)]
    return _page(experiment, said, "".join(sections), charts, get_plotlyjs())


def _page(
    experiment: Experiment, said: Headline, sections: str, charts: list[Chart], plotly: str
) -> str:
    css = (ASSETS / "report.css").read_text(encoding="utf-8")
    script = (ASSETS / "report.js").read_text(encoding="utf-8")
    specs = {chart.name: {"data": chart.data, "layout": chart.layout} for chart in charts}
    # a "</script>" inside a name would end the element: "<" is written as an escape
    data = json.dumps(specs, allow_nan=False).replace("<", "\\u003c")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(said.title)}</title>'
        f"<style>\n{css}</style></head>\n<body>\n<main>\n<header>"
        f'<p class="kicker">{escape(_kicker(experiment))}</p>'
        f"<h1>{escape(said.title)}</h1>"
        f'<p class="support">{escape(said.support)}</p>{_warning(experiment)}'
        f"{_legend(experiment)}{key_figures(experiment)}</header>\n"
        f"{sections}\n<footer>{_footer(experiment)}</footer>\n</main>\n"
        f'<script type="application/json" id="charts">{data}</script>\n'
        f"<script>{plotly}</script>\n<script>\n{script}</script>\n</body></html>\n"
    )


def _kicker(experiment: Experiment) -> str:
    stores = experiment.runs[0][0].table("places")["kind"].to_list()
    return (
        f"Scenario {experiment.scenario} · {plural(stores.count('store'), 'store')} · "
        f"{plural(stores.count('dc'), 'DC')} · {plural(experiment.weeks, 'week')} · "
        f"{plural(len(experiment.runs[0]), 'replication')}"
    )


def _warning(experiment: Experiment) -> str:
    if experiment.complete:
        return ""
    return (
        '<p class="warning">This experiment was interrupted. The page shows what is complete: '
        f"{plural(experiment.replications, 'replication')}.</p>"
    )


def _legend(experiment: Experiment) -> str:
    sides = len(experiment.labels)
    if sides == 1:
        return ""
    dots = "".join(
        f'<span><i style="background:{tone(side, sides)}"></i>{escape(label)}</span>'
        for side, label in enumerate(experiment.labels)
    )
    return f'<p class="legend">{dots}</p>'


def _footer(experiment: Experiment) -> str:
    run = experiment.runs[0][0].facts
    return (
        f"Backhaul, seed {experiment.seed}, first day {escape(run['start'])}. "
        "State outlines: U.S. Census Bureau, by us-atlas."
    )


def _kpi_note(experiment: Experiment) -> str:
    if experiment.comparison is None:
        return "Point at a name for its formula."
    a, b = experiment.labels
    counts = dict(experiment.comparison["verdict"].value_counts().iter_rows())
    parts = [
        f"{counts[kind]:,} {kind}" for kind in ("better", "worse", "different", "no difference")
        if counts.get(kind)
    ]  # fmt: skip
    return (
        f"{b} against {a}: {', '.join(parts)}. Intervals and verdicts are corrected for the number of "
        "KPIs compared at once. Point at a name for its formula."
    )


def _band_note(experiment: Experiment) -> str:
    if max(len(runs) for runs in experiment.runs) < 2:
        return ""
    return "Line: mean of the replications. Band: lowest to highest."


def _section(name: str, title: str, note: str, body: str) -> str:
    lead = f'<p class="note">{escape(note)}</p>' if note else ""
    return f'<section id="{name}"><h2>{escape(title)}</h2>{lead}{body}</section>\n'


def _details(title: str, body: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{body}</details>"


def _charts(charts: list[Chart]) -> str:
    cells = []
    for chart in charts:
        title = f"<h3>{escape(chart.title)}</h3>" if chart.title else ""
        cells.append(
            f'<figure class="{"wide" if chart.wide else ""}">{title}'
            f"<figcaption>{escape(chart.caption)}</figcaption>"
            f'<div class="chart" id="chart-{chart.name}" style="height:{chart.layout["height"]}px"></div></figure>'
        )
    return f'<div class="grid of{len(charts)}">{"".join(cells)}</div>'
