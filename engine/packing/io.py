"""Reads and writes `packing-instance/1` and `packing-solution/1` (JSON)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing.overhang import sides
from backhaul.engine.packing.problem import (
    Axle,
    Bin,
    Item,
    PackedBin,
    PackingProblem,
    Placement,
    Rules,
    Scale,
    Tractor,
)

__all__ = [
    "layout_from_dict",
    "layout_to_dict",
    "problem_from_dict",
    "problem_to_dict",
    "read_problem",
    "write_problem",
]

INSTANCE_FORMAT = "packing-instance/1"
SOLUTION_FORMAT = "packing-solution/1"

_ITEM_LENGTHS = ("size",)
_ITEM_WEIGHTS = ("weight", "max_load")
_RULES: dict[str, Any] = {
    "min_support": (int, float),
    "lifo": bool,
    "lifo_above": str,
    "fragility": bool,
    "check_sequence": bool,
    "axle_every_leg": bool,
    "apart": (list, tuple),
}
_BIN_KEYS = {
    "id", "size", "copies", "cost", "max_weight", "doors", "axles", "tractor", "cog", "obstacles",
    "overhang",
}  # fmt: skip
_OBSTACLE_KEYS = ("pos", "size")
_ITEM_KEYS = {
    "id", "size", "copies", "orientations", "weight", "profit",
    "stop", "max_load", "stackable", "fragile", "groups", "family", "must_load", "priority",
}  # fmt: skip
_AXLE_KEYS = {"name", "x", "max", "min", "tare"}
_TRACTOR_KEYS = {
    "wheelbase", "kingpin_to_rear", "front_tare", "front_max", "rear_tare", "rear_max",
}  # fmt: skip
_REMARKS = {"name", "note", "comment", "description", "source"}


def _known(path: str, value: object, keys: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput(path, value, "an object")
    for key in value:
        if key not in keys and key not in _REMARKS:
            raise InvalidInput(f"{path}.{key}", value[key], "one of " + ", ".join(sorted(keys)))
    return value


def _number(path: str, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(path, value, "a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(path, value, "a finite number")
    return value


def _list(path: str, value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise InvalidInput(path, value, "a list")
    return value


def _decimals(path: str, values: Iterable[tuple[str, int | float]]) -> int:
    """Return the smallest power of ten that makes all values whole."""
    scale = 1
    for where, value in values:
        while isinstance(value, float) and abs(value * scale - round(value * scale)) > 1e-7:
            scale *= 10
            if scale > 1_000_000:
                raise InvalidInput(where, value, f"at most 6 decimals ({path})")
    return scale


def _lengths(data: Mapping[str, Any]) -> Iterator[tuple[str, int | float]]:
    for kind in ("bins", "items"):
        for i, thing in enumerate(data[kind]):
            path = f"{kind}[{i}].size"
            if "size" not in thing:
                raise InvalidInput(path, "", "1 to 3 numbers")
            for k, value in enumerate(_list(path, thing["size"])):
                yield f"{path}[{k}]", _number(f"{path}[{k}]", value)
            for k, axle in enumerate(thing.get("axles") or ()):
                where = f"{kind}[{i}].axles[{k}].x"
                yield where, _number(where, _known(where, axle, _AXLE_KEYS).get("x"))
            for k, box in enumerate(thing.get("obstacles") or ()):
                where = f"{kind}[{i}].obstacles[{k}]"
                for key in _OBSTACLE_KEYS:
                    for v in _list(f"{where}.{key}", _known(where, box, _OBSTACLE_KEYS).get(key)):
                        yield f"{where}.{key}", _number(f"{where}.{key}", v)
            for k, value in enumerate(sides(thing.get("overhang"))):
                yield f"{kind}[{i}].overhang[{k}]", _number(f"{kind}[{i}].overhang[{k}]", value)
            tractor = thing.get("tractor") or {}
            for name in ("wheelbase", "kingpin_to_rear"):
                if name in tractor:
                    where = f"{kind}[{i}].tractor.{name}"
                    yield where, _number(where, tractor[name])


def _weights(data: Mapping[str, Any]) -> Iterator[tuple[str, int | float]]:
    for i, item in enumerate(data["items"]):
        for name in _ITEM_WEIGHTS:
            if item.get(name) is not None:
                yield f"items[{i}].{name}", _number(f"items[{i}].{name}", item[name])
    for i, box in enumerate(data["bins"]):
        if box.get("max_weight") is not None:
            yield f"bins[{i}].max_weight", _number(f"bins[{i}].max_weight", box["max_weight"])
        for k, axle in enumerate(box.get("axles") or ()):
            for name in ("max", "min", "tare"):
                if axle.get(name) is not None:
                    where = f"bins[{i}].axles[{k}].{name}"
                    yield where, _number(where, axle[name])
        for name, value in (box.get("tractor") or {}).items():
            if name.endswith(("_tare", "_max")) and value is not None:
                yield f"bins[{i}].tractor.{name}", _number(f"bins[{i}].tractor.{name}", value)


def _profits(data: Mapping[str, Any]) -> Iterator[tuple[str, int | float]]:
    for i, item in enumerate(data["items"]):
        if item.get("profit") is not None:
            yield f"items[{i}].profit", _number(f"items[{i}].profit", item["profit"])


def _scaled(value: float, scale: int) -> int:
    return round(value * scale)


def _scaled_or_none(value: float | None, scale: int) -> int | None:
    return None if value is None else round(value * scale)


def _flag(path: str, value: object, default: bool) -> bool:
    if value is None:
        return default
    if not isinstance(value, bool):
        raise InvalidInput(path, value, "true or false")
    return value


def _identity(path: str, thing: Mapping[str, Any]) -> str:
    if not isinstance(thing.get("id"), str | int):
        raise InvalidInput(f"{path}.id", thing.get("id"), "a name")
    return str(thing["id"])


def _rules(value: object) -> Rules:
    rules = _known("rules", value or {}, _RULES)
    given: dict[str, Any] = {}
    for name, kind in _RULES.items():
        got = rules.get(name)
        if got is None:
            continue
        if not isinstance(got, kind) or (kind is not bool and isinstance(got, bool)):
            raise InvalidInput(f"rules.{name}", got, "the type that the format states")
        given[name] = got
    return Rules(**given)


def _bin(i: int, thing: Mapping[str, Any], scale: Scale) -> Bin:
    path = f"bins[{i}]"
    axles = [
        Axle(
            name=str(axle.get("name", f"x={axle['x']}")),
            x=_scaled(axle["x"], scale.length),
            max=_scaled_or_none(axle.get("max"), scale.weight),
            min=_scaled_or_none(axle.get("min"), scale.weight),
            tare=_scaled(axle.get("tare") or 0, scale.weight),
        )
        for axle in thing.get("axles") or ()
    ]
    tractor = None
    if thing.get("tractor"):
        data = _known(f"{path}.tractor", thing["tractor"], _TRACTOR_KEYS)
        for name in ("wheelbase", "kingpin_to_rear"):
            if data.get(name) is None:
                raise InvalidInput(f"{path}.tractor.{name}", "", "a number")
        tractor = Tractor(
            **{
                name: _scaled(data[name], scale.length) for name in ("wheelbase", "kingpin_to_rear")
            },
            **{
                name: _scaled(data[name], scale.weight)
                for name in ("front_tare", "rear_tare", "front_max", "rear_max")
                if data.get(name) is not None
            },
        )
    cog = {
        axis: (float(_number(path, pair[0])), float(_number(path, pair[1])))
        for axis, pair in _known(f"{path}.cog", thing.get("cog") or {}, "xyz").items()
    }
    copies = thing.get("copies", 1)
    obstacles: list[Any] = []
    for k, given in enumerate(_list(f"{path}.obstacles", thing.get("obstacles") or ())):
        box = _known(f"{path}.obstacles[{k}]", given, _OBSTACLE_KEYS)
        corner = tuple(
            tuple(
                _scaled(v, scale.length)
                for v in _list(f"{path}.obstacles[{k}].{key}", box.get(key))
            )
            for key in ("pos", "size")
        )
        obstacles.append(corner)
    return Bin(
        id=_identity(path, thing),
        size=tuple(_scaled(v, scale.length) for v in thing["size"]),  # type: ignore[arg-type]
        copies=copies,
        cost=thing.get("cost", 1),
        max_weight=_scaled_or_none(thing.get("max_weight"), scale.weight),
        doors=tuple(_list(f"{path}.doors", thing.get("doors") or ("+x",))),
        axles=tuple(axles),
        tractor=tractor,
        cog=cog,
        obstacles=tuple(obstacles),
        overhang=tuple(_scaled(v, scale.length) for v in sides(thing.get("overhang"))),  # type: ignore[arg-type]
    )


def _item(i: int, thing: Mapping[str, Any], scale: Scale, by_volume: int) -> Item:
    path = f"items[{i}]"
    profit = thing.get("profit")
    allowed = thing.get("orientations")
    size = tuple(_scaled(v, scale.length) for v in thing["size"])
    if profit is None and by_volume > 1:
        # Some items have a profit of their own and others count by volume: one common unit.
        profit_units: int | None = math.prod(size) * by_volume
    else:
        profit_units = _scaled_or_none(profit, scale.profit)
    return Item(
        id=_identity(path, thing),
        size=size,  # type: ignore[arg-type]
        copies=thing.get("copies", 1),
        orientations=("xyz",) if allowed is None else tuple(_list(f"{path}.orientations", allowed)),
        weight=_scaled(thing.get("weight") or 0, scale.weight),
        profit=profit_units,
        stop=thing.get("stop") or 0,
        max_load=_scaled_or_none(thing.get("max_load"), scale.weight),
        stackable=_flag(f"{path}.stackable", thing.get("stackable"), True),
        fragile=_flag(f"{path}.fragile", thing.get("fragile"), False),
        groups=tuple(_list(f"{path}.groups", thing.get("groups") or ())),
        family=thing.get("family"),
        must_load=_flag(f"{path}.must_load", thing.get("must_load"), False),
        priority=thing.get("priority") or 0,
    )


def problem_from_dict(data: Mapping[str, Any]) -> PackingProblem:
    """Build a problem from the data of a `packing-instance/1` file.

    Decimals are scaled to whole numbers by the smallest power of ten that fits all.

    Raises
    ------
    InvalidInput
        A value is missing, of the wrong type or out of range; the path says which.

    Examples
    --------
    >>> data = {
    ...     "format": "packing-instance/1",
    ...     "bins": [{"id": "b", "size": [1.5, 1]}],
    ...     "items": [{"id": "a", "size": [0.5, 1], "copies": 3}],
    ... }
    >>> problem = problem_from_dict(data)
    >>> problem.bins[0].size, problem.scale.length, problem.dimensions
    ((15, 10, 1), 10, 2)
    """
    if not isinstance(data, Mapping):
        raise InvalidInput("instance", data, "an object")
    if data.get("format", INSTANCE_FORMAT) != INSTANCE_FORMAT:
        raise InvalidInput("format", data["format"], INSTANCE_FORMAT)
    for kind, keys in (("bins", _BIN_KEYS), ("items", _ITEM_KEYS)):
        for i, thing in enumerate(_list(kind, data.get(kind))):
            _known(f"{kind}[{i}]", thing, keys)
    dimensions = max(
        (len(_list("size", t.get("size", ()))) for k in ("bins", "items") for t in data[k]),
        default=3,
    )
    length = _decimals("lengths", _lengths(data))
    weight = _decimals("weights", _weights(data))
    profit = _decimals("profits", _profits(data))
    given = [item.get("profit") is not None for item in data["items"]]
    by_volume = 0
    if any(given):
        # Volumes here are `length` ** dimensions times those of the file.
        profit = max(profit, length**dimensions)
        by_volume = max(1, profit // length**dimensions)
        profit = by_volume * length**dimensions
        by_volume = by_volume if not all(given) else 0
    else:
        profit = length**dimensions
    scale = Scale(length=length, weight=weight, profit=profit)
    kind = "bin_packing" if data.get("problem") == "bin_packing" else "knapsack"
    problem: Literal["knapsack", "bin_packing"] = kind  # type: ignore[assignment]
    return PackingProblem(
        bins=tuple(_bin(i, b, scale) for i, b in enumerate(data["bins"])),
        items=tuple(_item(i, t, scale, by_volume) for i, t in enumerate(data["items"])),
        problem=problem,
        rules=_rules(data.get("rules")),
        name=str(data.get("name") or ""),
        scale=scale,
        dimensions=dimensions,  # type: ignore[arg-type]
    )


def _back(value: int | None, scale: int) -> int | float | None:
    if value is None or scale == 1:
        return value
    return value // scale if value % scale == 0 else value / scale


def problem_to_dict(problem: PackingProblem) -> dict[str, Any]:
    """Return the data of a `packing-instance/1` file, in the units of the file."""
    s, n = problem.scale, problem.dimensions
    bins = []
    for b in problem.bins:
        bin_: dict[str, Any] = {
            "id": b.id,
            "size": [_back(v, s.length) for v in b.size[:n]],
            "copies": b.copies,
        }
        if b.cost != 1:
            bin_["cost"] = b.cost
        if b.max_weight is not None:
            bin_["max_weight"] = _back(b.max_weight, s.weight)
        if b.doors != ("+x",):
            bin_["doors"] = list(b.doors)
        if b.axles:
            bin_["axles"] = [
                {
                    "name": a.name,
                    "x": _back(a.x, s.length),
                    "max": _back(a.max, s.weight),
                    "min": _back(a.min, s.weight),
                    "tare": _back(a.tare, s.weight),
                }
                for a in b.axles
            ]
        if b.tractor:
            t = b.tractor
            bin_["tractor"] = {
                "wheelbase": _back(t.wheelbase, s.length),
                "kingpin_to_rear": _back(t.kingpin_to_rear, s.length),
                "front_tare": _back(t.front_tare, s.weight),
                "front_max": _back(t.front_max, s.weight),
                "rear_tare": _back(t.rear_tare, s.weight),
                "rear_max": _back(t.rear_max, s.weight),
            }
        if b.cog:
            bin_["cog"] = {axis: list(pair) for axis, pair in b.cog.items()}
        if any(b.overhang):
            bin_["overhang"] = [_back(v, s.length) for v in b.overhang]
        if b.obstacles:
            bin_["obstacles"] = [
                {
                    "pos": [_back(v, s.length) for v in at],
                    "size": [_back(v, s.length) for v in size],
                }
                for at, size in b.obstacles
            ]
        bins.append(bin_)
    items = []
    for i in problem.items:
        item: dict[str, Any] = {
            "id": i.id,
            "size": [_back(v, s.length) for v in i.size[:n]],
            "copies": i.copies,
            "orientations": list(i.orientations),
            "weight": _back(i.weight, s.weight),
            "stop": i.stop,
            "stackable": i.stackable,
            "fragile": i.fragile,
        }
        if i.profit is not None:
            item["profit"] = _back(i.profit, s.profit)
        if i.max_load is not None:
            item["max_load"] = _back(i.max_load, s.weight)
        if i.groups or i.family is not None or i.must_load or i.priority:
            company = {"groups": list(i.groups), "family": i.family}
            item |= company | {"must_load": i.must_load, "priority": i.priority}
        items.append(item)
    rules = {name: getattr(problem.rules, name) for name in _RULES}
    rules["apart"] = [list(pair) for pair in problem.rules.apart]
    return {
        "format": INSTANCE_FORMAT,
        "name": problem.name,
        "problem": problem.problem,
        "rules": rules,
        "bins": bins,
        "items": items,
    }


def layout_to_dict(problem: PackingProblem, bins: Sequence[PackedBin]) -> dict[str, Any]:
    """Return the data of a `packing-solution/1` file, in the units of the instance's file."""
    s, n = problem.scale, problem.dimensions
    return {
        "format": SOLUTION_FORMAT,
        "instance": problem.name,
        "bins": [
            {
                "bin": problem.bins[packed.bin].id,
                "placements": [
                    {
                        "item": problem.items[p.item].id,
                        "pos": [_back(v, s.length) for v in p.pos[:n]],
                        "orient": p.orientation,
                        "seq": number if p.seq is None else p.seq,
                    }
                    for number, p in enumerate(packed.placements)
                ],
            }
            for packed in bins
        ],
    }


