"""Bindings of `native/loading`."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypedDict, final

#: x, max, min, tare
AxleRow: TypeAlias = tuple[float, float | None, float | None, float]
#: share of the front axle, front tare, front max, rear tare, rear max
TractorRow: TypeAlias = tuple[float, float, float | None, float, float | None]
#: support in parts of a million, lifo, column, fragility, every leg
RuleRow: TypeAlias = tuple[int, bool, bool, bool, bool]
#: groups, groups to be kept apart from, family
CompanyRow: TypeAlias = tuple[int, int, int | None]
#: corners nearest to and farthest from the origin
BoxRow: TypeAlias = tuple[tuple[int, int, int], tuple[int, int, int]]
#: size, orientation numbers, weight, stop, fragile, stackable, max load, profit, company
CargoRow: TypeAlias = tuple[
    tuple[int, int, int], Sequence[int], int, int, bool, bool, int | None, int, CompanyRow
]
#: cargo, orientation number, position
Step: TypeAlias = tuple[int, int, Sequence[int]]
Limits: TypeAlias = tuple[float | None, int | None, float | None]
Progress: TypeAlias = Callable[[int, float, float, float | None], None]

class LoadAnswer(TypedDict):
    steps: list[tuple[int, int, list[int]]]
    left: list[tuple[int, str]]
    lost: int
    bound: int
    status: str
    stop_reason: str
    iterations: int
    seconds: float

class DockAnswer(TypedDict):
    door: list[int]
    start: list[int]
    cost: int
    bound: int
    status: str
    stop_reason: str
    iterations: int
    seconds: float

class JointAnswer(TypedDict):
    routes: list[list[int]]
    length: int
    pool: list[tuple[int, list[int]]]
    stop_reason: str
    iterations: int
    seconds: float

@final
class Vehicle:
    def __new__(
        cls,
        size: tuple[int, int, int],
        max_weight: int | None,
        doors: Sequence[str],
        axles: tuple[AxleRow, AxleRow] | None,
        tractor: TractorRow | None,
        cog: Sequence[tuple[float, float] | None],
        obstacles: Sequence[BoxRow],
        rules: RuleRow,
    ) -> Vehicle: ...

@final
class Oracle:
    def __new__(
        cls, vehicle: Vehicle, customers: Sequence[Sequence[CargoRow]], seed: int
    ) -> Oracle: ...
    def ask(self, route: Sequence[int], effort: int) -> str: ...
    def plan(
        self, route: Sequence[int], effort: int
    ) -> list[tuple[int, int, list[int]]] | None: ...
    def stats(self) -> tuple[int, int, int]: ...

def solve(
    vehicle: Vehicle,
    items: Sequence[CargoRow],
    limits: Limits,
    seed: int,
    threads: int,
    start: Sequence[Step] | None,
    on_progress: Progress | None,
) -> LoadAnswer: ...
def schedule(
    trucks: Sequence[tuple[int, int, int, int, Sequence[int], int]],
    opens: Sequence[int],
    changeover: int,
    crew: int | None,
    transfers: Sequence[tuple[int, int, int]],
    limits: Limits,
    seed: int,
    start: Sequence[tuple[int, int]] | None,
    prove: bool,
    on_progress: Progress | None,
) -> DockAnswer: ...
def joint(
    oracle: Oracle,
    distance: Sequence[int],
    mass: Sequence[int],
    volume: Sequence[int],
    most: tuple[int, int],
    windows: Sequence[tuple[int, int, int]] | None,
    fleet: int | None,
    limits: Limits,
    seed: int,
    start: Sequence[Sequence[int]] | None,
    on_progress: Progress | None,
) -> JointAnswer: ...
