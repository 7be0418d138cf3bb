"""``[fleet]``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Cents, Count, Factor, Name, Part, Rate, Whole

__all__ = ["FleetPart", "VehicleTypePart"]

Zones = Annotated[
    tuple[Literal["ambient", "chill", "freeze"], ...], Field(min_length=1, strict=False)
]


class VehicleTypePart(Part):
    """``[[fleet.types]]``."""

    name: Name
    count_per_store: Rate
    pallets: Count
    payload_g: Count
    inner_length_mm: Count
    inner_width_mm: Count
    inner_height_mm: Count
    zones: Zones
    energy_cents_per_km: Rate
    wear_cents_per_km: Rate
    maintenance_cents_per_km: Rate
    cost_cents_per_h: Cents
    fixed_cents_per_day: Cents
    service_every_m: Count
    service_every_d: Count
    service_s: Whole
    service_cents: Cents
    failure_per_million_km: Rate
    repair_s: Whole
    repair_cents: Cents
    speed_factor: Factor
    co2_g_per_km: Whole
    range_m: Whole


class FleetPart(Part):
    """``[fleet]``."""

    hire_cents_per_day: Cents
    dwell_s: Whole
    unload_s_per_pallet: Whole
    load_s_per_pallet: Whole
    types: Annotated[tuple[VehicleTypePart, ...], Field(min_length=1, strict=False)]
