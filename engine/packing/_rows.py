"""Problems as the rows and columns that the compiled side takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from backhaul.engine.packing.company import company_rows, native_worth
from backhaul.engine.packing.overhang import Overhang
from backhaul.engine.packing.problem import ORIENTATIONS, Bin, PackingProblem

if TYPE_CHECKING:
    from backhaul_native._native.packing import Items

__all__ = ["bin_rows", "item_columns"]

_NUMBER = {word: number for number, word in enumerate(ORIENTATIONS)}

_N = TypeVar("_N", bound=np.generic)

BinRow = tuple[
    tuple[int, int, int],
    int | None,
    int,
    int | None,
    list[tuple[tuple[int, int, int], tuple[int, int, int]]],
    Overhang,
    list[tuple[int, int]] | None,
]


def bin_rows(bins: Sequence[Bin]) -> list[BinRow]:
    """Return a row for each bin."""
    return [
        (b.size, b.copies, b.cost, b.max_weight, _corners(b), b.overhang, _gravity(b)) for b in bins
    ]


def _gravity(bin_: Bin) -> list[tuple[int, int]] | None:
    """Return where the centre of gravity may lie, in parts of a million of each extent."""
    if not bin_.cog:
        return None
    pairs = (bin_.cog.get(axis, (0.0, 1.0)) for axis in "xyz")
    # Outside 0 to 1 every place is allowed, or none.
    near, far = -1_000_000, 2_000_000
    return [
        (
            min(far, max(near, math.ceil(low * 1_000_000 - 1e-6))),
            min(far, max(near, math.floor(high * 1_000_000 + 1e-6))),
        )
        for low, high in pairs
    ]


def _corners(bin_: Bin) -> list[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """Return obstacles by the corners nearest to and farthest from the origin."""
    return [
        ((x, y, z), (x + length, y + width, z + height))
        for (x, y, z), (length, width, height) in bin_.obstacles
    ]


def item_columns(problem: PackingProblem) -> Items:
    """Return a column for each property of the items: 10^5 rows would take longer than a solve."""
    items = problem.items
    count = len(items)
    sizes = _column((v for item in items for v in item.size), np.int64, 3 * count)
    # Many items share one set of orientations: each set is translated once.
    sets: dict[tuple[str, ...], int] = {}
    turns = [sets.setdefault(item.orientations, len(sets)) for item in items]
    loads = (-1 if item.max_load is None else item.max_load for item in items)
    marks = (item.stackable + 2 * item.fragile for item in items)
    return (
        sizes,
        _column((item.copies for item in items), np.uint32, count),
        np.array(turns, dtype=np.uint32),
        _column((item.weight for item in items), np.int64, count),
        _worth(problem, sizes),
        _column(loads, np.int64, count),
        _column(marks, np.uint8, count),
        *_company(problem),
        [[_NUMBER[word] for word in words] for words in sets],
    )


def _worth(problem: PackingProblem, sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return what the search counts for each item; all at once where nothing is preferred."""
    items = problem.items
    if any(item.must_load or item.priority for item in items):
        return np.array(native_worth(problem, items), dtype=np.int64)
    given = np.array([-1 if i.profit is None else i.profit for i in items], dtype=np.int64)
    volume: npt.NDArray[np.int64] = sizes.reshape(-1, 3).prod(axis=1)
    return np.where(given < 0, volume, given)


def _company(
    problem: PackingProblem,
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    rows = company_rows(problem)
    count = len(rows)
    families = (-1 if family is None else family for _, _, family in rows)
    return (
        _column((groups for groups, _, _ in rows), np.uint64, count),
        _column((apart for _, apart, _ in rows), np.uint64, count),
        _column(families, np.int64, count),
    )


def _column(values: Iterable[int], kind: type[_N], count: int) -> npt.NDArray[_N]:
    return np.fromiter(values, dtype=kind, count=count)
