"""Laying the edits of a strategy over plain data."""

from __future__ import annotations

import copy
import datetime
import json
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios.paths import Place, covers, expand, plain_path, read, replaced
from backhaul.scenarios.strategy import (
    Add,
    Edit,
    Event,
    Insert,
    Post,
    Remove,
    Scale,
    Set,
    Strategy,
)

__all__ = ["FIXED", "Overlaid", "inverse", "overlay"]

#: What the base scenario settles: a strategy cannot change it, `--set` can.
FIXED = (
    "name",
    "title",
    "seed",
    "weeks",
    "start",
    "catalogue.product_count",
    "catalogue.table",
    "catalogue.top_share",
    "catalogue.top_sales_share",
    "catalogue.margin_sd",
    "catalogue.private_label_margin",
    "catalogue.packaging_share",
    "catalogue.case_weight_g",
    "catalogue.pallet_height_mm",
    "catalogue.pallet_weight_g",
    "catalogue.departments.name",
    "catalogue.departments.margin_share",
    "catalogue.departments.case_pack",
    "catalogue.departments.unit_weight_g",
    "catalogue.departments.heaviest_g",
    "catalogue.departments.density_g_per_cm3",
    "catalogue.departments.fill_share",
    "catalogue.departments.base_over_height",
    "demand.baskets_per_store_week",
    "demand.basket_value_cents",
    "demand.promotions.lines_on_discount_share",
)
#: What stands for the whole horizon: it cannot change on a later day.
STANDING = ("network", "fidelity", "events", "postings", "fleet.types.name", "staff.roles.name")


#: A list, a position in it or its end, and an entry.
Inserted = tuple[Place, int | None, Any]


@dataclass(frozen=True)
class Overlaid:
    """Plain data under a strategy.

    Parameters
    ----------
    data : dict
        From the first day on.
    changes : tuple of (date, dict)
        From later days on, by date.
    touched : mapping of Place to str
        Places that differ by intent, with the kind of edit.
    """

    data: dict[str, Any]
    changes: tuple[tuple[datetime.date, dict[str, Any]], ...]
    touched: dict[Place, str]


@dataclass(frozen=True)
class _Target:
    place: Place
    edit: Edit
    number: int
    start: datetime.date | None


def overlay(base: dict[str, Any], strategy: Strategy, *, free: bool = False) -> Overlaid:
    """Lay a strategy over plain data.

    Parameters
    ----------
    base : dict
        A whole scenario as plain data; it is not changed, and shared with the result.
    strategy : Strategy
        Its edits.
    free : bool
        Edit also what the scenario settles: for overrides, which come before calibration.

    Raises
    ------
    InvalidInput
        A selector names nothing, two edits contradict each other, an edit has no sense there.
    """
    first: datetime.date = base["start"]
    targets, inserts = _targets(base, strategy, free)
    _no_conflicts(targets, inserts, strategy)
    work = base
    removed = [t.place for t in targets if isinstance(t.edit, Remove)]
    changing = [t for t in targets if not isinstance(t.edit, Remove)]
    dates = sorted({t.start for t in changing if t.start and t.start > first})
    for target in changing:
        if target.start is None or target.start <= first:
            work = _change(work, target, strategy)
    data = _finish(base, work, removed, inserts)
    changes = []
    for date in dates:
        for target in changing:
            if target.start == date:
                work = _change(work, target, strategy)
        changes.append((date, _finish(base, work, removed, inserts)))
    touched: dict[Place, str] = {t.place: t.edit.do for t in targets}
    return Overlaid(data, tuple(changes), touched)


