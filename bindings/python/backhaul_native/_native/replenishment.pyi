"""Bindings of `native/replenishment`."""

from collections.abc import Callable
from typing import TypeAlias, TypedDict

import numpy as np
import numpy.typing as npt

Reals: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]
OnProgress: TypeAlias = Callable[[int, float, float, float | None], None]

class Answer(TypedDict):
    reorder_level: Whole
    order_up_to: Whole
    cost: Reals
    bound: Reals
    solved: npt.NDArray[np.bool_]
    stop_reason: str
    seconds: float

def solve(
    *,
    policy: str,
    mean: Reals,
    variance_to_mean: Reals,
    demand: Reals | None,
    lead_time: Whole,
    lead_times: Reals | None,
    review: Whole,
    setup: Reals,
    holding: Reals,
    backorder: Reals,
    service: str | None,
    service_level: Reals,
    case_pack: Whole,
    minimum_order: Whole,
    shelf_capacity: Whole,
    limits: tuple[float | None, int | None, float | None],
    threads: int,
    on_progress: OnProgress | None,
) -> Answer: ...
def order_quantities(
    position: Whole,
    reorder_level: Whole,
    order_up_to: Whole,
    case_pack: Whole,
    minimum_order: Whole,
    shelf_capacity: Whole,
) -> Whole: ...
def levels(
    mean: Reals,
    variance_to_mean: Reals,
    lead_time: Whole,
    review: Whole,
    service_level: Reals,
    cover: Reals,
) -> tuple[Whole, Whole]: ...
