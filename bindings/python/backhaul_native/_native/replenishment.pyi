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
def wagner_whitin(
    demand: Reals, setup: Reals, holding: Reals, unit: Reals, threads: int
) -> tuple[Reals, Reals]: ...

class Promises(TypedDict):
    cost: float
    bound: float
    iterations: int
    stop_reason: str
    seconds: float
    outbound: Whole
    inbound: Whole
    stock: Reals

def guaranteed_service(
    *,
    edges: list[tuple[int, int]],
    processing_time: Whole,
    holding: Reals,
    sd: Reals,
    promise: Whole,
    supplier_time: Whole,
    z: float,
    limits: tuple[float | None, int | None, float | None],
    on_progress: OnProgress | None,
) -> Promises: ...
def clark_scarf(
    lead_time: list[float],
    holding: list[float],
    backorder: float,
    mean: float,
    variance_to_mean: float,
    sd: float | None,
) -> tuple[float, list[float]]: ...
def lost_sales_orders(
    *,
    mean: Reals,
    variance_to_mean: Reals,
    lead_time: Whole,
    holding: Reals,
    lost: Reals,
    on_hand: Whole,
    due: Whole,
) -> Whole: ...
def lost_sales_cost(
    *,
    mean: Reals,
    variance_to_mean: Reals,
    lead_time: Whole,
    holding: Reals,
    lost: Reals,
    periods: int,
    seed: int,
    threads: int,
) -> Reals: ...

FreshColumns: TypeAlias = tuple[
    tuple[Reals, Reals, Reals, Reals, Reals], tuple[Whole, Whole], npt.NDArray[np.bool_]
]

def fresh_tune(columns: FreshColumns, periods: int, seed: int, threads: int) -> Reals: ...
def fresh_cost(
    columns: FreshColumns, weight: Reals, periods: int, seed: int, threads: int
) -> Reals: ...
def fresh_orders(columns: FreshColumns, weight: Reals, stock: Whole, due: Whole) -> Whole: ...

MarkdownColumns: TypeAlias = tuple[
    tuple[Whole, Whole, Whole, Whole, Whole], Reals, tuple[Reals, Reals], Whole
]

def markdown_check(columns: MarkdownColumns) -> None: ...
def markdown_best(
    columns: MarkdownColumns, deepen_only: bool, threads: int
) -> tuple[Whole, Reals, Reals]: ...
def markdown_fixed(
    columns: MarkdownColumns, rung: Whole, days_left: Whole, threads: int
) -> tuple[Whole, Reals, Reals]: ...
def simulate(
    *,
    parent: Whole,
    mean: Reals,
    variance_to_mean: Reals,
    lead_time: Whole,
    reorder_level: Whole,
    order_up_to: Whole,
    case_pack: Whole,
    shelf_life: Whole,
    backorders: bool,
    keep_orders: bool,
    periods: int,
    warm: int,
    seed: int,
    replication: int,
    threads: int,
) -> dict[str, npt.NDArray[np.int64]]: ...
def allocate(
    *,
    supply: Whole,
    product: Whole,
    order: Whole,
    minimum: Whole,
    case_pack: Whole,
    position: Whole,
    mean: Reals,
    variance_to_mean: Reals,
    value: Reals,
    by_value: bool,
    threads: int,
) -> Whole: ...
def fit_demand(
    sales: Whole, censored: npt.NDArray[np.bool_], threads: int
) -> tuple[Reals, Reals]: ...
def forecast_demand(
    sales: Whole,
    *,
    past: Reals | None,
    ahead: Reals | None,
    season: int,
    horizon: int,
    method: str,
    quantiles: list[float],
    threads: int,
) -> Whole: ...
def policy_batch(
    address: int,
    position: object,
    mean: object,
    sd: object,
    on_hand: object,
    orders: Whole,
    threads: int,
) -> tuple[int, object] | None: ...
def policy_element(
    address: int,
    position: object,
    mean: object,
    sd: object,
    on_hand: object,
    orders: Whole,
    threads: int,
) -> tuple[int, object] | None: ...
def policy_python(
    rule: object,
    position: object,
    mean: object,
    sd: object,
    on_hand: object,
    orders: Whole,
) -> tuple[int, object] | None: ...

