"""Bindings of `native/routing`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

_Route: TypeAlias = tuple[int, int | None, list[int]]

class Problem:
    def __new__(
        cls,
        *,
        depots: int,
        xy: npt.NDArray[np.float64] | None,
        rounding: str,
        scale: float,
        distance: npt.NDArray[np.int64] | None,
        duration: npt.NDArray[np.int64] | None,
        delivery: npt.NDArray[np.int64],
        pickup: npt.NDArray[np.int64],
        ready: npt.NDArray[np.int64],
        due: npt.NDArray[np.int64],
        service: npt.NDArray[np.int64],
        release: npt.NDArray[np.int64],
        prize: npt.NDArray[np.int64],
        required: npt.NDArray[np.bool_],
        groups: Sequence[Sequence[int]],
        pairs: Sequence[tuple[int, int]],
        backhaul: bool,
        types: Sequence[Mapping[str, Any]],
        allowed: npt.NDArray[np.bool_] | None,
        started: Sequence[tuple[int, Sequence[int]]],
        vehicles_first: bool,
        rules: Mapping[str, Any] | None,
    ) -> Self: ...
    def schedule(
        self, vehicle_type: int, started: int | None, stops: Sequence[int]
    ) -> tuple[
        list[list[int]],
        list[tuple[int, int, int, int | None]],
        tuple[int, int, int],
        list[str],
    ]: ...
    def solve(
        self,
        *,
        start: Sequence[tuple[int, int | None, Sequence[int]]] | None,
        options: Sequence[tuple[str, float]],
        limits: tuple[float | None, int | None, float | None],
        seed: int,
        threads: int,
        on_progress: Callable[[int, float, float, float | None], None] | None,
    ) -> tuple[list[_Route], int, str, float]: ...

def options() -> list[tuple[str, float, str]]: ...
