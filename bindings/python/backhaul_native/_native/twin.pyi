"""Bindings of `native/twin`."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt

PART_COLUMNS: list[str]
DAY_COLUMNS: list[str]

class Cells:
    def __new__(
        cls,
        seed: int,
        threads: int,
        products: Mapping[str, npt.NDArray[Any]],
        stores: Mapping[str, npt.NDArray[Any]],
        substitutes: npt.NDArray[np.int32],
        base_demand: npt.NDArray[np.float32],
        calendar: npt.NDArray[np.float32],
        part_share: npt.NDArray[np.float32],
        tax_classes: int,
        zones: int,
        forecast_weight: float,
    ) -> Self: ...
    def set_prices(
        self,
        price_cents: npt.NDArray[np.int32],
        list_cents: npt.NDArray[np.int32],
        mailer: npt.NDArray[np.bool_],
        display: npt.NDArray[np.bool_],
    ) -> None: ...
    def set_markdowns(self, off_bp: npt.NDArray[np.uint16], from_part: int) -> None: ...
    def set_space(
        self,
        facings: npt.NDArray[np.int32],
        reference: npt.NDArray[np.int32],
        capacity: npt.NDArray[np.int32],
    ) -> None: ...
    def set_forecast(self, level: npt.NDArray[np.float32]) -> None: ...
    def open_day(
        self,
        day: int,
        store_factor: npt.NDArray[np.float32] | None = None,
        product_factor: npt.NDArray[np.float32] | None = None,
        lift: npt.NDArray[np.float32] | None = None,
    ) -> None: ...
    def step_part(self, part: int) -> None: ...
    def close_day(self) -> None: ...
    def receive(
        self,
        store: int,
        products: npt.NDArray[np.uint32],
        quantity: npt.NDArray[np.int32],
        value_cents: npt.NDArray[np.int64],
        remaining_d: npt.NDArray[np.uint16] | None = None,
        ordered: npt.NDArray[np.int32] | None = None,
    ) -> None: ...
    def withdraw(
        self, store: int, products: npt.NDArray[np.uint32], quantity: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.uint16]]: ...
    def place(self, order: npt.NDArray[np.int32]) -> None: ...
    def array_i32(self, name: str) -> npt.NDArray[np.int32]: ...
    def array_f32(self, name: str) -> npt.NDArray[np.float32]: ...
    def listed(self) -> npt.NDArray[np.bool_]: ...
    def stock_cents(self) -> npt.NDArray[np.int64]: ...
    def expiring(self, days: int) -> npt.NDArray[np.int32]: ...
    def buckets(self, store: int, product: int) -> npt.NDArray[np.int32]: ...
    def traffic(self) -> npt.NDArray[np.float32]: ...
    def appeal(self) -> npt.NDArray[np.float32]: ...
    def part_totals(self) -> npt.NDArray[np.int64]: ...
    def part_expected(self) -> npt.NDArray[np.float64]: ...
    def part_tax_base(self) -> npt.NDArray[np.int64]: ...
    def part_baskets(self) -> npt.NDArray[np.int64]: ...
    def day_totals(self) -> npt.NDArray[np.int64]: ...
    def forecast(self, first_day: int, days: int) -> npt.NDArray[np.float32]: ...
    def order_to_service(
        self,
        first_day: int,
        lead_d: npt.NDArray[np.uint16],
        cover_d: npt.NDArray[np.uint16],
        due: npt.NDArray[np.bool_],
        safety_z: npt.NDArray[np.float32],
        minimum: npt.NDArray[np.int32],
    ) -> npt.NDArray[np.int32]: ...
    def order_to_levels(
        self,
        due: npt.NDArray[np.bool_],
        reorder: npt.NDArray[np.int32],
        up_to: npt.NDArray[np.int32],
    ) -> npt.NDArray[np.int32]: ...
    def baskets(
        self,
        store: int,
        counts: tuple[int, int],
        share: npt.NDArray[np.float32],
        tilt: npt.NDArray[np.float32],
        dispersion: float,
    ) -> tuple[
        npt.NDArray[np.uint32],
        npt.NDArray[np.uint32],
        npt.NDArray[np.int32],
        npt.NDArray[np.uint16],
    ]: ...
    def audit(self) -> tuple[str, int, int, int, int] | None: ...

def fair_share(
    order: npt.NDArray[np.int32],
    centre: npt.NDArray[np.uint32],
    available: npt.NDArray[np.int32],
    case_pack: npt.NDArray[np.int32],
) -> int: ...
