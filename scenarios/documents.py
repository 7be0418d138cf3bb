"""Scenario and strategy files as plain data: found, read, and laid over what they extend."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.facts import parameters

__all__ = ["Document", "load", "merged", "shipped"]

LIBRARY = Path(__file__).resolve().parent / "library"
KINDS = ("data", "published", "derived", "assumed")


@dataclass(frozen=True)
class Document:
    """One file.

    Parameters
    ----------
    file : str
        As it is named in messages.
    data : dict
        Its content, without ``extends`` and ``sources``.
    sources : mapping of str to (str, str)
        Kind and text by path (list positions left out).
    base : Document or None
        What it extends.
    folder : Path
        Where it lies: tables are named from there.
    """

    file: str
    data: dict[str, Any]
    sources: Mapping[str, tuple[str, str]]
    base: Document | None = None
    folder: Path = Path()

    def chain(self) -> list[Document]:
        """Return the documents from the base to this one."""
        return [*(self.base.chain() if self.base else []), self]

    def holder(self, path: tuple[str | int, ...]) -> Document:
        """Return the document that states the value at a path, or should have: else this one."""
        for part in reversed(self.chain()):
            value: Any = part.data
            replaced = False
            for key in path:
                # a list is replaced as a whole: what is missing in it is missing here
                replaced = replaced or isinstance(value, list)
                if not _inside(value, key):
                    break
                value = value[key]
            else:
                return part
            if replaced:
                return part
        return self


def shipped(folder: str = "") -> list[str]:
    """Return the names of the shipped scenarios (or, in ``strategies``, strategies)."""
    return sorted(
        file.stem for file in (LIBRARY / folder).glob("*.toml") if not file.stem.startswith("base-")
    )


def load(name_or_file: str | Path, folder: str = "", seen: tuple[Path, ...] = ()) -> Document:
    """Read a shipped scenario by name, or a file by path, with all that it extends.

    Raises
    ------
    InvalidInput
        No such file, not TOML, or it extends itself.
    """
    path = _find(name_or_file, folder)
    file = path.name if path.is_relative_to(LIBRARY) else str(name_or_file)
    if path in seen:
        raise InvalidInput("extends", file, "files that do not extend each other", file=file)
    data = dict(_shipped_file(path) if path.is_relative_to(LIBRARY) else _parsed(path, file))
    extends = data.pop("extends", None)
    base = None
    if extends is not None:
        if not isinstance(extends, str) or not extends:
            raise InvalidInput("extends", extends, "the name of a file", file=file)
        near = path.parent / extends
        base = load(near if near.is_file() else extends, folder, (*seen, path))
    sources = _sources(data.pop("sources", {}), file)
    return Document(file, data, sources, base, path.parent)


def merged(document: Document) -> dict[str, Any]:
    """Return the data of a document laid over its base: tables merge, all else is replaced."""
    data: dict[str, Any] = {}
    for part in document.chain():
        data = _overlay(data, part.data)
    return data


def _find(name_or_file: str | Path, folder: str) -> Path:
    text = str(name_or_file)
    if "\0" not in text:
        path = Path(text)
        if path.is_file():
            return path.resolve()
        inside = LIBRARY / folder / f"{text}.toml"
        if inside.is_file() and inside.parent == LIBRARY / folder:
            return inside.resolve()
    names = ", ".join(shipped(folder))
    raise InvalidInput("strategy" if folder else "scenario", text, f"a file, or one of {names}")


def _overlay(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[key] = _overlay(old, value) if both and old is not None else value
    return result


@cache
def _shipped_file(path: Path) -> dict[str, Any]:
    """Read a file of the package: it does not change while the program runs."""
    return _parsed(path, path.name)


def _parsed(path: Path, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("file", file, f"a readable file ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput("file", str(error), "valid TOML", file=file) from None


def _inside(value: Any, key: str | int) -> bool:  # noqa: ANN401 (parsed TOML)
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def _sources(raw: Any, file: str) -> dict[str, tuple[str, str]]:  # noqa: ANN401 (parsed TOML)
    """Read ``[sources]``: path -> ``{kind, text}`` or ``{parameter}`` of the published facts."""
    if not isinstance(raw, dict):
        raise InvalidInput("sources", raw, "a table of path = {kind, text}", file=file)
    found: dict[str, tuple[str, str]] = {}
    for path, entry in raw.items():
        where = f"sources.{json.dumps(path)}"
        keys = set(entry) if isinstance(entry, dict) else set()
        if keys == {"parameter"}:
            row = parameters().get(entry["parameter"])
            if row is None:
                raise InvalidInput(
                    where, entry["parameter"], "a parameter of facts/parameters.csv", file=file
                )
            found[path] = (row.kind, f"{row.parameter} = {row.value} {row.unit}: {row.source}")
        elif keys == {"kind", "text"} and entry["kind"] in KINDS:
            found[path] = (entry["kind"], str(entry["text"]))
        else:
            allowed = f"{{kind = one of {', '.join(KINDS)}, text}} or {{parameter}}"
            raise InvalidInput(where, entry, allowed, file=file)
    return found
