"""A planogram drawn to scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from backhaul.engine.space.planogram_solution import PlanogramSolution

__all__ = ["planogram_figure"]

#: Distance between two fixtures, in millimetres.
_GAP = 150
#: Thickness of a shelf board.
_BOARD = 25


def _box(x: float, y: float, width: float, height: float) -> tuple[list[Any], list[Any]]:
    """Corners of a rectangle, closed, and a break after it."""
    return [x, x + width, x + width, x, x, None], [y, y, y + height, y + height, y, None]


def planogram_figure(solution: PlanogramSolution) -> go.Figure:
    """Draw every unit of the front row to scale, blocks in colours, one trace a block."""
    import plotly.graph_objects as go
    from plotly.colors import qualitative

    problem = solution.problem
    left: dict[str, int] = {}
    base: list[int] = []
    height = width = 0
    for s, shelf in enumerate(problem.shelves):
        if problem.levels[s] == 0:
            left[shelf.fixture] = width
            widest = max(b.width_mm for b in problem.shelves if b.fixture == shelf.fixture)
            width += widest + _GAP
            height = 0
        base.append(height)
        height += shelf.height_mm + _BOARD
    figure = go.Figure()
    for s, shelf in enumerate(problem.shelves):
        x = left[shelf.fixture]
        board = {"line": {"width": 0}, "fillcolor": "#8d99a6", "layer": "below", "type": "rect"}
        box = {"x0": x, "x1": x + shelf.width_mm, "y0": base[s] - _BOARD, "y1": base[s]}
        figure.add_shape(**box, **board)
    colours = [*qualitative.Safe, *qualitative.Set3]
    by_block: dict[str, list[Any]] = {name: [] for name in problem.blocks}
    for run in solution.standing:
        by_block[problem.products[run.product].block].append(run)
    for k, (name, runs) in enumerate(by_block.items()):
        if not runs:
            continue
        xs: list[Any] = []
        ys: list[Any] = []
        spots: list[tuple[float, float, str]] = []
        for run in runs:
            p, shelf = problem.products[run.product], problem.shelves[run.shelf]
            x = left[shelf.fixture] + run.x_mm
            for column in range(run.facings):
                for row in range(run.high):
                    unit = (x + column * p.width_mm, base[run.shelf] + row * p.height_mm)
                    for line, part in zip(
                        (xs, ys), _box(*unit, p.width_mm, p.height_mm), strict=True
                    ):
                        line.extend(part)
            units = run.facings * problem.units[run.product, run.shelf]
            words = f"{p.name}<br>{run.facings} facings, {units:.0f} units"
            middle = (
                x + run.facings * p.width_mm / 2,
                base[run.shelf] + run.high * p.height_mm / 2,
            )
            spots.append((*middle, words))
        label = f"block {name}" if name else "products"
        figure.add_trace(
            go.Scatter(
                x=xs,
                y=ys,
                fill="toself",
                mode="lines",
                fillcolor=colours[k % len(colours)],
                line={"color": "white", "width": 0.6},
                name=label,
                legendgroup=name,
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[s[0] for s in spots],
                y=[s[1] for s in spots],
                mode="markers",
                marker={"size": 8, "opacity": 0},
                text=[s[2] for s in spots],
                hoverinfo="text",
                legendgroup=name,
                showlegend=False,
            )
        )
    for name, place in solution.places.items():
        x = left[problem.shelves[place.first].fixture] + place.x_mm
        top = base[place.last] + problem.shelves[place.last].height_mm
        figure.add_shape(
            type="rect",
            x0=x,
            x1=x + place.width_mm,
            y0=base[place.first],
            y1=top,
            line={"color": "#333333", "width": 1.5},
        )
        if name:
            figure.add_annotation(
                x=x + place.width_mm / 2,
                y=top,
                text=name,
                showarrow=False,
                yanchor="top",
                bgcolor="rgba(255, 255, 255, 0.75)",
            )
    listed = len(problem.products) - len(solution.unlisted)
    figure.update_layout(
        title=f"Planogram: {listed} of {len(problem.products)} products, to scale",
        template="plotly_white",
        xaxis={"title": "mm", "showgrid": False, "zeroline": False, "constrain": "domain"},
        yaxis={
            "title": "mm",
            "scaleanchor": "x",
            "constrain": "domain",
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure
