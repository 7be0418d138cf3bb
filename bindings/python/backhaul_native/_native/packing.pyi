from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

# Sizes (three each), copies, set of orientations, weight, worth, max_load (-1: none), stackable 1
# plus fragile 2, groups, groups apart, family (-1: none); and the sets of orientations.
Items: TypeAlias = tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.uint32],
    npt.NDArray[np.uint32],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.uint8],
    npt.NDArray[np.uint64],
    npt.NDArray[np.uint64],
    npt.NDArray[np.int64],
    Sequence[Sequence[int]],
]
Corners: TypeAlias = Sequence[tuple[Sequence[int], Sequence[int]]]
Shares: TypeAlias = Sequence[tuple[int, int]] | None
Bin: TypeAlias = tuple[Sequence[int], int | None, int, int | None, Corners, Sequence[int], Shares]

class PackingAnswer:
    bins: tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int32]]
    left_out: tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]
    reasons: list[str]
    cost: int
    bound: int
    status: str
    stop_reason: str
    iterations: int
    seconds: float

def solve(
    bins: Sequence[Bin],
    items: Items,
    *,
    bin_packing: bool,
    support: int,
    fragility: bool,
    limits: tuple[float | None, int | None, float | None],
    seed: int,
    threads: int,
    on_progress: Callable[[int, float, float, float | None], None] | None,
) -> PackingAnswer: ...
def cartonize(
    cartons: Sequence[Bin],
    catalogue: Items,
    *,
    starts: npt.NDArray[np.int64],
    articles: npt.NDArray[np.int32],
    counts: npt.NDArray[np.int32],
    support: int,
    fragility: bool,
    fills: int,
    splits: int,
    limits: tuple[float | None, int | None, float | None],
    seed: int,
    threads: int,
) -> list[npt.NDArray[np.int32]]: ...
def build_pallets(
    pallet: Bin,
    cases: Items,
    *,
    aisles: Sequence[int],
    support: int,
    fragility: bool,
    heavy_below: int | None,
    fills: int,
    limits: tuple[float | None, int | None, float | None],
) -> list[npt.NDArray[np.int32]]: ...
