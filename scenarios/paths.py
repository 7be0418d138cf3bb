"""Selectors: ``staff.roles[name=cashier].wage_cents_per_h`` -> places in plain data."""

from __future__ import annotations

import re
from typing import Any

from backhaul.engine.errors import InvalidInput

__all__ = ["Place", "covers", "expand", "plain_path", "read", "replaced"]

Place = tuple[str | int, ...]
Step = str | int | tuple[str, str] | None
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
BRACKET = re.compile(r"\[(?:(\*)|(\d+)|([A-Za-z_]\w*)=([^\]]+))\]")
FORM = "keys joined by dots, with [*], [3] or [name=cashier] behind a list"


def _steps(path: str, where: str, file: str | None) -> list[Step]:
    steps: list[Step] = []
    at = 0
    while at < len(path):
        bracket = BRACKET.match(path, at) if steps else None
        if bracket:
            star, number, key, value = bracket.groups()
            steps.append(None if star else int(number) if number else (key, value.strip("\"'")))
            at = bracket.end()
            continue
        if steps:
            if path[at] != ".":
                break
            at += 1
        match = KEY.match(path, at)
        if match is None:
            break
        steps.append(match[0])
        at = match.end()
    if at != len(path) or not steps:
        raise InvalidInput(where, path, FORM, file=file)
    return steps


def expand(path: str, data: Any, where: str, *, file: str | None = None) -> list[Place]:  # noqa: ANN401 (plain data)
    """Return the places that a selector names in `data`, in order.

    The last key may be missing from its table: the schema says whether it may be there.

    Raises
    ------
    InvalidInput
        The selector is malformed or names nothing.

    Examples
    --------
    >>> data = {"roles": [{"name": "cashier", "wage": 1}, {"name": "driver", "wage": 2}]}
    >>> expand("roles[name=driver].wage", data, "edits[0].path")
    [('roles', 1, 'wage')]
    >>> expand("roles[*].wage", data, "edits[0].path")
    [('roles', 0, 'wage'), ('roles', 1, 'wage')]
    """
    steps = _steps(path, where, file)
    found: list[tuple[Place, Any]] = [((), data)]
    for depth, step in enumerate(steps):
        last = depth == len(steps) - 1
        here: list[tuple[Place, Any]] = []
        for place, value in found:
            if isinstance(step, str):
                if isinstance(value, dict) and (step in value or last):
                    here.append(((*place, step), value.get(step)))
            elif isinstance(value, list):
                here += [
                    ((*place, row), entry)
                    for row, entry in enumerate(value)
                    if step is None
                    or step == row
                    or (isinstance(step, tuple) and str(_get(entry, step[0])) == step[1])
                ]
        if not here:
            known = _known(found, step)
            raise InvalidInput(where, path, f"a path that exists: {known}", file=file)
        found = here
    return [place for place, _ in found]


def _get(entry: Any, key: str) -> Any:  # noqa: ANN401 (plain data)
    return entry.get(key) if isinstance(entry, dict) else None


def _known(found: list[tuple[Place, Any]], step: Step) -> str:
    _, value = found[0]
    if isinstance(value, dict):
        return f"one of {', '.join(sorted(value))}"
    if isinstance(value, list) and isinstance(step, tuple):
        names = [str(_get(entry, step[0])) for entry in value]
        return f"{step[0]} one of {', '.join(names)}"
    if isinstance(value, list):
        return f"a list of {len(value)}, so [*], a number below, or [key=value]"
    return "this value has no parts"


def read(data: Any, place: Place) -> Any:  # noqa: ANN401 (plain data)
    """Return the value at a place; None when the last key is missing."""
    for key in place[:-1]:
        data = data[key]
    return data.get(place[-1]) if isinstance(data, dict) else data[place[-1]]


def replaced(data: Any, place: Place, value: Any) -> Any:  # noqa: ANN401 (plain data)
    """Return `data` with another value at a place; all that is not on the way is shared.

    Examples
    --------
    >>> old = {"a": [1, 2], "b": {}}
    >>> new = replaced(old, ("a", 0), 5)
    >>> new, old["a"], new["b"] is old["b"]
    ({'a': [5, 2], 'b': {}}, [1, 2], True)
    """
    if not place:
        return value
    key = place[0]
    fresh = data.copy()
    inside = data.get(key) if isinstance(data, dict) else data[key]
    fresh[key] = replaced(inside, place[1:], value)
    return fresh


def covers(first: Place, second: Place) -> bool:
    """Whether one place lies inside the other, or both are the same."""
    length = min(len(first), len(second))
    return first[:length] == second[:length]


def plain_path(place: Place) -> str:
    """Write a place without the positions in lists.

    Examples
    --------
    >>> plain_path(("staff", "roles", 3, "name"))
    'staff.roles.name'
    """
    return ".".join(key for key in place if isinstance(key, str))
