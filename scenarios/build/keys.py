"""The table of keys in ``docs/scenario-keys.md``: ``python -m backhaul.scenarios.build.keys``."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from backhaul.scenarios.schema import ScenarioFile
from backhaul.scenarios.validation import described, types_of

__all__ = ["table"]

HEAD = """# Keys of a scenario file

Made by `python -m backhaul.scenarios.build.keys`; a test holds it equal to the schema. `[]` marks lists of tables, `NAME` a free
name. Values: `scenarios/library/base-us.toml`; where they come from: `backhaul scenario resolve us-grocer-48`.

| key | what | bounds |
| --- | --- | --- |
"""


def table() -> str:
    """Return the page."""
    rows = [f"| {' | '.join(row)} |" for row in _rows(ScenarioFile, "", ())]
    return HEAD + "\n".join(rows) + "\n"


def _rows(
    model: type[BaseModel], path: str, place: tuple[str | int, ...]
) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        here = f"{path}.{name}" if path else name
        kinds = types_of(field.annotation)
        parts = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
        if parts and dict in kinds:
            yield from _rows(parts[0], f"{here}.NAME", (*place, name, "NAME"))
        elif parts and tuple in kinds:
            yield from _rows(parts[0], f"{here}[]", (*place, name, 0))
        elif parts:
            yield from _rows(parts[0], here, (*place, name))
        else:
            bounds = _literal(field.annotation) or ", ".join(
                _bounds(field.metadata, field.annotation)
            )
            yield f"`{here}`", described((*place, name)), bounds


def _bounds(metadata: list[Any], annotation: Any) -> list[str]:  # noqa: ANN401 (annotations)
    words = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    found = []
    for entry in [*metadata, *_inner(annotation)]:
        found += [
            f"{sign} {getattr(entry, key)}" for key, sign in words.items() if hasattr(entry, key)
        ]
    return found


def _inner(annotation: Any) -> list[Any]:  # noqa: ANN401 (annotations)
    found = []
    for part in typing.get_args(annotation):
        if typing.get_origin(part) is typing.Annotated:
            info = typing.get_args(part)[1]
            found += list(getattr(info, "metadata", []))
    return found


def _literal(annotation: Any) -> str:  # noqa: ANN401 (annotations)
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(typing.get_args(annotation))
    for part in typing.get_args(annotation):
        found = _literal(part)
        if found:
            return found
    return ""


if __name__ == "__main__":
    sys.stdout.write(table())
