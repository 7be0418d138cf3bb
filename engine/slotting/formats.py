"""Readers and writers: the slotting JSON format (``docs/slotting.md``) and QAPLIB."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._json import keys, listed
from backhaul.engine.slotting.formats_orders import (
    SeasonsProblem,
    congestion_from,
    orders_from,
    orders_to,
    seasons_from,
)
from backhaul.engine.slotting.layout import Layout, Level, Zone
from backhaul.engine.slotting.problem import Affinity, SlottingProblem
from backhaul.engine.slotting.qap import QapProblem
from backhaul.engine.slotting.rules import SlotRule

__all__ = ["FORMAT", "problem_from_dict", "problem_to_dict", "read", "read_json", "read_qaplib"]

#: Name and version of the JSON format.
FORMAT = "backhaul-slotting-1"

_KEYS = ("format", "layout", "slots", "products", "affinity", "orders", "congestion", "rules")
_LAYOUT_KEYS = (
    "zones",
    "bays",
    "blocks",
    "bay_width_mm",
    "aisle_pitch_mm",
    "cross_aisle_mm",
    "depot_aisle",
    "depot_cross",
)
_SLOT_KEYS = ("id", "zone", "distance_mm", "volume_cm3", "weight_g")
_PRODUCT_KEYS = ("id", "zone", "picks_per_day", "volume_cm3", "weight_g", "family", "fixed_slot")


def _layout(data: object) -> Layout:
    fields = keys("layout", data, _LAYOUT_KEYS, ("zones",))
    zones = []
    for i, raw in enumerate(listed("layout.zones", fields.pop("zones"))):
        path = f"layout.zones[{i}]"
        zone = keys(path, raw, ("name", "aisles", "levels"), ("name", "aisles"))
        if "levels" in zone:
            known = ("volume_cm3", "weight_g", "access_mm")
            zone["levels"] = tuple(
                Level(**keys(f"{path}.levels[{j}]", level, known, ()))
                for j, level in enumerate(listed(f"{path}.levels", zone["levels"]))
            )
        zones.append(Zone(**zone))
    return Layout.build(zones, **fields)


def _slots(data: object) -> Layout:
    rows = [
        keys(f"slots[{i}]", raw, _SLOT_KEYS, _SLOT_KEYS)
        for i, raw in enumerate(listed("slots", data))
    ]
    return Layout.from_slots(
        [row["distance_mm"] for row in rows],
        volume_cm3=[row["volume_cm3"] for row in rows],
        weight_g=[row["weight_g"] for row in rows],
        zone=[str(row["zone"]) for row in rows],
        addresses=[str(row["id"]) for row in rows],
    )


def problem_from_dict(data: object) -> SlottingProblem:
    """Build a problem from plain data of the JSON format.

    Raises
    ------
    InvalidInput
        A missing or unknown key, or a value that is not allowed, with its path.
    """
    fields = keys("$", data, _KEYS, ("products",))
    if fields.get("format", FORMAT) != FORMAT:
        raise InvalidInput("$.format", fields["format"], FORMAT)
    if ("layout" in fields) == ("slots" in fields):
        both = "both" if "layout" in fields else "neither"
        raise InvalidInput("$.layout", both, "either layout or slots")
    layout = _layout(fields["layout"]) if "layout" in fields else _slots(fields["slots"])
    needed = ("id", "zone", "picks_per_day", "volume_cm3", "weight_g")
    rows = [
        keys(f"products[{i}]", raw, _PRODUCT_KEYS, needed)
        for i, raw in enumerate(listed("products", fields["products"]))
    ]
    names = [str(row["id"]) for row in rows]
    numbers = {name: i for i, name in enumerate(names)}
    affinity = None
    if fields.get("affinity"):
        pairs: list[tuple[int, int, float]] = []
        for i, raw in enumerate(listed("affinity", fields["affinity"])):
            if not isinstance(raw, list) or len(raw) != 3:
                raise InvalidInput(f"affinity[{i}]", raw, "[product, product, joint picks a day]")
            for name in raw[:2]:
                if str(name) not in numbers:
                    raise InvalidInput(f"affinity[{i}]", name, "a product of the file")
            pairs.append((numbers[str(raw[0])], numbers[str(raw[1])], raw[2]))
        one, two, joint = zip(*pairs, strict=True)
        affinity = Affinity(np.array(one), np.array(two), joint)  # type: ignore[arg-type]
    slots = {address: j for j, address in enumerate(layout.addresses)}
    fixed = []
    for i, row in enumerate(rows):
        where = row.get("fixed_slot")
        if where is not None and where not in slots:
            raise InvalidInput(f"products[{i}].fixed_slot", where, "the address of a slot")
        fixed.append(-1 if where is None else slots[where])
    rules = []
    for i, raw in enumerate(listed("rules", fields.get("rules", []))):
        known = ("name", "products", "slots", "exclusive")
        rule = keys(f"rules[{i}]", raw, known, known[:3])
        numbers_of = []
        for field, index in (("products", numbers), ("slots", slots)):
            given = [str(name) for name in listed(f"rules[{i}].{field}", rule[field])]
            unknown = [name for name in given if name not in index]
            if unknown:
                raise InvalidInput(f"rules[{i}].{field}", unknown[0], f"{field} of the file")
            numbers_of.append(np.array([index[name] for name in given], dtype=np.int64))
        members, inside = numbers_of
        kept = bool(rule.get("exclusive", False))
        rules.append(SlotRule(str(rule["name"]), members, inside, kept))
    return SlottingProblem(
        layout,
        [row["picks_per_day"] for row in rows],
        [row["volume_cm3"] for row in rows],
        [row["weight_g"] for row in rows],
        [str(row["zone"]) for row in rows],
        names,
        [str(row.get("family", "")) for row in rows],
        affinity,
        fixed,
        orders=orders_from("orders", fields["orders"], numbers) if "orders" in fields else None,
        congestion=congestion_from(fields["congestion"]) if "congestion" in fields else None,
        rules=rules,
    )


def problem_to_dict(problem: SlottingProblem) -> dict[str, Any]:
    """Return a problem as plain data of the JSON format."""
    lay = problem.layout
    names = list(problem.names or ())
    data: dict[str, Any] = {"format": FORMAT}
    if lay.walkable:
        data["layout"] = dict(lay.description)
    else:
        data["slots"] = [
            {
                "id": lay.addresses[j],
                "zone": lay.zone_names[lay.slot_zone[j]],
                "distance_mm": int(lay.slot_distance_mm[j]),
                "volume_cm3": int(lay.slot_volume_cm3[j]),
                "weight_g": int(lay.slot_weight_g[j]),
            }
            for j in range(len(lay))
        ]
    fixed = np.asarray(problem.fixed_slot)
    data["products"] = [
        {
            "id": names[i],
            "zone": lay.zone_names[int(np.asarray(problem.zone)[i])],
            "picks_per_day": float(np.asarray(problem.picks_per_day)[i]),
            "volume_cm3": int(np.asarray(problem.volume_cm3)[i]),
            "weight_g": int(np.asarray(problem.weight_g)[i]),
            "family": list(problem.family or ())[i],
            **({"fixed_slot": lay.addresses[fixed[i]]} if fixed[i] >= 0 else {}),
        }
        for i in range(len(problem))
    ]
    if problem.affinity is not None:
        pairs = problem.affinity
        data["affinity"] = [
            [names[a], names[b], joint]
            for a, b, joint in zip(
                pairs.first.tolist(), pairs.second.tolist(), pairs.joint.tolist(), strict=True
            )
        ]
    if problem.orders is not None:
        data["orders"] = orders_to(problem.orders, names)
    if problem.congestion is not None:
        price = problem.congestion
        data["congestion"] = {"meeting_mm": int(price.meeting_mm), "waves": int(price.waves)}
    if problem.rules:
        data["rules"] = [
            {
                "name": rule.name,
                "products": [names[i] for i in rule.products.tolist()],
                "slots": [lay.addresses[s] for s in rule.slots.tolist()],
                "exclusive": rule.exclusive,
            }
            for rule in problem.rules
        ]
    return data


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a text file"
        raise InvalidInput("FILE", str(why), "a readable text file", file=str(path)) from None


def _in_file(error: InvalidInput, path: Path) -> InvalidInput:
    return type(error)(error.path, error.value, error.allowed, file=str(path))


def _json(path: Path) -> Any:  # noqa: ANN401  # whatever the file holds
    try:
        return json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput("FILE", str(error), "valid JSON", file=str(path)) from None


def read_json(path: Path | str) -> SlottingProblem:
    """Read a problem in the slotting JSON format.

    Raises
    ------
    InvalidInput
        The file cannot be read, is no JSON, or holds a value that is not allowed.
    """
    path = Path(path)
    data = _json(path)
    try:
        return problem_from_dict(data)
    except InvalidInput as error:
        raise _in_file(error, path) from None


def read_qaplib(path: Path | str) -> QapProblem:
    """Read a quadratic assignment in the QAPLIB format (Burkard, Karisch and Rendl 1997).

    The first line holds n (further numbers on it, such as a best known value, are passed over),
    then come the flow matrix and the distance matrix.

    Raises
    ------
    InvalidInput
        The file cannot be read, or does not hold n, and two n x n matrices of whole numbers.
    """
    path = Path(path)
    text = _text(path).strip()
    head, _, body = text.partition("\n")
    words = head.split()
    try:
        n = int(words[0])
        numbers = np.array([float(word) for word in body.split()])
    except (IndexError, ValueError):
        allowed = "n on the first line, then two n x n matrices"
        raise InvalidInput("FILE", head[:60], allowed, file=str(path)) from None
    if n < 1 or len(numbers) != 2 * n * n:
        allowed = f"{2 * n * n} numbers after the first line, for n = {n}"
        raise InvalidInput("FILE", f"{len(numbers)} numbers", allowed, file=str(path))
    flow, distance = numbers.reshape(2, n, n)
    try:
        return QapProblem(flow, distance, path.stem)
    except InvalidInput as error:
        raise _in_file(error, path) from None


def read(path: Path | str) -> SlottingProblem | SeasonsProblem | QapProblem:
    """Read a problem: ``.qap`` and ``.dat`` as QAPLIB, everything else as JSON.

    JSON with ``seasons`` is a problem for `solve_seasons`.
    """
    path = Path(path)
    if path.suffix.lower() in (".qap", ".dat"):
        return read_qaplib(path)
    data = _json(path)
    try:
        if not isinstance(data, dict) or not {"seasons", "judge"} & set(data):
            return problem_from_dict(data)
        seasons, judge = data.pop("seasons", []), data.pop("judge", "mean")
        return seasons_from(problem_from_dict(data), seasons, judge)
    except InvalidInput as error:
        raise _in_file(error, path) from None
