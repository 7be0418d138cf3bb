from collections.abc import Callable, Sequence
from typing import TypeAlias

Item: TypeAlias = tuple[Sequence[int], int, Sequence[int], int, int, int | None, bool, bool]
Bin: TypeAlias = tuple[Sequence[int], int | None, int, int | None]

class PackingAnswer:
    bins: list[tuple[int, list[tuple[int, int, int, int, int]]]]
    left_out: list[tuple[int, int, str]]
    cost: int
    bound: int
    status: str
    stop_reason: str
    iterations: int
    seconds: float

def solve(
    bins: Sequence[Bin],
    items: Sequence[Item],
    *,
    bin_packing: bool,
    support: int,
    fragility: bool,
    limits: tuple[float | None, int | None, float | None],
    seed: int,
    threads: int,
    on_progress: Callable[[int, float, float, float | None], None] | None,
) -> PackingAnswer: ...
