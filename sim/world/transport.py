"""Vehicles."""

from __future__ import annotations

from dataclasses import dataclass

from backhaul.sim.world.arrays import Ints, freeze

__all__ = ["Fleet", "VehicleType"]


@dataclass(frozen=True, slots=True)
class VehicleType:
    """A type of vehicle.

    Parameters
    ----------
    name : str
        Unique.
    pallets, payload_g : int
        Capacity.
    inner_length_mm, inner_width_mm, inner_height_mm : int
        Load space.
    zones : tuple of int
        Temperature zones it can carry (positions in `ZONES`).
    cost_cents_per_km : float
        Everything that comes with distance: energy and wear, maintenance excluded.
    energy_cents_per_km : float
        The part of `cost_cents_per_km` that is diesel or electricity.
    maintenance_cents_per_km : float
        Set aside for repair.
    cost_cents_per_h : int
        On the road or at a dock, the driver's wage excluded.
    fixed_cents_per_day : int
        Lease and insurance, used or not.
    service_every_m, service_every_d : int
        Maintenance is due at whichever comes first.
    service_s, service_cents : int
        How long a service takes and costs.
    failure_per_million_km : float
        Breakdowns of a vehicle in service order.
    repair_s, repair_cents : int
        A breakdown, from stop to going again.
    speed_factor : float
        Against the travel times of `Roads`.
    co2_g_per_km : int
        Tailpipe.
    range_m : int
        Between refuelling; 0 = not limiting.
    """

    name: str
    pallets: int
    payload_g: int
    inner_length_mm: int
    inner_width_mm: int
    inner_height_mm: int
    zones: tuple[int, ...]
    cost_cents_per_km: float
    energy_cents_per_km: float
    maintenance_cents_per_km: float
    cost_cents_per_h: int
    fixed_cents_per_day: int
    service_every_m: int
    service_every_d: int
    service_s: int
    service_cents: int
    failure_per_million_km: float
    repair_s: int
    repair_cents: int
    speed_factor: float
    co2_g_per_km: int
    range_m: int


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Vehicles at the DCs.

    Parameters
    ----------
    types : tuple of VehicleType
        V of them.
    count : (C, V) int64
        Own vehicles of a type at a DC.
    hire_cents_per_day : int
        One more vehicle of any type, for a day, with driver.
    dwell_s, unload_s_per_pallet, load_s_per_pallet : int
        At a store's dock, for each stop; for each pallet.
    """

    types: tuple[VehicleType, ...]
    count: Ints
    hire_cents_per_day: int
    dwell_s: int
    unload_s_per_pallet: int
    load_s_per_pallet: int

    def __post_init__(self) -> None:
        freeze(self)
