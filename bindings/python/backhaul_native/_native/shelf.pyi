"""Bindings of planograms in `native/slotting`."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

_Ints: TypeAlias = npt.NDArray[np.int64]
_Floats: TypeAlias = npt.NDArray[np.float64]

def solve_planogram(
    shelf_args: tuple[_Ints, _Ints, _Floats],
    whole: list[_Ints],
    real: list[_Floats],
    units: _Floats,
    place: _Floats,
    empty: float,
    near: list[tuple[int, int, float]],
    start: list[tuple[int, int, int, int] | None] | None,
    seed: int,
    limits: tuple[float | None, int | None, float | None],
    on_progress: Callable[[int, float, float, float | None], None] | None,
) -> dict[str, Any]: ...