def inverse(base: dict[str, Any], strategy: Strategy) -> Strategy:
    """Return the strategy that, laid over the overlaid data, restores the base.

    Raises
    ------
    InvalidInput
        An edit starts on a later day: what was before that day needs no restoring.
    """
    targets, inserts = _targets(base, strategy, free=True)
    late = [t for t in targets if t.start and t.start > base["start"]]
    if late:
        where = f"edits[{late[0].number}].start"
        raise InvalidInput(where, str(late[0].start), "no start, for an edit to be inverted")
    _no_conflicts(targets, inserts, strategy)
    removed = sorted(t.place for t in targets if isinstance(t.edit, Remove))
    rows = _rows(base, removed, inserts)
    edits: list[Edit] = []
    for place in removed:
        row = place[-1]
        assert isinstance(row, int)
        path = _selector(_moved(place[:-1], rows))
        edits.append(Insert(path=path, value=read(base, place), at=row))
    for place, _, entry in inserts:
        row = rows[place].index(_text(entry))
        edits.append(Remove(path=f"{_selector(_moved(place, rows))}[{row}]"))
    for target in targets:
        if not isinstance(target.edit, Remove):
            place = _moved(target.place, rows)
            edits.append(Set(path=_selector(place), value=read(base, target.place)))
    return Strategy(f"inverse of {strategy.name}", tuple(edits))


def _rows(
    base: dict[str, Any], removed: list[Place], inserts: list[Inserted]
) -> dict[Place, list[int | str]]:
    """Return for each list that grows or shrinks its rows: old positions, and new entries."""
    rows: dict[Place, list[int | str]] = {}
    for place in [*(place[:-1] for place in removed), *(place for place, _, _ in inserts)]:
        rows.setdefault(place, list(range(len(_list(base, place)))))
    for place in removed:
        row = place[-1]
        assert isinstance(row, int)
        rows[place[:-1]].remove(row)
    for place, at, entry in sorted(inserts, key=_order):
        here = rows[place]
        here.insert(len(here) if at is None else at, _text(entry))
    return rows


def _order(insert: Inserted) -> tuple[str, bool, int, str]:
    place, at, entry = insert
    return str(place), at is None, at or 0, _text(entry)


def _moved(place: Place, rows: dict[Place, list[int | str]]) -> Place:
    """Follow a place to where removals and insertions have moved it."""
    return tuple(
        rows[place[:depth]].index(key) if isinstance(key, int) and place[:depth] in rows else key
        for depth, key in enumerate(place)
    )


def _targets(
    base: dict[str, Any], strategy: Strategy, free: bool
) -> tuple[list[_Target], list[Inserted]]:
    targets: list[_Target] = []
    inserts: list[Inserted] = []
    file = strategy.file or f"strategy {strategy.name}"
    for number, edit in enumerate(strategy.edits):
        where = f"edits[{number}]"
        if isinstance(edit, Post | Event):
            entry = edit.model_dump(exclude={"do"})
            inserts.append((("postings" if isinstance(edit, Post) else "events",), None, entry))
            continue
        for place in expand(edit.path, base, f"{where}.path", file=file):
            start = None if isinstance(edit, Remove | Insert) else edit.start
            late = start is not None and start > base["start"]
            _allowed(place, edit.path, late, f"{where}.path", file, free)
            if isinstance(edit, Insert):
                if not isinstance(read(base, place), list):
                    raise InvalidInput(f"{where}.path", edit.path, "a list", file=file)
                inserts.append((place, edit.at, edit.value))
                continue
            if isinstance(edit, Remove) and not isinstance(place[-1], int):
                raise InvalidInput(f"{where}.path", edit.path, "entries of a list", file=file)
            last = base["start"] + datetime.timedelta(weeks=base["weeks"])
            if start is not None and start >= last:
                allowed = f"a date before {last}, the end of the horizon"
                raise InvalidInput(f"{where}.start", start.isoformat(), allowed, file=file)
            targets.append(_Target(place, edit, number, start if late else None))
    seen: set[str] = set()
    for path, _, entry in inserts:
        key = _text([list(path), entry])
        if key in seen:
            raise InvalidInput("edits", _text(entry), "every entry inserted once", file=file)
        seen.add(key)
    return targets, inserts


