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
    company = company_rows(problem)
    worth = native_worth(problem, problem.items)
    return _rows(problem.items, worth, company)


def item_rows(items: Sequence[Item]) -> list[ItemRow]:
    """Return a row for each item, alone."""
    return _rows(items, [i.worth for i in items], [(0, 0, None)] * len(items))


def _rows(
    items: Sequence[Item], worth: Sequence[int], company: Sequence[CompanyRow]
) -> list[ItemRow]:
    # Many items share one set of orientations: each set is translated once.
    turns = {words: [_NUMBER[word] for word in words] for words in {i.orientations for i in items}}
    return [
        (
            i.size,
            i.copies,
            turns[i.orientations],
            i.weight,
            count,
            i.max_load,
            i.stackable,
            i.fragile,
            group,
        )
        for i, count, group in zip(items, worth, company, strict=True)
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
