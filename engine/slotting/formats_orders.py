"""Order lines, seasons and congestion in the slotting JSON format (``docs/slotting.md``)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._json import keys, listed
from backhaul.engine.slotting.problem import Congestion, Orders, SlottingProblem

__all__ = [
    "SeasonsProblem",
    "congestion_from",
    "orders_from",
    "orders_to",
    "seasons_from",
]


@dataclass(frozen=True, eq=False)
class SeasonsProblem:
    """A slotting problem with the orders of several seasons, as `solve_seasons` takes them.

    Parameters
    ----------
    problem : SlottingProblem
        Products and layout.
    seasons : tuple of Orders
        Order lines of each season, with their days.
    names : tuple of str
        Names of the seasons.
    weights : tuple of float or None
        How much each season counts; by its days where there are none.
    worst : bool
        Judged by the worst season instead of the mean.
    """

    problem: SlottingProblem
    seasons: tuple[Orders, ...]
    names: tuple[str, ...]
    weights: tuple[float, ...] | None = None
    worst: bool = False


def _number(path: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(path, value, "a number")
    return float(value)


def orders_from(path: str, data: object, numbers: Mapping[str, int]) -> Orders:
    """Return order lines from ``{"days": 30, "lines": [["milk", "tea"], ["milk"]]}``."""
    fields = keys(path, data, ("days", "lines"), ("lines",))
    ends, product = [0], []
    for i, row in enumerate(listed(f"{path}.lines", fields["lines"])):
        for name in listed(f"{path}.lines[{i}]", row):
            number = numbers.get(str(name))
            if number is None:
                raise InvalidInput(f"{path}.lines[{i}]", name, "a product of the file")
            product.append(number)
        ends.append(len(product))
    days = _number(f"{path}.days", fields.get("days", 1.0))
    try:
        return Orders(np.array(ends), np.array(product, dtype=np.int64), days)
    except InvalidInput as error:
        raise InvalidInput(f"{path}.days", days, error.allowed) from None


def orders_to(orders: Orders, names: Sequence[str]) -> dict[str, Any]:
    """Return order lines as plain data."""
    ends, product = orders.pointer.tolist(), orders.product.tolist()
    lines = [[names[i] for i in product[a:b]] for a, b in itertools.pairwise(ends)]
    return {"days": orders.days, "lines": lines}


def congestion_from(data: object) -> Congestion:
    """Return the price of meetings from ``{"meeting_mm": 2000, "waves": 40}``."""
    fields = ("meeting_mm", "waves")
    return Congestion(**keys("congestion", data, fields, fields))


def seasons_from(problem: SlottingProblem, data: object, judge: object) -> SeasonsProblem:
    """Return seasons from a list of orders, each with a ``name`` and perhaps a ``weight``."""
    if problem.orders is not None:
        raise InvalidInput("seasons", "beside orders", "either orders or seasons")
    if judge not in ("mean", "worst"):
        raise InvalidInput("judge", judge, "mean or worst")
    names = list(problem.names or ())
    numbers = {name: i for i, name in enumerate(names)}
    rows = listed("seasons", data)
    if not rows:
        raise InvalidInput("seasons", "none", "at least one")
    parts, titles, weights = [], [], []
    for i, raw in enumerate(rows):
        path = f"seasons[{i}]"
        fields = keys(path, raw, ("name", "weight", "days", "lines"), ("name", "lines"))
        own = {key: fields[key] for key in ("days", "lines") if key in fields}
        parts.append(orders_from(path, own, numbers))
        titles.append(str(fields["name"]))
        if "weight" in fields:
            weights.append(_number(f"{path}.weight", fields["weight"]))
    if weights and len(weights) < len(parts):
        raise InvalidInput("seasons", "some with a weight", "a weight for all seasons or for none")
    return SeasonsProblem(
        problem, tuple(parts), tuple(titles), tuple(weights) or None, judge == "worst"
    )
