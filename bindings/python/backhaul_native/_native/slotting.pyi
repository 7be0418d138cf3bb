"""Bindings of `native/slotting`."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

_Ints: TypeAlias = npt.NDArray[np.int64]
_Floats: TypeAlias = npt.NDArray[np.float64]
_Docks: TypeAlias = list[tuple[int, int, int]]
_Grid: TypeAlias = tuple[_Ints, _Ints, int, int] | tuple[_Ints, _Ints, int, int, _Docks, _Docks]
_Limits: TypeAlias = tuple[float | None, int | None, float | None]
_Progress: TypeAlias = Callable[[int, float, float, float | None], None] | None

def tour_lengths(
    grid_args: _Grid,
    aisle: _Ints,
    y: _Ints,
    groups: _Ints | None,
    ptr: _Ints,
    lines: _Ints,
    method: str,
    threads: int,
) -> _Ints: ...
def shortest_tour(grid_args: _Grid, aisle: _Ints, y: _Ints) -> tuple[int, _Ints, _Ints]: ...
def place_products(products: list[_Ints], slots: list[_Ints], order: _Ints | None) -> _Ints: ...
def solve_assignment(
    products: list[_Ints],
    slots: list[_Ints],
    affinity: tuple[_Ints, _Ints, _Ints, _Grid, _Ints, _Ints] | None,
    orders: tuple[_Ints, _Ints, list[_Ints], _Grid, _Ints, _Ints] | None,
    rules: tuple[_Ints, _Ints, int, npt.NDArray[np.bool_]] | None,
    start: _Ints | None,
    fixed: npt.NDArray[np.bool_],
    seed: int,
    limits: _Limits,
    on_progress: _Progress,
    threads: int = 1,
    congestion: tuple[int, int] | None = None,
) -> dict[str, Any]: ...
def move_pieces(
    slots: int, before: _Ints, after: _Ints, saving: _Ints
) -> list[tuple[list[int], bool, int]]: ...
def linear_assignment(
    rows: int, columns: int, cost: _Floats, limits: _Limits, threads: int
) -> dict[str, Any]: ...
def basket_affinity(
    baskets: int,
    products: int,
    basket: _Ints,
    product: _Ints,
    minimum: int,
    discovery_rate: float,
    threads: int,
) -> dict[str, Any]: ...
def solve_qap(
    n: int,
    flow: _Ints,
    distance: _Ints,
    start: _Ints | None,
    seed: int,
    threads: int,
    limits: _Limits,
    on_progress: _Progress,
) -> dict[str, Any]: ...
def facings(
    demand: _Floats,
    margin: _Floats,
    width: _Ints,
    minimum: _Ints,
    wanted: _Ints,
    maximum: _Ints,
    shelves: _Ints,
    elasticity: float,
    threads: int,
) -> npt.NDArray[np.int32]: ...
