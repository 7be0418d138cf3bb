"""Types of the columns, and the freezing of them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Bools", "Floats", "Ints", "Names", "freeze"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Names = tuple[str, ...]


def freeze(table: DataclassInstance) -> None:
    """Make every array of a dataclass read-only, so that two departments can share it."""
    for field in fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
