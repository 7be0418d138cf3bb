"""Objects and lists of JSON files, each error with its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backhaul.engine.errors import InvalidInput

__all__ = ["keys", "listed"]


def keys(path: str, data: object, allowed: Sequence[str], needed: Sequence[str]) -> dict[str, Any]:
    """Return an object's entries; an unknown or a missing key is an error with its path."""
    if not isinstance(data, Mapping):
        raise InvalidInput(path, data, f"an object with the keys {', '.join(needed or allowed)}")
    for key in data:
        if key not in allowed:
            raise InvalidInput(f"{path}.{key}", "an unknown key", ", ".join(allowed))
    for key in needed:
        if key not in data:
            raise InvalidInput(f"{path}.{key}", "no value", "a value: the key is required")
    return dict(data)


def listed(path: str, data: object) -> list[Any]:
    """Return a list, or say where something else is."""
    if not isinstance(data, list):
        raise InvalidInput(path, data, "a list")
    return data
