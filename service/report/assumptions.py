"""What was assumed: every value of the resolved scenario with where it came from."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from backhaul.engine.errors import CorruptRun
from backhaul.service.report.experiment import Experiment, Run
from backhaul.service.report.tables import table
from backhaul.service.report.wording import NONE, escape

__all__ = ["Sourced", "assumption_table", "sourced_values"]

KINDS = ("assumed", "published", "derived", "data")
_SHOWN = 4


@dataclass(frozen=True)
class Sourced:
    """One value and its source.

    Parameters
    ----------
    path : str
        Where it stands in the scenario.
    value : str
        As text; of a column of a list, its first values. Empty for columns that rules make.
    kind : str
        ``assumed``, ``published``, ``derived`` or ``data``.
    source : str
        Where it came from.
    """

    path: str
    value: str
    kind: str
    source: str


def sourced_values(run: Run) -> list[Sourced]:
    """Return the values of a run with their sources.

    Raises
    ------
    CorruptRun
        The resolved scenario is missing or cannot be read.
    """
    names = (run.folder / name for name in ("resolved.json", "resolved.toml"))
    path = next((path for path in names if path.is_file()), run.folder / "resolved.json")
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise CorruptRun(f"{path}: cannot be read: {error}") from None
    values = content.get("scenario", content)
    rows = [
        Sourced(where, _text(values, where), kind, source)
        for where, kind, source in _sources(content.get("sources", []))
        if where not in ("name", "title")
    ]
    # what is left open is no assumption
    rows = [row for row in rows if row.value != NONE]
    return sorted(rows, key=lambda row: KINDS.index(row.kind) if row.kind in KINDS else 9)


def _sources(found: object) -> list[tuple[str, str, str]]:
    """Return path, kind and text, from rows or from a table by path."""
    rows: list[tuple[str, str, str]] = []
    if isinstance(found, Mapping):
        for path, value in found.items():
            if isinstance(value, Mapping):
                rows.append((str(path), str(value.get("kind", "")), str(value.get("source", ""))))
            else:
                kind, _, text = str(value).partition(":")
                rows.append((str(path), kind.strip(), text.strip()))
    elif isinstance(found, list):
        for value in found:
            if isinstance(value, Mapping):
                rows.append(tuple(str(value.get(k, "")) for k in ("path", "kind", "source")))  # type: ignore[arg-type]
            elif isinstance(value, list) and len(value) == 3:
                rows.append((str(value[0]), str(value[1]), str(value[2])))
    return rows


def _text(values: object, path: str) -> str:
    """Return the value at a path, or the first distinct values where it runs through a list."""
    found = _at(values, re.findall(r"[^.\[\]]+", path))
    shown = list(dict.fromkeys(_plain(value) for value in found))
    more = ", …" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more


def _at(value: object, keys: list[str]) -> list[object]:
    if isinstance(value, list):
        if keys and keys[0].isdigit():
            row = int(keys[0])
            return _at(value[row], keys[1:]) if row < len(value) else []
        return [found for part in value for found in _at(part, keys)]
    if not keys:
        return [value]
    if isinstance(value, Mapping) and keys[0] in value:
        return _at(value[keys[0]], keys[1:])
    return []


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(part)}" for key, part in list(value.items())[:_SHOWN])
    return NONE if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def assumption_table(experiment: Experiment) -> str:
    """Return the table of values with a filter: the assumed ones come first and are shown first."""
    merged: dict[tuple[str, str, str], dict[str, str]] = {}
    for side, label in enumerate(experiment.labels):
        for row in sourced_values(experiment.runs[side][0]):
            merged.setdefault((row.kind, row.path, row.source), {})[label] = row.value
    if not merged:
        return "<p>The resolved scenario names no sources.</p>"
    rows, counts = [], dict.fromkeys(KINDS, 0)
    for (kind, path, source), by in merged.items():
        counts[kind] = counts.get(kind, 0) + 1
        rows.append(
            f'<tr data-kind="{escape(kind)}"><th scope="row"><code>{_breakable(path)}</code></th>'
            f"<td>{_values(by, experiment.labels)}</td><td>{escape(kind)}</td><td>{escape(source)}</td></tr>"
        )
    buttons = "".join(
        f'<label><input type="checkbox" value="{kind}"{" checked" if kind == "assumed" else ""}> '
        f"{kind} ({counts[kind]:,})</label>"
        for kind in KINDS
    )
    bar = (
        '<div class="filter"><input type="search" placeholder="Filter: a word of the path or source" '
        f'aria-label="Filter the values">{buttons}<output></output></div>'
    )
    body = table(["Value of the scenario", "Set to", "Kind", "Source"], rows, "assumed")
    return f'<div class="filtered">{bar}{body}</div>'


def _values(by: Mapping[str, str], labels: tuple[str, ...]) -> str:
    texts = list(dict.fromkeys(by.values()))
    if len(by) == len(labels) and len(texts) == 1:
        return escape(texts[0])
    return "<br>".join(
        f"{escape(value)} <small>{escape(label)}</small>" for label, value in by.items()
    )


def _breakable(path: str) -> str:
    return escape(path).replace(".", ".<wbr>").replace("_", "_<wbr>")
