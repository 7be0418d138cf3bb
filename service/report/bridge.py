"""The profit and loss account of both strategies, and the steps that lead from one to the other.

All sums are kept as whole cents over all replications and divided at the end as fractions, so that
the steps add up to the total exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from backhaul.service.report.experiment import Experiment
from backhaul.service.report.style import BAD, GOOD, INK, RULE, Chart, layout, tone
from backhaul.service.report.wording import dollars, escape

__all__ = ["Bridge", "Statement", "bridge_chart", "bridge_of", "statements"]

#: Lines of the statement in the order of the trade; the first word is what an account begins with.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Sales", ("Income:Sales",)),
    ("Cost of goods sold", ("Expenses:Cost-Of-Goods-Sold",)),
    ("Vendor funding", ("Income:Vendor-Funding",)),
    ("Collection fees", ("Income:Collection-Fees",)),
    ("Waste and shrink", ("Expenses:Waste", "Expenses:Shrink")),
    ("Store wages", ("Expenses:Wages:Stores",)),
    ("DC wages and operations", ("Expenses:Wages:DC", "Expenses:DC-Operations")),
    (
        "Transport and drivers",
        ("Expenses:Transport", "Expenses:Vehicle-Maintenance", "Expenses:Wages:Drivers"),
    ),
    ("Head office", ("Expenses:Wages:Office", "Expenses:Head-Office")),
    (
        "Charges, benefits, hiring",
        ("Expenses:Employer-Charges", "Expenses:Benefits", "Expenses:Hiring-And-Training"),
    ),
    ("Energy and premises", ("Expenses:Energy", "Expenses:Occupancy", "Expenses:Depreciation")),
    ("Card fees", ("Expenses:Card-Fees",)),
    ("Marketing", ("Expenses:Marketing",)),
    ("Legal and penalties", ("Expenses:Legal", "Expenses:Penalties")),
)
BELOW = (("Interest", ("Expenses:Interest",)), ("Income tax", ("Expenses:Income-Tax",)))
OTHER = "Other"


@dataclass(frozen=True)
class Statement:
    """The profit and loss account of one strategy, the mean of its replications.

    Parameters
    ----------
    lines : mapping of str to Fraction
        Cents by line down to EBIT; income is positive, expenses negative.
    below : mapping of str to Fraction
        Interest and income tax, in cents.
    """

    lines: dict[str, Fraction]
    below: dict[str, Fraction]

    @property
    def ebit(self) -> Fraction:
        """Profit before interest and tax, in cents."""
        return sum(self.lines.values(), Fraction(0))

    @property
    def net(self) -> Fraction:
        """Net profit, in cents."""
        return self.ebit + sum(self.below.values(), Fraction(0))


@dataclass(frozen=True)
class Bridge:
    """Steps from one total to another.

    Parameters
    ----------
    start, end : tuple of str and Fraction
        Label and cents.
    steps : tuple of (str, Fraction)
        What leads from start to end: they add up exactly.
    """

    start: tuple[str, Fraction]
    steps: tuple[tuple[str, Fraction], ...]
    end: tuple[str, Fraction]


def statements(experiment: Experiment) -> list[Statement]:
    """Return the statement of each strategy, the mean of its replications."""
    found = []
    for side in range(len(experiment.strategies)):
        table = experiment.stacked(side, "profit_and_loss")
        count = len(experiment.runs[side])
        sums = table.group_by("account").agg(pl.col("amount_cents").sum())
        rest = {str(account): int(cents) for account, cents in sums.iter_rows()}
        lines = {
            label: Fraction(sum(rest.pop(account, 0) for account in accounts), count)
            for label, accounts in (*GROUPS, *BELOW)
        }
        below = {label: lines.pop(label) for label, _ in BELOW}
        lines[OTHER] = Fraction(sum(rest.values()), count)
        found.append(Statement(lines, below))
    return found


def bridge_of(experiment: Experiment, found: list[Statement]) -> Bridge:
    """Return the bridge from A's EBIT to B's, or of a single run from sales to net profit."""
    if len(found) == 2:
        a, b = found
        moved = ((label, b.lines[label] - cents) for label, cents in a.lines.items())
        steps = tuple((label, cents) for label, cents in moved if cents)
        labels = experiment.labels
        return Bridge((f"EBIT {labels[0]}", a.ebit), steps, (f"EBIT {labels[1]}", b.ebit))
    lines = {**found[0].lines, **found[0].below}
    start = lines.pop("Sales")
    steps = tuple((label, cents) for label, cents in lines.items() if cents)
    return Bridge(("Sales", start), steps, ("Net profit", found[0].net))


def bridge_chart(experiment: Experiment, bridge: Bridge) -> Chart:
    """Draw a bridge as a waterfall that is read from top to bottom."""
    rows = [bridge.start, *bridge.steps, bridge.end]
    reached, bases, ends = bridge.start[1], [Fraction(0)], [bridge.start[1]]
    for _, cents in bridge.steps:
        bases.append(reached)
        reached += cents
        ends.append(reached)
    bases.append(Fraction(0))
    ends.append(bridge.end[1])
    levels = [float(cents) / 100 for cents in ends]
    low, high = min(levels), max(levels)
    room = (high - low or abs(high) or 1.0) * 0.14
    # totals far above what changes between them would hide the changes: then the axis is cut
    cut = low > 0 and (high - low) < 0.5 * high
    left = low - room if cut else min(low, 0.0)
    sides = len(experiment.strategies)
    data: list[dict[str, Any]] = []
    texts: list[str] = []
    for row, (label, cents) in enumerate(rows):
        total = row in (0, len(rows) - 1)
        base = left if total and cut else float(bases[row]) / 100
        end = float(ends[row]) / 100
        colour = GOOD if cents > 0 else BAD
        if total:
            colour = tone(0 if row == 0 else sides - 1, sides)
        text = dollars(cents, plus=not total)
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": [label],
                "x": [end - base],
                "base": [base],
                "marker": {"color": colour},
                "hovertemplate": f"{escape(label)}: {text} USD<extra></extra>",
            }
        )
        texts.append(text)
    # beside the right end of each bar: on the left, long labels would run into the names
    data.append(
        {
            "type": "scatter",
            "mode": "text",
            "x": [max(bar["base"][0], bar["base"][0] + bar["x"][0]) for bar in data],
            "y": [label for label, _ in rows],
            "text": [f"\u2009{text}" for text in texts],
            "textposition": "middle right",
            "textfont": {"color": INK, "size": 12},
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
    )
    joins = [
        {
            "type": "line",
            "x0": end, "x1": end, "y0": row - 0.35, "y1": row + 1.35,
            "line": {"color": INK, "width": 0.6},
        }
        for row, end in enumerate(levels[:-1])
    ]  # fmt: skip
    shape = layout(
        height=70 + 27 * len(rows),
        barmode="overlay",
        bargap=0.3,
        hovermode="closest",
        xaxis={
            "range": [left, high if cut else max(high, 0.0)],
            "showgrid": True,
            "gridcolor": RULE,
            "tickformat": "~s",
            "ticks": "",
            "nticks": 4,
            "tickangle": 0,
        },
        yaxis={
            "autorange": "reversed",
            "showgrid": False,
            "tickfont": {"size": 13, "color": INK},
            "categoryorder": "array",
            "categoryarray": [label for label, _ in rows],
        },
    )
    shape["shapes"] = joins
    shape["margin"]["r"] = 92
    note = " The axis does not start at 0." if cut else ""
    many = len(experiment.runs[0])
    mean = f", mean of {many} replications" if many > 1 else ""
    return Chart("bridge", "", f"USD{mean}. Steps add up to the cent.{note}", data, shape, True)