def _allowed(place: Place, path: str, late: bool, where: str, file: str, free: bool) -> None:
    plain = plain_path(place)

    def inside(roots: tuple[str, ...]) -> bool:
        return any(
            plain == root or plain.startswith(f"{root}.") or root.startswith(f"{plain}.")
            for root in roots
        )

    if not free and inside(FIXED):
        allowed = "what a strategy may change: this is settled by the scenario (use --set)"
        raise InvalidInput(where, path, allowed, file=file)
    if late and inside(STANDING):
        allowed = "no start: this stands for the whole horizon"
        raise InvalidInput(where, path, allowed, file=file)


def _no_conflicts(targets: list[_Target], inserts: list[Inserted], strategy: Strategy) -> None:
    file = strategy.file or f"strategy {strategy.name}"
    ordered = sorted(targets, key=lambda t: [str(key) for key in t.place])
    for row, first in enumerate(ordered):
        for second in ordered[row + 1 :]:
            if [str(k) for k in second.place[: len(first.place)]] != [str(k) for k in first.place]:
                break
            same_day = first.start == second.start
            gone = isinstance(first.edit, Remove) or isinstance(second.edit, Remove)
            if covers(first.place, second.place) and (same_day or gone):
                one, other = sorted((first.number, second.number))
                allowed = f"one edit of a place on a day: edits[{one}] changes it too"
                if one == other:
                    allowed = "a selector that names each place once"
                raise InvalidInput(
                    f"edits[{other}].path", _selector(second.place), allowed, file=file
                )
    for place, _, _ in inserts:
        for target in targets:
            if target.place == place[: len(target.place)]:
                allowed = (
                    f"one edit of a place: an insertion into {_selector(place)} changes it too"
                )
                path = f"edits[{target.number}].path"
                raise InvalidInput(path, _selector(target.place), allowed, file=file)


def _change(work: dict[str, Any], target: _Target, strategy: Strategy) -> dict[str, Any]:
    data: dict[str, Any]
    edit, old = target.edit, read(work, target.place)
    if isinstance(edit, Set):
        data = replaced(work, target.place, copy.deepcopy(edit.value))
        return data
    assert isinstance(edit, Scale | Add)
    file = strategy.file or f"strategy {strategy.name}"
    path = f"edits[{target.number}].path"
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise InvalidInput(path, edit.path, f"a number to {edit.do}, found {old!r}", file=file)
    step = edit.factor if isinstance(edit, Scale) else edit.amount
    if not math.isfinite(step):
        raise InvalidInput(path.replace("path", "factor"), step, "a finite number", file=file)
    if isinstance(old, int):
        exact = Fraction(str(step))
        new: int | float = round(old * exact if isinstance(edit, Scale) else old + exact)
    else:
        new = old * step if isinstance(edit, Scale) else old + step
    data = replaced(work, target.place, new)
    return data


def _finish(
    base: dict[str, Any], work: dict[str, Any], removed: list[Place], inserts: list[Inserted]
) -> dict[str, Any]:
    """Take out what is removed, put in what is inserted, the innermost lists first."""
    data = work
    rows = _rows(base, removed, inserts)
    entries = {(place, _text(entry)): entry for place, _, entry in inserts}
    for place in sorted(rows, key=len, reverse=True):
        old = _list(data, place)
        new = [
            old[row] if isinstance(row, int) else copy.deepcopy(entries[place, row])
            for row in rows[place]
        ]
        data = replaced(data, place, new)
    return data


def _list(data: Any, place: Place) -> list[Any]:  # noqa: ANN401 (plain data)
    for key in place:
        data = data[key]
    assert isinstance(data, list)
    return data


def _text(value: Any) -> str:  # noqa: ANN401 (plain data)
    return json.dumps(value, sort_keys=True, default=str)


def _selector(place: Place) -> str:
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
