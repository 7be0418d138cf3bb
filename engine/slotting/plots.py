"""Pictures: the warehouse by picks, before and after, and a picker's tour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from backhaul.engine.slotting.layout import Layout
    from backhaul.engine.slotting.routes import PickTour
    from backhaul.engine.slotting.solution import SlottingSolution

__all__ = ["heat_figure", "tour_figure"]


def _places(layout: Layout) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return where each slot is drawn, in metres; without aisles, slots stand in distance order."""
    if not layout.walkable:
        order = np.argsort(np.argsort(layout.slot_distance_mm, kind="stable"))
        return order % 50, order // 50
    pitch = int(np.diff(layout.aisle_x_mm).min()) if len(layout.aisle_x_mm) > 1 else 5000
    levels = max(int(layout.slot_level.max()) + 1, 1)
    step = pitch * 0.4 / levels
    aside = (layout.slot_side * 2 - 1) * (pitch * 0.08 + layout.slot_level * step)
    return (layout.aisle_x_mm[layout.slot_aisle] + aside) / 1000, layout.slot_y_mm / 1000


def _heat(solution: SlottingSolution) -> npt.NDArray[np.float64]:
    heat = np.zeros(len(solution.problem.layout))
    placed = np.flatnonzero(solution.slot >= 0)
    heat[solution.slot[placed]] = np.asarray(solution.problem.picks_per_day)[placed]
    return heat


def heat_figure(after: SlottingSolution, before: SlottingSolution | None = None) -> go.Figure:
    """Draw picks a day by slot, one panel an answer, on one colour scale."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    panels = [after] if before is None else [before, after]
    labels = ["after"] if before is None else ["before", "after"]
    titles = [f"{label}: {s.cost:,.0f} m a day" for label, s in zip(labels, panels, strict=True)]
    figure = make_subplots(rows=1, cols=len(panels), subplot_titles=titles, shared_yaxes=True)
    # Picks are skewed: on a linear scale one product would hide all others.
    heats = [np.log10(1 + _heat(s)) for s in panels]
    top = max(1e-9, *(float(h.max(initial=0.0)) for h in heats))
    for column, (solution, heat) in enumerate(zip(panels, heats, strict=True), 1):
        x, y = _places(solution.problem.layout)
        lay = solution.problem.layout
        picks = 10**heat - 1
        figure.add_trace(
            go.Scattergl(
                x=x,
                y=y,
                mode="markers",
                marker={
                    "color": heat,
                    "cmin": 0,
                    "cmax": top,
                    "colorscale": "YlOrRd",
                    "symbol": "square",
                    "size": 5,
                    "showscale": column == len(panels),
                    "colorbar": {"title": "log10(1 + picks a day)"},
                },
                text=[
                    f"{address}: {p:.1f} picks a day"
                    for address, p in zip(lay.addresses, picks.tolist(), strict=True)
                ],
                hoverinfo="text",
                showlegend=False,
            ),
            row=1,
            col=column,
        )
        if lay.walkable:
            figure.add_trace(_depot(lay), row=1, col=column)
    figure.update_xaxes(title_text="m")
    figure.update_yaxes(title_text="m", col=1)
    figure.update_layout(title="Picks by slot", template="plotly_white")
    return figure


def _depot(layout: Layout) -> go.Scatter:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[layout.aisle_x_mm[layout.depot_aisle] / 1000],
        y=[layout.cross_y_mm[layout.depot_cross] / 1000],
        mode="markers+text",
        marker={"symbol": "triangle-up", "size": 14, "color": "#1f4e79"},
        text=["depot"],
        textposition="bottom center",
        showlegend=False,
    )


def tour_figure(tour: PickTour) -> go.Figure:
    """Draw a picker's tour: aisles grey, the walk a line with arrows, picks as dots."""
    import plotly.graph_objects as go

    lay = tour.layout
    figure = go.Figure()
    bottom, top = lay.cross_y_mm[0] / 1000, lay.cross_y_mm[-1] / 1000
    left, right = lay.aisle_x_mm[0] / 1000, lay.aisle_x_mm[-1] / 1000
    grey = {"color": "#dddddd", "width": 8}
    for x in lay.aisle_x_mm / 1000:
        figure.add_shape(type="line", x0=x, x1=x, y0=bottom, y1=top, line=grey, layer="below")
    for y in lay.cross_y_mm / 1000:
        figure.add_shape(type="line", x0=left, x1=right, y0=y, y1=y, line=grey, layer="below")
    figure.add_trace(
        go.Scatter(
            x=lay.aisle_x_mm[tour.aisles] / 1000,
            y=tour.ys_mm / 1000,
            mode="lines+markers",
            line={"color": "#c0392b", "width": 2},
            marker={"symbol": "arrow", "size": 9, "angleref": "previous"},
            name="walk",
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=lay.aisle_x_mm[lay.slot_aisle[tour.slots]] / 1000,
            y=lay.slot_y_mm[tour.slots] / 1000,
            mode="markers",
            marker={"size": 11, "color": "#1f4e79"},
            text=[lay.addresses[s] for s in tour.slots],
            hoverinfo="text",
            name="picks",
        )
    )
    _docks(figure, tour)
    figure.update_layout(
        title=f"Picker's tour: {len(tour.slots)} picks, {tour.metres:.0f} m",
        template="plotly_white",
        xaxis={"title": "m", "constrain": "domain"},
        yaxis={"title": "m", "scaleanchor": "x", "constrain": "domain"},
    )
    return figure


def _docks(figure: go.Figure, tour: PickTour) -> None:
    """Draw the depot, or the docks and the ways between them and the ends of the tour."""
    import plotly.graph_objects as go

    lay = tour.layout
    if not lay.starts:
        figure.add_trace(_depot(lay))
        return
    for name, docks, end in (("start", lay.starts, 0), ("end", lay.ends, -1)):
        aisle, y = int(tour.aisles[end]), int(tour.ys_mm[end])
        x = int(lay.aisle_x_mm[aisle])
        spots = [(int(lay.aisle_x_mm[d.aisle]), int(lay.cross_y_mm[d.cross])) for d in docks]
        far = [
            abs(px - x) + abs(py - y) + d.offset_mm
            for (px, py), d in zip(spots, docks, strict=True)
        ]
        near = spots[far.index(min(far))]
        figure.add_trace(
            go.Scatter(
                x=[near[0] / 1000, x / 1000],
                y=[near[1] / 1000, y / 1000],
                mode="lines",
                line={"color": "#c0392b", "width": 2, "dash": "dot"},
                hoverinfo="skip",
                showlegend=False,
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[s[0] / 1000 for s in spots],
                y=[s[1] / 1000 for s in spots],
                mode="markers+text",
                marker={"symbol": "triangle-up", "size": 14, "color": "#1f4e79"},
                text=[name if lay.ends != lay.starts else "dock"] * len(spots),
                textposition="bottom center",
                showlegend=False,
            )
        )
