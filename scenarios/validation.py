"""From plain data to a validated scenario; every error found, the first one raised."""

from __future__ import annotations

import datetime
import difflib
import math
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.consistency import contradictions
from backhaul.scenarios.documents import Document
from backhaul.scenarios.schema import ScenarioFile

__all__ = ["described", "dotted", "plain", "problems", "raise_first", "types_of", "validate"]

Path = tuple[str | int, ...]


def validate(data: Mapping[str, Any], document: Document) -> ScenarioFile:
    """Return the validated scenario.

    Raises
    ------
    InvalidInput
        The first error, with the number of others.
    """
    scenario, errors = problems(data, document)
    raise_first(errors)
    assert scenario is not None
    return scenario


def problems(
    data: Mapping[str, Any], document: Document
) -> tuple[ScenarioFile | None, list[InvalidInput]]:
    """Return the validated scenario if there is one, and every error in it."""
    try:
        scenario = ScenarioFile.model_validate(data)
    except ValidationError as error:
        found = [_translate(detail, data, document) for detail in error.errors()]
        return None, sorted(found, key=_unknown_first)
    errors = [
        InvalidInput(dotted(path), value, allowed, file=document.holder(path).file)
        for path, value, allowed in contradictions(scenario)
    ]
    errors += _stale_sources(plain(scenario), document)
    return (None if errors else scenario), errors


def plain(scenario: ScenarioFile) -> dict[str, Any]:
    """Return a scenario as plain tables and lists, every default written out."""

    def lists(value: Any) -> Any:  # noqa: ANN401 (plain data)
        if isinstance(value, dict):
            return {key: lists(inner) for key, inner in value.items()}
        return [lists(inner) for inner in value] if isinstance(value, tuple | list) else value

    data: dict[str, Any] = lists(scenario.model_dump())
    return data


def _stale_sources(data: dict[str, Any], document: Document) -> list[InvalidInput]:
    """Find sources of values that do not exist: a source that is read by nobody misleads."""
    known: set[str] = set()

    def walk(value: Any, path: str) -> None:  # noqa: ANN401 (plain data)
        known.add(path)
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)

    walk(data, "")
    return [
        InvalidInput("sources", path, "the path of a value of the scenario", file=part.file)
        for part in document.chain()
        for path in part.sources
        if path not in known
    ]


def raise_first(errors: list[InvalidInput]) -> None:
    """Raise the first error, saying how many more there are."""
    if not errors:
        return
    first = errors[0]
    if len(errors) > 1:
        more = f"{first.allowed} (and {len(errors) - 1} more: `backhaul scenario check` lists all)"
        first = InvalidInput(first.path, first.value, more, file=first.file)
    raise first


def dotted(path: Path) -> str:
    """Write a path as in ``network.stores[3].count``.

    Examples
    --------
    >>> dotted(("network", "stores", 3, "count"))
    'network.stores[3].count'
    """
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _unknown_first(error: InvalidInput) -> int:
    """Order errors: a misspelt key also leaves one missing, name the misspelling first."""
    return 0 if "known key" in error.allowed else 1


def _translate(detail: ErrorDetails, data: Mapping[str, Any], document: Document) -> InvalidInput:
    path: Path = detail["loc"]
    value: Any = detail["input"]
    kind, limits = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _instead(path)
    elif kind == "missing":
        value, allowed = "", f"{described(path)} (the key is missing)"
    elif isinstance(value, float) and not math.isfinite(value):
        allowed = f"{described(path)}, finite"
    elif kind in ("int_type", "float_type", "bool_type", "string_type", "date_type"):
        allowed = described(path)
    elif kind == "model_type" or kind.startswith(("dict", "model")):
        allowed = "a table"
    elif kind == "tuple_type":
        allowed = "a list"
    else:
        words = {
            "greater_than_equal": "{}, at least {ge}",
            "greater_than": "{}, more than {gt}",
            "less_than_equal": "{}, at most {le}",
            "less_than": "{}, less than {lt}",
            "too_short": "{}, at least {min_length}",
            "string_too_short": "{}, not empty",
            "literal_error": "{expected}",
            "string_pattern_mismatch": "text like {pattern}",
        }
        form = words.get(kind)
        allowed = form.format(described(path), **limits) if form else detail["msg"]
    return InvalidInput(dotted(path), value, allowed, file=document.holder(path).file)


