"""Interactive 3D picture of a load: coloured by stop, with a slider over the loading sequence."""

from __future__ import annotations

from html import escape
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
    i, j, k = zip(*_TRIANGLES, strict=True)
    for at, size in problem.vehicle.obstacles:
        cx, cy, cz = zip(*_corners(at, size), strict=True)
        figure.add_mesh3d(
            x=cx, y=cy, z=cz, i=i, j=j, k=k, color="#bbb", flatshading=True,
            hovertemplate="obstacle<extra></extra>",
        )  # fmt: skip
    fixed = len(figure.data)
    shown: set[int] = set()
    for number, p in enumerate(plan.placements, start=1):
        item = problem.items[p.item]
        extent = item.turned(p.orientation)
        corners = _corners(p.pos, extent)
        cx, cy, cz = zip(*corners, strict=True)
        figure.add_mesh3d(
            x=cx, y=cy, z=cz, i=i, j=j, k=k,
            color=COLOURS[item.stop % len(COLOURS)],
            flatshading=True,
            lighting={"ambient": 0.7, "diffuse": 0.5, "specular": 0.05},
            name=f"stop {item.stop}",
            legendgroup=f"stop {item.stop}",
            showlegend=item.stop not in shown,
            hovertemplate=(
                f"step {number}: {item.id}<br>stop {item.stop}<br>at {p.pos}, "
                f"{' x '.join(map(str, extent))}<br>weight {item.weight:,}<extra></extra>"
            ),
        )  # fmt: skip
        x, y, z = _outline(corners)
        figure.add_scatter3d(
            x=x, y=y, z=z, mode="lines", line={"color": "#222", "width": 2},
            legendgroup=f"stop {item.stop}", showlegend=False, hoverinfo="skip",
        )  # fmt: skip
        shown.add(item.stop)
    count = len(plan.placements)
    titles = _titles(plan)
    # every item is two traces: its faces and its edges
    steps = [
        {
            "label": str(k),
            "method": "update",
            "args": [
                {"visible": [True] * fixed + [n // 2 < k for n in range(2 * count)]},
                {"title.text": titles[k]},
            ],
        }
        for k in range(count + 1)
    ]
    slider = {
        "active": count, "steps": steps, "currentvalue": {"prefix": "loaded: "},
        "pad": {"l": 20, "r": 20, "t": 10, "b": 30},
    }  # fmt: skip
    # seen from behind the doors and above, far enough away for the longest side
    mean = (hold[0] * hold[1] * hold[2]) ** (1 / 3)
    away = 0.75 + 0.75 * max(hold) / mean
    figure.update_layout(
        sliders=[slider],
        scene={
            "aspectmode": "data",
            "xaxis": {"title": {"text": "length (doors at the far end)"}},
            "yaxis": {"title": {"text": "width"}},
            "zaxis": {"title": {"text": "height"}},
            "camera": {"eye": {"x": 0.6 * away, "y": -0.85 * away, "z": 0.55 * away}},
        },
        title={"text": titles[-1]},
        margin={"l": 0, "r": 0, "t": 60, "b": 20},
    )
    return figure


def _titles(plan: LoadPlan) -> list[str]:
    """Return what is said over the picture after each number of items."""
    problem = plan.problem
    name = escape(problem.name or problem.vehicle.id)
    titles = []
    weight = volume = moment = 0
    for count in range(len(plan.placements) + 1):
        if count:
            p = plan.placements[count - 1]
            item = problem.items[p.item]
            weight += item.weight
            volume += item.volume
            moment += item.weight * (2 * p.pos[0] + item.turned(p.orientation)[0])
        figures = f"weight {weight:,}, volume {volume / problem.vehicle.volume:.1%}"
        if weight:
            share = moment / (2 * weight * problem.vehicle.size[0])
            figures += f", centre of gravity at {share:.0%} of the length"
        titles.append(f"{name}: {count} of {len(plan.placements)} items<br><sup>{figures}</sup>")
    return titles
