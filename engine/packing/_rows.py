"""Problems as the rows that the compiled side takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backhaul.engine.packing.company import CompanyRow, company_rows, native_worth
from backhaul.engine.packing.problem import (
    ORIENTATIONS,
    Bin,
    Item,
    PackedBin,
    PackingProblem,
    Placement,
)

__all__ = ["bin_rows", "item_rows", "packed_bin", "problem_rows"]

_NUMBER = {word: number for number, word in enumerate(ORIENTATIONS)}

ItemRow = tuple[tuple[int, int, int], int, list[int], int, int, int | None, bool, bool, CompanyRow]
BinRow = tuple[
    tuple[int, int, int],
    int | None,
    int,
    int | None,
    list[tuple[tuple[int, int, int], tuple[int, int, int]]],
]


def bin_rows(bins: Sequence[Bin]) -> list[BinRow]:
    """Return a row for each bin."""
    return [(b.size, b.copies, b.cost, b.max_weight, _corners(b)) for b in bins]


def _corners(bin_: Bin) -> list[tuple[tuple[int, int, int], tuple[int, int, int]]]:
    """Return obstacles by the corners nearest to and farthest from the origin."""
    return [
        ((x, y, z), (x + length, y + width, z + height))
        for (x, y, z), (length, width, height) in bin_.obstacles
    ]


def problem_rows(problem: PackingProblem) -> list[ItemRow]:
    """Return a row for each item, with its company, and what counts for it in the search."""
    rows = item_rows(problem.items)
    company = company_rows(problem)
    worth = native_worth(problem, problem.items)
    return [
        (*row[:4], count, *row[5:8], group)
        for row, count, group in zip(rows, worth, company, strict=True)
    ]


def item_rows(items: Sequence[Item]) -> list[ItemRow]:
    """Return a row for each item, alone."""
    return [
        (
            i.size,
            i.copies,
            [_NUMBER[word] for word in i.orientations],
            i.weight,
            i.worth,
            i.max_load,
            i.stackable,
            i.fragile,
            (0, 0, None),
        )
        for i in items
    ]


def packed_bin(bin_: int, rows: Iterable[tuple[int, int, int, int, int]]) -> PackedBin:
    """Build a packed bin from rows of (item, orientation, x, y, z) in loading order."""
    return PackedBin(
        bin_,
        tuple(
            Placement(item, ORIENTATIONS[orientation], (x, y, z), seq)
            for seq, (item, orientation, x, y, z) in enumerate(rows)
        ),
    )
