"""Draw a routing answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from backhaul.engine.routing.solution import RoutingSolution

__all__ = ["plot", "plot_loads"]


def plot(solution: RoutingSolution) -> go.Figure:
    """Draw the routes on a plain map, and what is not served."""
    import plotly.graph_objects as go

    problem = solution.problem
    xy = problem.xy
    figure = go.Figure()
    for k, route in enumerate(solution.routes, 1):
        path = [visit.location for visit in route.visits]
        texts = [
            f"{problem.label(v.location)}<br>arrives {v.arrival}, waits {v.waiting}"
            f"<br>load {', '.join(map(str, v.load))}"
            for v in route.visits
        ]
        figure.add_scatter(
            x=xy[path, 0],
            y=xy[path, 1],
            mode="lines+markers",
            name=f"route {k} (vehicle {route.vehicle})",
            text=texts,
            hoverinfo="text+name",
            marker={"size": 5},
        )
    depots = len(problem.depots)
    figure.add_scatter(
        x=xy[:depots, 0],
        y=xy[:depots, 1],
        mode="markers",
        name="depots",
        marker={"symbol": "square", "size": 12, "color": "black"},
    )
    if solution.unserved:
        absent = list(solution.unserved)
        figure.add_scatter(
            x=xy[absent, 0],
            y=xy[absent, 1],
            mode="markers",
            name="not served",
            marker={"symbol": "x", "size": 8, "color": "red"},
        )
    figure.update_layout(
        title=f"{problem.name or 'Routes'}: cost {solution.cost:,}, {solution.vehicles} vehicles",
        yaxis={"scaleanchor": "x"},
        template="plotly_white",
    )
    return figure


def plot_loads(solution: RoutingSolution) -> go.Figure:
    """Draw the load of each vehicle over time (first dimension)."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for route in solution.routes:
        figure.add_scatter(
            x=[visit.departure for visit in route.visits],
            y=[visit.load[0] for visit in route.visits],
            mode="lines+markers",
            line={"shape": "hv"},
            name=f"vehicle {route.vehicle}",
        )
    figure.update_layout(
        title="Load over time", xaxis_title="time", yaxis_title="load", template="plotly_white"
    )
    return figure
