"""A load plan that a person can follow: step by step, as plain data and as one printable page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backhaul.engine.loading.plan import LoadPlan

__all__ = ["COLOURS", "instructions", "instructions_html"]

#: One colour a stop, repeated when there are more (Okabe and Ito 2008: safe for colour blindness).
COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999",
)  # fmt: skip


#: Colours on which black numbers cannot be read.
_DARK = ("#0072B2", "#009E73", "#D55E00")


def _turn(orientation: str) -> str:
    """Say in words how a box is turned: which of its own sides lies along x, y and z."""
    if orientation[2] == "z":
        return "as it is" if orientation == "xyz" else "quarter turn"
    upright = {"x": "length", "y": "width"}[orientation[2]]
    return f"its {upright} upright"


def _where(pos: tuple[int, int, int], extent: tuple[int, int, int], width: int) -> str:
    """Say in words where a box stands, as seen by somebody who looks in from the rear."""
    side = "left wall" if pos[1] == 0 else f"{pos[1]} from the left wall"
    if pos[1] + extent[1] == width:
        side = "right wall" if pos[1] else "wall to wall"
    depth = "front wall" if pos[0] == 0 else f"{pos[0]} from the front wall"
    level = "floor" if pos[2] == 0 else f"at height {pos[2]}"
    return f"{depth}, {side}, {level}"


def instructions(plan: LoadPlan) -> dict[str, Any]:
    """Return the loading steps, the unloading order by stop, and the figures of every stage.

    Examples
    --------
    >>> from backhaul.engine.loading import LoadingProblem, solve
    >>> from backhaul.engine.packing import Bin, Item
    >>> plan = solve(LoadingProblem(Bin("van", (9, 9, 9)), [Item("crate", (9, 9, 9))]))
    >>> instructions(plan)["steps"][0]["where"]
    'front wall, wall to wall, floor'
    """
    problem = plan.problem
    width = problem.vehicle.size[1]
    steps = []
    for number, p in enumerate(plan.placements, start=1):
        item = problem.items[p.item]
        extent = item.turned(p.orientation)
        steps.append(
            {
                "step": number,
                "item": item.id,
                "stop": item.stop,
                "position": list(p.pos),
                "size": list(extent),
                "orientation": p.orientation,
                "turn": _turn(p.orientation),
                "weight": item.weight,
                "fragile": item.fragile,
                "where": _where(p.pos, extent, width),
            }
        )
    unloading: dict[int, list[int]] = {}
    for number in range(len(plan.placements), 0, -1):
        stop = problem.items[plan.placements[number - 1].item].stop
        unloading.setdefault(stop, []).append(number)
    return {
        "vehicle": problem.vehicle.id,
        "hold": list(problem.vehicle.size),
        "steps": steps,
        "unloading": [{"stop": s, "steps": unloading[s]} for s in sorted(unloading)],
        "stages": [stage.to_dict() for stage in plan.stages],
        "left_out": [
            {"item": left.item, "copies": left.copies, "rule": left.rule} for left in plan.left_out
        ],
    }


_STYLE = """
body{font:14px/1.4 system-ui,sans-serif;margin:2em;color:#111}
h1{font-size:20px;margin:0 0 .2em} h2{font-size:16px;margin:1.4em 0 .4em}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #ccc;padding:3px 8px;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.dot{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.4em}
svg{max-width:100%;height:auto;border:1px solid #999;background:#fafafa}
@media print{body{margin:0} tr{break-inside:avoid} h2{break-after:avoid}}
"""


def _drawing(plan: LoadPlan, axes: tuple[int, int]) -> str:
    """Draw the load from above (x, y) or from the side (x, z), numbers are steps."""
    problem = plan.problem
    a, b = axes
    length, across = problem.vehicle.size[a], problem.vehicle.size[b]
    scale = 900 / length
    parts = [f'<svg viewBox="-2 -2 904 {across * scale + 4:.1f}" role="img">']
    for at, size in problem.vehicle.obstacles:
        y = at[b] * scale if b == 1 else (across - at[b] - size[b]) * scale
        parts.append(
            f'<rect x="{at[a] * scale:.1f}" y="{y:.1f}" width="{size[a] * scale:.1f}" '
            f'height="{size[b] * scale:.1f}" fill="#ccc" stroke="#888"/>'
        )
    # boxes nearer to the eye come last: high ones from above, low y from the left side
    eye = 3 - a - b
    order = sorted(
        enumerate(plan.placements, start=1), key=lambda s: s[1].pos[eye] * (1 if eye == 2 else -1)
    )
    for number, p in order:
        item = problem.items[p.item]
        extent = item.turned(p.orientation)
        x, w, h = p.pos[a] * scale, extent[a] * scale, extent[b] * scale
        y = p.pos[b] * scale
        if b == 2:
            y = (across - p.pos[b] - extent[b]) * scale
        colour = COLOURS[item.stop % len(COLOURS)]
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{colour}" '
            f'stroke="#222"/>'
            f'<text x="{x + w / 2:.1f}" y="{y + h / 2 + 4:.1f}" font-size="12" '
            f'text-anchor="middle" fill="{"#fff" if colour in _DARK else "#111"}">{number}</text>'
        )
    parts.append("</svg>")
    return "".join(parts)


def instructions_html(plan: LoadPlan) -> str:
    """Return one self-contained page: drawings, steps in loading order, figures by stage."""
    data = instructions(plan)
    title = escape(plan.problem.name or str(data["vehicle"]))
    rows = "".join(
        f'<tr><td class="n">{s["step"]}</td>'
        f'<td><span class="dot" style="background:{COLOURS[s["stop"] % len(COLOURS)]}"></span>'
        f"{s['stop']}</td><td>{escape(s['item'])}{' (fragile)' if s['fragile'] else ''}</td>"
        f"<td>{escape(s['where'])}</td>"
        f"<td>{' x '.join(map(str, s['size']))}</td><td>{s['turn']}</td>"
        f'<td class="n">{s["weight"]:,}</td></tr>'
        for s in data["steps"]
    )
    axles = list(plan.stages[0].axles) if plan.stages else []
    stage_rows = "".join(
        f'<tr><td>{stage.label}</td><td class="n">{stage.items}</td>'
        f'<td class="n">{stage.weight:,}</td><td class="n">{stage.utilisation:.1%}</td>'
        + "".join(f'<td class="n">{stage.axles[name]:,.0f}</td>' for name in axles)
        + f'<td class="n">{" / ".join(f"{share:.3f}" for share in stage.cog.values())}</td></tr>'
        for stage in plan.stages
    )
    axle_heads = "".join(f'<th class="n">axle {escape(name)}</th>' for name in axles)
    left = "".join(
        f"<li>{escape(row['item'])}: {row['copies']} left out, rule: {row['rule']}</li>"
        for row in data["left_out"]
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Load plan {title}</title>
<style>{_STYLE}</style></head><body>
<h1>Load plan {title}</h1>
<p>Hold {" x ".join(map(str, data["hold"]))}; front wall on the left of the drawings, rear doors on
the right. Load in the order of the steps; at each stop everything of its colour leaves.</p>
<h2>From above</h2>{_drawing(plan, (0, 1))}
<h2>From the side</h2>{_drawing(plan, (0, 2))}
<h2>Steps</h2>
<table><thead><tr><th class="n">step</th><th>stop</th><th>item</th><th>where</th><th>size</th>
<th>turn</th><th class="n">weight</th></tr></thead><tbody>{rows}</tbody></table>
<h2>Stages</h2>
<table><thead><tr><th>stage</th><th class="n">items</th><th class="n">weight</th>
<th class="n">volume</th>{axle_heads}<th class="n">centre of gravity x / y / z</th></tr></thead>
<tbody>{stage_rows}</tbody></table>
{f"<h2>Left out</h2><ul>{left}</ul>" if left else ""}
</body></html>
"""
