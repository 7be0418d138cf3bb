"""Interactive 3D picture of a load: coloured by stop, with a slider over the loading sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backhaul.engine.loading.instructions import COLOURS

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from backhaul.engine.loading.plan import LoadPlan

__all__ = ["plot_plan"]

#: The twelve triangles of a box, as indices into its corners (bit 0 x, bit 1 y, bit 2 z).
_TRIANGLES = (
    (0, 1, 3), (0, 3, 2), (4, 5, 7), (4, 7, 6), (0, 1, 5), (0, 5, 4),
    (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 3, 7), (1, 7, 5),
)  # fmt: skip
_EDGES = (
    (0, 1), (1, 3), (3, 2), (2, 0), (4, 5), (5, 7), (7, 6), (6, 4), (0, 4), (1, 5), (2, 6), (3, 7),
)  # fmt: skip


def _corners(low: tuple[int, int, int], extent: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    return [
        (
            low[0] + extent[0] * (k & 1),
            low[1] + extent[1] * (k >> 1 & 1),
            low[2] + extent[2] * (k >> 2),
        )
        for k in range(8)
    ]


def _outline(corners: list[tuple[int, int, int]]) -> tuple[list[int | None], ...]:
    lines: tuple[list[int | None], ...] = ([], [], [])
    for a, b in _EDGES:
        for axis in range(3):
            lines[axis].extend((corners[a][axis], corners[b][axis], None))
    return lines


def plot_plan(plan: LoadPlan) -> go.Figure:
    """Draw a load; step k of the slider shows the hold after k items are in.

    Examples
    --------
    >>> from backhaul.engine.loading import LoadingProblem, solve
    >>> from backhaul.engine.packing import Bin, Item
    >>> plan = solve(LoadingProblem(Bin("van", (9, 9, 9)), [Item("crate", (3, 9, 9), copies=3)]))
    >>> len(plot_plan(plan).layout.sliders[0].steps)
    4
    """
    import plotly.graph_objects as go

    problem = plan.problem
    hold = problem.vehicle.size
    figure = go.Figure()
    x, y, z = _outline(_corners((0, 0, 0), hold))
    frame = {"color": "#444", "width": 3}
    figure.add_scatter3d(x=x, y=y, z=z, mode="lines", line=frame, name="hold", hoverinfo="skip")
    shown: set[int] = set()
    for number, p in enumerate(plan.placements, start=1):
        item = problem.items[p.item]
        extent = item.turned(p.orientation)
        corners = _corners(p.pos, extent)
        i, j, k = zip(*_TRIANGLES, strict=True)
        cx, cy, cz = zip(*corners, strict=True)
        figure.add_mesh3d(
            x=cx, y=cy, z=cz, i=i, j=j, k=k,
            color=COLOURS[item.stop % len(COLOURS)],
            opacity=0.9,
            flatshading=True,
            name=f"stop {item.stop}",
            legendgroup=f"stop {item.stop}",
            showlegend=item.stop not in shown,
            hovertemplate=(
                f"step {number}: {item.id}<br>stop {item.stop}<br>at {p.pos}, "
                f"{' x '.join(map(str, extent))}<br>weight {item.weight:,}<extra></extra>"
            ),
        )  # fmt: skip
        shown.add(item.stop)
    count = len(plan.placements)
    steps = [
        {
            "label": str(k),
            "method": "restyle",
            "args": ["visible", [True] + [n < k for n in range(count)]],
        }
        for k in range(count + 1)
    ]
    slider = {"active": count, "steps": steps, "currentvalue": {"prefix": "loaded: "}}
    figure.update_layout(
        sliders=[slider],
        scene={
            "aspectmode": "data",
            "xaxis": {"title": {"text": "length (doors at the far end)"}},
            "yaxis": {"title": {"text": "width"}},
            "zaxis": {"title": {"text": "height"}},
        },
        title={"text": f"Load of {problem.vehicle.id}: {count} items, {len(problem.stops)} stops"},
        margin={"l": 0, "r": 0, "t": 40, "b": 0},
    )
    return figure
