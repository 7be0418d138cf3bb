"""Draws a packed bin as an interactive plotly figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backhaul.engine.errors import InvalidInput

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from backhaul.engine.packing.solution import PackingSolution

__all__ = ["draw_bin"]

# Colour-blind safe (Okabe and Ito 2008), then lighter repeats.
_COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999",
)  # fmt: skip
_FACES = (
    (0, 1, 2), (0, 2, 3), (4, 6, 5), (4, 7, 6), (0, 4, 5), (0, 5, 1),
    (1, 5, 6), (1, 6, 2), (2, 6, 7), (2, 7, 3), (3, 7, 4), (3, 4, 0),
)  # fmt: skip
_EDGES = (0, 1, 2, 3, 0, 4, 5, 1, 5, 6, 2, 6, 7, 3, 7, 4)
_MOST_STEPS = 60


def _corners(lo: tuple[int, ...], hi: tuple[int, ...]) -> list[tuple[int, int, int]]:
    (x, y, z), (u, v, w) = lo, hi
    return [
        (x, y, z), (u, y, z), (u, v, z), (x, v, z),
        (x, y, w), (u, y, w), (u, v, w), (x, v, w),
    ]  # fmt: skip


def draw_bin(solution: PackingSolution, bin_number: int) -> go.Figure:
    """Return a 3D figure of one opened bin.

    Items are coloured by stop where there are several stops, else by item type; a slider shows
    the load growing in loading order.

    Raises
    ------
    InvalidInput
        There is no bin of this number.
    """
    import plotly.graph_objects as go

    problem = solution.problem
    if not 0 <= bin_number < len(solution.bins):
        raise InvalidInput("bin_number", bin_number, f"0 to {len(solution.bins) - 1}")
    packed = solution.bins[bin_number]
    bin_ = problem.bins[packed.bin]
    by_stop = len({i.stop for i in problem.items}) > 1
    placements = sorted(packed.placements, key=lambda p: p.seq if p.seq is not None else 0)
    count = len(placements)
    steps = min(count, _MOST_STEPS)
    # Items are drawn in groups, one trace a group: the slider shows the first so many groups.
    traces: list[Any] = []
    for step in range(steps):
        group = placements[step * count // steps : (step + 1) * count // steps]
        mesh: dict[str, list[Any]] = {k: [] for k in ("x", "y", "z", "i", "j", "k", "facecolor")}
        edges: dict[str, list[Any]] = {"x": [], "y": [], "z": []}
        texts = []
        for p in group:
            item = problem.items[p.item]
            ext = item.turned(p.orientation)
            hi = tuple(a + b for a, b in zip(p.pos, ext, strict=True))
            corners = _corners(p.pos, hi)
            start = len(mesh["x"])
            for corner in corners:
                for axis, value in zip("xyz", corner, strict=True):
                    mesh[axis].append(value)
            for face in _FACES:
                for axis, corner_number in zip("ijk", face, strict=True):
                    mesh[axis].append(start + corner_number)
            colour = _COLOURS[(item.stop if by_stop else p.item) % len(_COLOURS)]
            mesh["facecolor"] += [colour] * len(_FACES)
            text = f"{item.id} #{p.seq} {p.orientation} at {p.pos}"
            texts += [text + (f", stop {item.stop}" if by_stop else "")] * 8
            for number in _EDGES:
                for axis, value in zip("xyz", corners[number], strict=True):
                    edges[axis].append(value)
            for axis in "xyz":
                edges[axis].append(None)
        traces.append(
            go.Mesh3d(**mesh, hovertext=texts, hoverinfo="text", flatshading=True, opacity=0.95)
        )
        traces.append(
            go.Scatter3d(
                **edges, mode="lines", line={"color": "#222", "width": 2}, hoverinfo="skip"
            )
        )
    hull = _corners((0, 0, 0), bin_.size)
    frame = go.Scatter3d(
        **{axis: [hull[n]["xyz".index(axis)] for n in _EDGES] for axis in "xyz"},
        mode="lines",
        line={"color": "#888", "width": 4},
        hoverinfo="skip",
    )
    slider = [
        {
            "label": str((step + 1) * count // steps),
            "method": "restyle",
            "args": [
                {"visible": [k <= step for k in range(steps) for _ in range(2)] + [True]},
            ],
        }
        for step in range(steps)
    ]
    title = f"{bin_.id}: {count} items, {sum(problem.items[p.item].volume for p in placements) / bin_.volume:.1%} of its room"
    return go.Figure(
        [*traces, frame],
        layout={
            "title": title,
            "showlegend": False,
            "scene": {"aspectmode": "data"},
            "sliders": [
                {"steps": slider, "active": steps - 1, "currentvalue": {"prefix": "loaded: "}}
            ]
            if slider
            else [],
        },
    )
