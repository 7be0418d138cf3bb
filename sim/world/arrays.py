"""Types of the columns, and the freezing of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Bools", "Floats", "Frozen", "Ints", "Names", "freeze"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Names = tuple[str, ...]

Key = TypeVar("Key")
Value = TypeVar("Value")


def freeze(table: DataclassInstance) -> None:
    """Make every array of a dataclass read-only, so that two departments can share it."""
    for field in fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


class Frozen(Mapping[Key, Value]):
    """A mapping that cannot change and, unlike a mapping proxy, can be sent to another process.

    Examples
    --------
    >>> Frozen({"cash": 1})["cash"]
    1
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[Key, Value]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: Key) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Frozen({self._items!r})"
