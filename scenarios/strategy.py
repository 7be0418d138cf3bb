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


class _Dated(Part):
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


class Remove(Part):
    """Take every selected entry out of its list."""

    do: Literal["remove"] = "remove"
    path: Name


class Insert(Part):
    """Put an entry into a list: behind the others, or so that it stands at a position."""

    do: Literal["insert"] = "insert"
    path: Name
    value: dict[str, Any]
    at: Annotated[int, Field(ge=0)] | None = None


class Post(PostingPart):
    """Post a journal on a date."""

    do: Literal["post"] = "post"


class Event(EventPart):
    """Make something happen on a date."""

    do: Literal["event"] = "event"


Edit = Set | Scale | Add | Remove | Insert | Post | Event


class _File(Part):
    name: Name
    title: str = ""
    edits: Annotated[
        tuple[Annotated[Edit, Field(discriminator="do")], ...], Field(strict=False)
    ] = ()


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
    data = merged(document)
    try:
        part = _File.model_validate(data)
    except ValidationError as error:
        detail = error.errors()[0]
        # the tag of the union is not a key of the file
        place = tuple(key for key in detail["loc"] if key not in _TAGS)
        value, allowed = detail["input"], detail["msg"]
        if detail["type"] == "extra_forbidden":
            allowed = "only the keys of this kind of edit"
        elif detail["type"] == "missing":
            value, allowed = "", "a value (the key is missing)"
        elif detail["type"] == "union_tag_invalid":
            value, allowed = detail["ctx"]["tag"], f"do = one of {', '.join(_TAGS)}"
            place = (*place, "do")
        elif detail["type"] == "union_tag_not_found":
            value, allowed = "", f"do = one of {', '.join(_TAGS)}"
            place = (*place, "do")
        raise InvalidInput(dotted(place), value, allowed, file=document.file) from None
    return Strategy(part.name, part.edits, part.title, document.file)


_TAGS = ("set", "scale", "add", "remove", "insert", "post", "event")
