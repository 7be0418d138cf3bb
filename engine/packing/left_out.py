"""What stayed out of the bins: 10^5 types as columns, objects only of those that are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

__all__ = ["LeftOut", "LeftOuts"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Copies of an item that stayed out.

    Parameters
    ----------
    item : int
        Index into the problem's items.
    count : int
    reason : str
        ``size``, ``weight``, ``bins``, ``room``, ``time`` or ``rules``.
    """

    item: int
    count: int
    reason: str


class LeftOuts(Sequence[LeftOut]):
    """All that stayed out, as columns; equal to any sequence of the same `LeftOut`.

    Parameters
    ----------
    item, count : array of uint32, shape (n,)
        Index into the problem's items, and how many copies.
    code : array of uint8, shape (n,)
        Index into `reasons`.
    reasons : tuple of str

    Examples
    --------
    >>> out = LeftOuts.of([LeftOut(4, 2, "room"), LeftOut(7, 1, "size")])
    >>> len(out), out[1], out.copies
    (2, LeftOut(item=7, count=1, reason='size'), 3)
    >>> out == (LeftOut(4, 2, "room"), LeftOut(7, 1, "size"))
    True
    """

    __slots__ = ("_code", "_count", "_item", "_reasons")

    def __init__(
        self,
        item: npt.NDArray[np.uint32],
        count: npt.NDArray[np.uint32],
        code: npt.NDArray[np.uint8],
        reasons: tuple[str, ...],
    ) -> None:
        self._item, self._count, self._code, self._reasons = item, count, code, reasons

    @classmethod
    def of(cls, rows: Iterable[LeftOut]) -> LeftOuts:
        """Arrange objects as columns."""
        rows = tuple(rows)
        reasons = tuple(dict.fromkeys(row.reason for row in rows))
        return cls(
            np.array([row.item for row in rows], dtype=np.uint32),
            np.array([row.count for row in rows], dtype=np.uint32),
            np.array([reasons.index(row.reason) for row in rows], dtype=np.uint8),
            reasons,
        )

    @property
    def copies(self) -> int:
        """How many items stayed out, copies counted."""
        return int(self._count.sum(dtype=np.int64))

    def __len__(self) -> int:
        return len(self._item)

    @overload
    def __getitem__(self, index: int) -> LeftOut: ...
    @overload
    def __getitem__(self, index: slice) -> LeftOuts: ...
    def __getitem__(self, index: int | slice) -> LeftOut | LeftOuts:
        item, count, code = self._item[index], self._count[index], self._code[index]
        if isinstance(index, slice):
            return LeftOuts(item, count, code, self._reasons)
        return LeftOut(int(item), int(count), self._reasons[int(code)])

    def __iter__(self) -> Iterator[LeftOut]:
        columns = zip(self._item.tolist(), self._count.tolist(), self._code.tolist(), strict=True)
        return (LeftOut(item, count, self._reasons[code]) for item, count, code in columns)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LeftOuts | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"LeftOuts({list(self[:3])!r}{', ...' if len(self) > 3 else ''})"
