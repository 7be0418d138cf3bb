"""``[network]``: stores, DCs, roads and suppliers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Clock, Count, Factor, Name, Part, Rate, Share, Whole

__all__ = ["Dc", "Network", "StoreGroup", "SupplierGroup"]

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class StoreGroup(Part):
    """``[[network.stores]]``: the stores of a city."""

    city: Name
    count: Count = 1
    state: State | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    dc: Name | None = None
    scale: Factor | None = None
    area_m2: Count | None = None


class StoreFormat(Part):
    """``[network.store_format]``: what stores have unless their group says otherwise."""

    area_m2: Count
    shelf_m_per_m2: Factor
    scale_sd: Annotated[float, Field(ge=0, le=1)]
    open_s: Clock
    close_s: Clock
    receive_from_s: Clock
    receive_to_s: Clock
    doors: Count
    collect: bool
    spread_m: Whole


class Dc(Part):
    """``[[network.dcs]]``."""

    name: Name
    city: Name
    state: State | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    area_m2: Count
    doors: Count
    open_s: Clock
    close_s: Clock
    ambient_slots: Whole
    chill_slots: Whole
    freeze_slots: Whole


class Roads(Part):
    """``[network.roads]``."""

    circuity: Annotated[float, Field(ge=1)]
    near_m: Whole
    near_speed_m_per_s: Factor
    far_speed_m_per_s: Factor
    reach_m: Count


class SupplierGroup(Part):
    """``[[network.suppliers]]``: `count` like suppliers; each takes a share of manufacturers."""

    name: Name
    departments: Annotated[tuple[Name, ...], Field(min_length=1, strict=False)]
    count: Count
    lead_time_d: Count
    lead_time_sd_d: Rate
    min_order_cases: Whole
    terms_d: Whole
    discount_share: Share
    discount_d: Whole
    on_time_share: Share
    in_full_share: Share


class Network(Part):
    """``[network]``."""

    stores: Annotated[tuple[StoreGroup, ...], Field(min_length=1, strict=False)]
    store_format: StoreFormat
    dcs: Annotated[tuple[Dc, ...], Field(min_length=1, strict=False)]
    roads: Roads
    suppliers: Annotated[tuple[SupplierGroup, ...], Field(min_length=1, strict=False)]


Zone = Literal["ambient", "chill", "freeze"]