class JointPlan(TypedDict):
    cost: float
    bound: float
    orders: Reals
    stop_reason: str
    iterations: int
    seconds: float

def solve_joint(
    *,
    demand: Reals,
    minor: Reals,
    holding: Reals,
    volume: Reals,
    major: float,
    truck_cost: float,
    truck_capacity: float,
    pack: Reals,
    order_days: npt.NDArray[np.bool_],
    measures: Reals,
    least: Reals,
    limits: tuple[float | None, int | None, float | None],
    threads: int,
    on_progress: OnProgress | None,
) -> JointPlan: ...

class ExplainedLines(TypedDict):
    batch: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]
    waits: npt.NDArray[np.int64]
    minimum: npt.NDArray[np.int64]
    rounding: npt.NDArray[np.int64]
    shelf: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    forecast: Reals
    protection: Reals
    unit_more: Reals
    unit_less: Reals
    case_more: Reals
    case_less: Reals
    bound: list[str]

def explain(
    *,
    position: Whole,
    reorder_level: Whole,
    order_up_to: Whole,
    case_pack: Whole,
    minimum_order: Whole,
    shelf_capacity: Whole,
    mean: Reals,
    variance_to_mean: Reals,
    lead_time: Whole,
    review: Whole,
    holding: Reals,
    short: Reals,
) -> ExplainedLines: ...
def transship(
    *,
    lanes: list[tuple[int, int]],
    lane_cost: Reals,
    lane_limit: Whole,
    stores: int,
    case_pack: Whole,
    stock: Whole,
    minimum: Whole,
    mean: Reals,
    variance_to_mean: Reals,
    short: Reals,
    holding: Reals,
    threads: int,
) -> tuple[Whole, Reals, Reals]: ...

class WarehouseLevels(TypedDict):
    cost: Reals
    warehouse_on_hand: Reals
    warehouse_owed: Reals
    warehouse: Whole
    stores: Whole
    store_on_hand: Reals
    store_owed: Reals

def warehouse_levels(
    *,
    stores: int,
    mean: Reals,
    lead_time: Reals,
    holding: Reals,
    backorder: Reals,
    warehouse_lead_time: Reals,
    warehouse_holding: Reals,
    threads: int,
) -> WarehouseLevels: ...

class Lots(TypedDict):
    cost: float
    bound: float
    quantities: Reals
    overtime: float
    short_by: int | None
    stop_reason: str
    iterations: int
    seconds: float

def solve_capacitated(
    *,
    demand: Reals,
    setup_cost: Reals,
    setup_time: Reals,
    unit_time: Reals,
    holding: Reals,
    capacity: Reals,
    start: Reals | None,
    limits: tuple[float | None, int | None, float | None],
    seed: int,
    threads: int,
    on_progress: OnProgress | None,
) -> Lots: ...

class CalendarLevels(TypedDict):
    cost: Reals
    bound: Reals
    reorder_level: Whole
    order_up_to: Whole

def calendar_levels(
    *,
    review: npt.NDArray[np.bool_],
    delivery: npt.NDArray[np.bool_],
    mean: Reals,
    variance_to_mean: Reals,
    demand: Reals | None,
    lead_time: Whole,
    setup: Reals,
    holding: Reals,
    backorder: Reals,
    case_pack: Whole,
    minimum_order: Whole,
    shelf_capacity: Whole,
    threads: int,
) -> CalendarLevels: ...
def reorder_points(
    *,
    mean: Reals,
    lead_time: Reals,
    setup: Reals,
    holding: Reals,
    backorder: Reals,
    case_pack: Whole,
    threads: int,
) -> tuple[Whole, Whole, Reals]: ...
