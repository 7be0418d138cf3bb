"""Problems as the rows that the compiled side takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backhaul.engine.packing.problem import ORIENTATIONS, Bin, Item, PackedBin, Placement

__all__ = ["bin_rows", "item_rows", "packed_bin"]

_NUMBER = {word: number for number, word in enumerate(ORIENTATIONS)}

ItemRow = tuple[tuple[int, int, int], int, list[int], int, int, int | None, bool, bool]
BinRow = tuple[tuple[int, int, int], int | None, int, int | None]


def bin_rows(bins: Sequence[Bin]) -> list[BinRow]:
    """Return a row for each bin."""
    return [(b.size, b.copies, b.cost, b.max_weight) for b in bins]


def item_rows(items: Sequence[Item]) -> list[ItemRow]:
    """Return a row for each item."""
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
