"""One look for all charts: few colours, thin lines, horizontal rules, no boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["BAD", "GOOD", "INK", "MUTED", "RULE", "A", "B", "Chart", "band", "layout", "tone"]

INK, MUTED, RULE = "#33302e", "#66605c", "#e6ddd5"
A, B = "#9a7b4f", "#0f5499"  # the two strategies: ochre and blue, told apart by colour-blind eyes
GOOD, BAD = "#0d7680", "#990f3d"
FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"


@dataclass(frozen=True)
class Chart:
    """One chart of the page: plain data for plotly.js.

    Parameters
    ----------
    name : str
        Identifier in the page.
    title, caption : str
        What it shows and in which unit; HTML.
    data : list of dict
        Traces.
    layout : dict
        As made by `layout`.
    wide : bool
        Takes the full width of the page.
    """

    name: str
    title: str
    caption: str
    data: list[dict[str, Any]]
    layout: dict[str, Any] = field(default_factory=dict)
    wide: bool = False


def tone(side: int, sides: int) -> str:
    """Return the colour of a strategy: a single one is blue, as B is."""
    return B if side == sides - 1 else A


def layout(height: int = 250, **more: dict[str, Any] | str | bool | float) -> dict[str, Any]:
    """Return the layout of a chart; `xaxis` and `yaxis` are laid over the common axes."""
    axis = {
        "showline": False,
        "zeroline": False,
        "gridcolor": RULE,
        "tickfont": {"size": 12, "color": MUTED},
        "automargin": True,
        "fixedrange": True,
    }
    given = dict(more)
    own = {name: {**axis, **_mapping(given.pop(name, {}))} for name in ("xaxis", "yaxis")}
    own["xaxis"] = {"showgrid": False, "ticks": "outside", "tickcolor": RULE, **own["xaxis"]}
    return {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8, "pad": 4},
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": RULE},
        **own,
        **given,
    }


def _mapping(value: dict[str, Any] | str | bool | float) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def band(
    x: Sequence[str],
    mean: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    name: str,
    colour: str,
    pattern: str,
) -> list[dict[str, Any]]:
    """Return a line with, behind it, the range from the lowest to the highest replication.

    Parameters
    ----------
    x : sequence of str
        Dates.
    mean, low, high : sequence of float
        Of the replications.
    name, colour : str
        Of the line.
    pattern : str
        How the pointer shows a value, in d3's notation.
    """
    traces: list[dict[str, Any]] = []
    if any(top > bottom for bottom, top in zip(low, high, strict=True)):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": [*x, *reversed(x)],
                "y": [*high, *reversed(low)],
                "fill": "toself",
                "fillcolor": f"{colour}22",
                "line": {"width": 0},
                "hoverinfo": "skip",
            }
        )
    traces.append(
        {
            "type": "scatter",
            # a line needs two points: a single week is a dot
            "mode": "lines" if len(x) > 2 else "lines+markers",
            "x": list(x),
            "y": list(mean),
            "name": name,
            "line": {"color": colour, "width": 2},
            "hovertemplate": f"%{{y:{pattern}}}",
        }
    )
    return traces
