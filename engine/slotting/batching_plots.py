"""Pictures of batches: the walk of each, or who picks what and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from backhaul.engine.slotting.batching import BatchingSolution

__all__ = ["batches_figure"]


def batches_figure(solution: BatchingSolution) -> go.Figure:
    """Draw one bar a batch: its walk, or with due times its place in a picker's shift."""
    import plotly.graph_objects as go

    problem, batches = solution.problem, solution.batches
    names = problem.names or ()
    words = [
        f"batch {b}: {len(orders)} orders, {solution.metres[b]:,.0f} m<br>"
        + ", ".join(names[o] for o in orders[:12])
        + (" ..." if len(orders) > 12 else "")
        for b, orders in enumerate(batches)
    ]
    figure = go.Figure()
    if problem.times is None:
        figure.add_bar(
            x=[f"{b}" for b in range(len(batches))],
            y=solution.metres,
            hovertext=words,
            hoverinfo="text",
            marker_color="#1f4e79",
        )
        figure.update_layout(xaxis_title="batch", yaxis_title="m", xaxis_type="category")
    else:
        shifts = solution.shifts
        late = shifts["late"] > 0
        for name, mine, colour in (("in time", ~late, "#1f4e79"), ("late", late, "#c0392b")):
            figure.add_bar(
                base=shifts["start"][mine] / 3600,
                x=(shifts["end"] - shifts["start"])[mine] / 3600,
                y=[f"picker {p + 1}" for p in shifts["picker"][mine].tolist()],
                orientation="h",
                text=[str(b) for b, m in enumerate(mine.tolist()) if m],
                textposition="inside",
                hovertext=[w for w, m in zip(words, mine.tolist(), strict=True) if m],
                hoverinfo="text",
                marker={"color": colour, "line": {"color": "white", "width": 1}},
                name=name,
            )
        figure.update_layout(xaxis_title="h", barmode="overlay", yaxis_autorange="reversed")
    figure.update_layout(
        title=f"{len(batches)} batches, {solution.metres.sum():,.0f} m walked",
        template="plotly_white",
    )
    return figure
