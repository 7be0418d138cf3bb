"""Bindings of order batching in `native/slotting`."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from .slotting import _Grid

_Ints: TypeAlias = npt.NDArray[np.int64]

def solve_batching(
    grid_args: _Grid,
    aisle: _Ints,
    y: _Ints,
    ptr: _Ints,
    lines: _Ints,
    load: _Ints,
    capacity: _Ints,
    method: str,
    timing_args: tuple[int, int, int, int, _Ints, _Ints, _Ints] | None,
    start: _Ints | None,
    seed: int,
    limits: tuple[float | None, int | None, float | None],
    on_progress: Callable[[int, float, float, float | None], None] | None,
) -> dict[str, Any]: ...
