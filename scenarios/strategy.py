"""Strategies: typed edits laid over a scenario.

The algebra (each law is held by a property test): the empty strategy changes nothing; edits of
different places commute; two edits of one place on one day are an error; `inverse` restores.
That is so because selectors are looked up in the scenario as it was before any edit, because
removals come after changes and insertions after removals, and because insertions are put in an
order of their own.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.documents import Document, load, merged
from backhaul.scenarios.schema.base import Name, Part
from backhaul.scenarios.schema.management import EventPart, PostingPart
from backhaul.scenarios.validation import dotted

__all__ = [
    "Add",
    "Edit",
    "Event",
    "Insert",
    "Post",
    "Remove",
    "Scale",
    "Set",
    "Strategy",
    "load_strategy",
]


class _Edit(Part):
    """An edit: made in Python or read from a file, what is wrong with it is an `InvalidInput`."""

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 (values of any type are checked)
        try:
            super().__init__(**values)
        except ValidationError as error:
            detail = error.errors()[0]
            value, allowed = detail["input"], detail["msg"]
            if detail["type"] == "extra_forbidden":
                allowed = "only the keys of this kind of edit"
            elif detail["type"] == "missing":
                value, allowed = "", "a value (the key is missing)"
            raise InvalidInput(dotted(detail["loc"]), value, allowed) from None


class _Dated(_Edit):
    path: Name
    start: datetime.date | None = None


class Set(_Dated):
    """Put a value at every selected place."""

    do: Literal["set"] = "set"
    value: Any


class Scale(_Dated):
    """Multiply the number at every selected place; whole numbers stay whole (half to even)."""

    do: Literal["scale"] = "scale"
    factor: float


class Add(_Dated):
    """Add to the number at every selected place."""

    do: Literal["add"] = "add"
    amount: int | float


class Remove(_Edit):
    """Take every selected entry out of its list."""

    do: Literal["remove"] = "remove"
    path: Name


class Insert(_Edit):
    """Put an entry into a list: behind the others, or so that it stands at a position."""

    do: Literal["insert"] = "insert"
    path: Name
    value: dict[str, Any]
    at: Annotated[int, Field(ge=0)] | None = None


class Post(_Edit, PostingPart):
    """Post a journal on a date."""

    do: Literal["post"] = "post"


class Event(_Edit, EventPart):
    """Make something happen on a date."""

    do: Literal["event"] = "event"


Edit = Set | Scale | Add | Remove | Insert | Post | Event


KINDS: dict[str, type[Edit]] = {
    "set": Set,
    "scale": Scale,
    "add": Add,
    "remove": Remove,
    "insert": Insert,
    "post": Post,
    "event": Event,
}


@dataclass(frozen=True)
class Strategy:
    """Named edits.

    Parameters
    ----------
    name : str
        Shown in reports.
    edits : tuple of Edit
        In any order: the order has no meaning.
    title : str
        One sentence.
    file : str, optional
        Where it was read from.

    Examples
    --------
    >>> rise = Strategy("rise", (Scale(path="staff.roles[*].wage_cents_per_h", factor=1.08),))
    >>> (rise + Strategy("none")).name
    'rise+none'
    """

    name: str
    edits: tuple[Edit, ...] = ()
    title: str = ""
    file: str | None = None

    def __add__(self, other: Strategy) -> Strategy:
        """Lay two strategies over each other; contradictions come out when it is applied."""
        title = "; ".join(text for text in (self.title, other.title) if text)
        return Strategy(f"{self.name}+{other.name}", self.edits + other.edits, title)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as in the file."""
        edits = [json.loads(edit.model_dump_json(exclude_none=True)) for edit in self.edits]
        return {"name": self.name, "title": self.title, "edits": edits}


def load_strategy(
    strategy: str | Path | Strategy | Sequence[str | Path | Strategy] | None,
) -> Strategy:
    """Return a strategy by shipped name or file; several are laid over each other.

    Raises
    ------
    InvalidInput
        No such file, or an edit in it is not allowed.
    """
    if strategy is None:
        return Strategy("baseline")
    if isinstance(strategy, Strategy):
        return strategy
    if isinstance(strategy, Sequence) and not isinstance(strategy, str):
        total: Strategy | None = None
        for one in strategy:
            total = load_strategy(one) if total is None else total + load_strategy(one)
        return total or Strategy("baseline")
    document = load(strategy, "strategies")
    return _read(document)


def _read(document: Document) -> Strategy:
    data, file = merged(document), document.file
    for key in data:
        if key not in ("name", "title", "edits"):
            raise InvalidInput(key, data[key], "only the keys name, title and edits", file=file)
    for key, kind in (("name", str), ("title", str), ("edits", list)):
        value = data.get(key, "" if kind is str else [])
        if not isinstance(value, kind):
            allowed = "text" if kind is str else "a list of tables"
            raise InvalidInput(key, value, allowed, file=file)
    if not data.get("name"):
        raise InvalidInput("name", "", "a name (the key is missing)", file=file)
    edits = tuple(_edit(row, entry, file) for row, entry in enumerate(data.get("edits", [])))
    return Strategy(data["name"], edits, data.get("title", ""), file)


def _edit(row: int, entry: Any, file: str) -> Edit:  # noqa: ANN401 (parsed TOML)
    where = f"edits[{row}]"
    if not isinstance(entry, dict):
        raise InvalidInput(where, entry, "a table", file=file)
    kind = entry.get("do", "")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidInput(f"{where}.do", kind, f"one of {', '.join(KINDS)}", file=file)
    try:
        return KINDS[kind](**entry)
    except InvalidInput as error:
        path = f"{where}.{error.path}"
        raise InvalidInput(path, error.value, error.allowed, file=file) from None