#: Unit at the end of a key -> in words.
UNITS = {
    "s": "seconds",
    "d": "days",
    "h": "hours",
    "y": "years",
    "m": "metres",
    "mm": "millimetres",
    "m2": "square metres",
    "g": "grams",
    "cents": "cents",
    "share": "a share from 0 to 1",
}


def described(path: Path) -> str:
    """Say what type and unit the value at a path has."""
    names = [key for key in path if isinstance(key, str)]
    leaf = names[-1] if names else ""
    kinds = types_of(_field_type(path))
    word = "a value"
    for kind, text in (
        (tuple, "a list"),
        (BaseModel, "a table"),
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "text"),
        (datetime.date, "a date such as 2025-02-03"),
    ):
        if any(isinstance(k, type) and issubclass(k, kind) for k in kinds):
            word = text
            break
    unit = next((UNITS[part] for part in reversed(leaf.split("_")) if part in UNITS), None)
    if "_per_" in leaf:
        unit = leaf.rsplit("_per_", 1)[0].rsplit("_", 1)[-1] + " per " + leaf.rsplit("_per_", 1)[1]
    return f"{word} ({unit})" if unit and word in ("a whole number", "a number") else word


def _instead(path: Path) -> str:
    """Say which known key may have been meant."""
    model = _model_at(path[:-1])
    keys = sorted(model.model_fields) if model else []
    wrong = str(path[-1])
    stem = wrong.rsplit("_", 1)[0]
    same = [key for key in keys if key.rsplit("_", 1)[0] == stem and key != wrong]
    near = same or difflib.get_close_matches(wrong, keys, n=1)
    if near:
        hint = f"{near[0]} ({described((*path[:-1], near[0]))})"
        return f"only known keys: did you mean {hint}?"
    return f"only known keys: {', '.join(keys)}"


def types_of(annotation: Any) -> list[Any]:  # noqa: ANN401 (type annotations are values here)
    """Return the classes that a type annotation is made of, the outer ones first."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return types_of(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [kind for part in typing.get_args(annotation) for kind in types_of(part)]
    if origin is typing.Literal:
        return [str]
    if origin is not None:
        return [origin, *[kind for part in typing.get_args(annotation) for kind in types_of(part)]]
    return [annotation]


def _model_at(path: Path) -> type[BaseModel] | None:
    """Return the schema class of the table at a path."""
    model: type[BaseModel] | None = ScenarioFile
    inner: list[type[BaseModel]] = []
    for key in path:
        if isinstance(key, int):
            continue
        if model is None:
            return None
        if key in model.model_fields:
            inner = [
                kind
                for kind in types_of(model.model_fields[key].annotation)
                if isinstance(kind, type) and issubclass(kind, BaseModel)
            ]
            mapping = dict in types_of(model.model_fields[key].annotation)
            model = None if mapping or not inner else inner[0]
        else:
            return None
        if model is None and inner:
            # a table of tables under free names, for example policies.store_order
            rest = path[path.index(key) + 1 :]
            if len(rest) == 1:
                return inner[0]
            return None if not rest else _inside(inner[0], rest[1:])
    return model


def _inside(model: type[BaseModel], rest: Path) -> type[BaseModel] | None:
    return model if not rest else None


def _field_type(path: Path) -> Any:  # noqa: ANN401 (type annotations are values here)
    names = tuple(key for key in path if isinstance(key, str))
    model = _model_at(names[:-1])
    if model is None or not names or names[-1] not in model.model_fields:
        return object
    annotation = model.model_fields[names[-1]].annotation
    if path and isinstance(path[-1], int):
        inner = typing.get_args(annotation)
        return inner[0] if inner else object
    return annotation