def layout_from_dict(problem: PackingProblem, data: Mapping[str, Any]) -> tuple[PackedBin, ...]:
    """Read the bins of a `packing-solution/1` file for this problem.

    Raises
    ------
    InvalidInput
        It names a bin or item that the problem does not have, or is not of the format.
    """
    if not isinstance(data, Mapping) or data.get("format", SOLUTION_FORMAT) != SOLUTION_FORMAT:
        raise InvalidInput("format", data, SOLUTION_FORMAT)
    bin_of = {b.id: k for k, b in enumerate(problem.bins)}
    item_of = {i.id: k for k, i in enumerate(problem.items)}
    bins = []
    for k, packed in enumerate(_list("bins", data.get("bins"))):
        if str(packed.get("bin")) not in bin_of:
            raise InvalidInput(f"bins[{k}].bin", packed.get("bin"), "a bin of the instance")
        placements = []
        for n, p in enumerate(_list(f"bins[{k}].placements", packed.get("placements"))):
            path = f"bins[{k}].placements[{n}]"
            if str(p.get("item")) not in item_of:
                raise InvalidInput(f"{path}.item", p.get("item"), "an item of the instance")
            pos = [
                round(_number(f"{path}.pos", v) * problem.scale.length)
                for v in _list(f"{path}.pos", p.get("pos"))
            ]
            if not 1 <= len(pos) <= 3:
                raise InvalidInput(f"{path}.pos", p.get("pos"), "1 to 3 numbers")
            pos += [0] * (3 - len(pos))
            placements.append(
                Placement(
                    item=item_of[str(p["item"])],
                    orientation=str(p.get("orient") or "xyz"),
                    pos=(pos[0], pos[1], pos[2]),
                    seq=p.get("seq"),
                )
            )
        bins.append(PackedBin(bin_of[str(packed["bin"])], tuple(placements)))
    return tuple(bins)


def read_problem(path: str | Path) -> PackingProblem:
    """Read a `packing-instance/1` file.

    Raises
    ------
    InvalidInput
        The file cannot be read or is not of the format; the message names file and path.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text())
    except OSError as error:
        raise InvalidInput("file", str(path), f"a readable file ({error.strerror})") from None
    except ValueError as error:
        raise InvalidInput("file", str(error), "JSON", file=str(path)) from None
    try:
        return problem_from_dict(data)
    except InvalidInput as error:
        raise type(error)(error.path, error.value, error.allowed, file=str(path)) from None


def write_problem(problem: PackingProblem, path: str | Path) -> None:
    """Write a `packing-instance/1` file."""
    Path(path).write_text(json.dumps(problem_to_dict(problem), indent=1) + "\n")
