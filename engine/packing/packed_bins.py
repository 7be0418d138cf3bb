"""Filled bins: 10^5 placements as columns, objects only once somebody looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
import numpy.typing as npt

from backhaul.engine.packing.problem import ORIENTATIONS, PackedBin, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PackedBins", "packed_bin"]


class PackedBins(Sequence[PackedBin]):
    """All opened bins, as columns; equal to any sequence of the same `PackedBin`.

    Parameters
    ----------
    bin : array of uint32, shape (n,)
        Index of each into the problem's bins.
    ends : array of int64, shape (n,)
        Rows of the bins up to and with each.
    rows : array of int32, shape (m, 5)
        Item, orientation, x, y and z of all placements in loading order.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.array([[7, 0, 0, 0, 0], [7, 0, 4, 0, 0], [2, 0, 0, 0, 0]], dtype=np.int32)
    >>> bins = PackedBins(np.array([0, 1], dtype=np.uint32), np.array([2, 3]), rows)
    >>> len(bins), bins.packed, bins[1].placements[0].item
    (2, 3, 2)
    >>> bins == tuple(bins)
    True
    """

    __slots__ = ("_bin", "_ends", "_made", "_rows")

    def __init__(
        self,
        bin: npt.NDArray[np.uint32],
        ends: npt.NDArray[np.int64],
        rows: npt.NDArray[np.int32],
    ) -> None:
        self._bin, self._ends, self._rows = bin, ends, rows
        self._made: tuple[PackedBin, ...] | None = None

    @property
    def packed(self) -> int:
        """How many items lie in the bins."""
        return len(self._rows)

    def __len__(self) -> int:
        return len(self._bin)

    @overload
    def __getitem__(self, index: int) -> PackedBin: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PackedBin, ...]: ...
    def __getitem__(self, index: int | slice) -> PackedBin | tuple[PackedBin, ...]:
        # The same objects every time.
        if self._made is None:
            begins = [0, *self._ends.tolist()]
            rows = self._rows.tolist()
            self._made = tuple(
                packed_bin(kind, rows[begins[k] : begins[k + 1]])
                for k, kind in enumerate(self._bin.tolist())
            )
        return self._made[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PackedBins | tuple | list):
            return NotImplemented
        return self[:] == tuple(other)

    def __hash__(self) -> int:
        return hash(self[:])

    def __repr__(self) -> str:
        return repr(self[:])

    def __reduce__(self) -> tuple[type[PackedBins], tuple[npt.NDArray[np.generic], ...]]:
        return PackedBins, (self._bin, self._ends, self._rows)


def packed_bin(bin_: int, rows: Iterable[Sequence[int]]) -> PackedBin:
    """Build a packed bin from rows of (item, orientation, x, y, z) in loading order."""
    return PackedBin(
        bin_,
        tuple(
            Placement(item, ORIENTATIONS[orientation], (x, y, z), seq)
            for seq, (item, orientation, x, y, z) in enumerate(rows)
        ),
    )
