"""Reads `cvrp3l-instance/1` files: published instances of routing with 3D loading, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.loading.joint.problem import Customer, JointProblem, Window
from backhaul.engine.loading.problem import ROAD_RULES
from backhaul.engine.packing.problem import Axle, Bin, Item, Rules, Tractor

__all__ = ["WEIGHT_SCALE", "read_cvrp3l"]

FORMAT = "cvrp3l-instance/1"

#: Units here for one unit of weight in a file: published masses have up to two decimals.
WEIGHT_SCALE = 100


def read_cvrp3l(
    path: str | Path,
    *,
    rules: Rules = ROAD_RULES,
    axles: bool = False,
    strength: bool = False,
) -> JointProblem:
    """Read an instance.

    Parameters
    ----------
    path : str or Path
    rules : Rules
    axles : bool
        Whether the vehicle's published axle limits hold.
    strength : bool
        Whether the items' load-bearing strength (weight per unit of area) limits what they carry.

    Raises
    ------
    InvalidInput
        The file cannot be read or is not of the format; the message names file and path.

    Notes
    -----
    Weights are kept in hundredths of the file's unit. The number of vehicles of the file is kept
    as the fleet only where the goods could fit into it by volume and by weight.
    """
    path = Path(path)
    try:
        data = json.loads(path.read_text())
    except OSError as error:
        raise InvalidInput("file", str(path), f"a readable file ({error.strerror})") from None
    except ValueError as error:
        raise InvalidInput("file", str(error), "JSON", file=str(path)) from None
    try:
        return _problem(data, rules, axles, strength)
    except InvalidInput as error:
        raise type(error)(error.path, error.value, error.allowed, file=str(path)) from None
    except (KeyError, TypeError, IndexError, ValueError) as error:
        text = f"{type(error).__name__}: {error}"
        raise InvalidInput("instance", text, f"the data of a {FORMAT}", file=str(path)) from None


def _mass(value: float) -> int:
    return round(value * WEIGHT_SCALE)


def _problem(data: Mapping[str, Any], rules: Rules, axles: bool, strength: bool) -> JointProblem:
    if not isinstance(data, Mapping) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, Mapping) else data
        raise InvalidInput("format", found, FORMAT)
    types = []
    for k, (length, width, height, mass, fragile, bearing) in enumerate(data["types"]):
        types.append(
            Item(
                str(k),
                (length, width, height),
                orientations=("xyz", "yxz"),
                weight=_mass(mass),
                fragile=bool(fragile),
                max_load=_mass(bearing * length * width) if strength else None,
            )
        )
    customers = []
    for node in data["nodes"][1:]:
        items = _reconciled(
            [replace(types[kind], copies=count) for kind, count in node["items"]],
            _mass(node["mass"]),
        )
        window = None
        if data.get("time_windows"):
            window = Window(node["window"][0], node["window"][1], node["service"])
        customers.append(
            Customer(
                id=str(node["id"]),
                xy=(node["xy"][0], node["xy"][1]),
                items=items,
                weight=_mass(node["mass"]),
                window=window,
            )
        )
    depot = data["nodes"][0]
    vehicle = Bin("truck", tuple(data["space"]), max_weight=_mass(data["capacity"]))
    if axles:
        vehicle = _with_axles(vehicle, data["axle"])
    volume = sum(customer.volume for customer in customers)
    mass = sum(customer.mass for customer in customers)
    fleet: int | None = data["vehicles"]
    if fleet is not None and (
        volume > fleet * vehicle.volume or mass > fleet * (vehicle.max_weight or mass)
    ):
        fleet = None
    depot_window = None
    if data.get("time_windows"):
        depot_window = Window(depot["window"][0], depot["window"][1])
    return JointProblem(
        depot=(depot["xy"][0], depot["xy"][1]),
        customers=tuple(customers),
        vehicle=vehicle,
        fleet=fleet,
        rules=rules,
        depot_window=depot_window,
        name=str(data["name"]),
    )


def _reconciled(items: list[Item], total: int) -> tuple[Item, ...]:
    """Return the items with weights that do not exceed the customer's total.

    Published items share the customer's weight, rounded: three thirds of 23 are 7.67 each. The
    excess of such roundings is taken off again, a unit an item; anything larger is left alone.
    """
    excess = sum(item.weight * item.copies for item in items) - total
    if not 0 < excess <= sum(item.copies for item in items):
        return tuple(items)
    for k, item in enumerate(items):
        if excess > 0 and item.weight > 0:
            items[k] = replace(item, weight=item.weight - 1)
            excess -= item.copies
    return tuple(items)


def _with_axles(vehicle: Bin, axle: Mapping[str, float]) -> Bin:
    """Translate published axle data to positions from the front wall of the hold."""
    if "Distance_Kingpin_TrailerAxle" not in axle:
        front = -round(axle["Distance_FrontAxle_CargoSpace"])
        rear = front + round(axle["Wheelbase"])
        pair = (
            Axle("front", front, max=_mass(axle["Max_Mass_FrontAxle"])),
            Axle("rear", rear, max=_mass(axle["Max_Mass_RearAxle"])),
        )
        return replace(vehicle, axles=pair)
    base = axle["Distance_Kingpin_TrailerAxle"]
    rear = round(axle["Distance_CargoSpace_TrailerAxle"])
    # the empty trailer's own mass rests on kingpin and axles by the lever of its centre
    on_pin = axle["Mass_Trailer"] * axle["Distance_Mass_Trailer_TrailerAxle"] / base
    lever = axle["Distance_Mass_Tractor_RearAxle"] / axle["Wheelbase"]
    pair = (
        Axle("kingpin", rear - round(base), tare=_mass(on_pin)),
        Axle(
            "trailer",
            rear,
            max=_mass(axle["Max_Mass_TrailerAxle"]),
            tare=_mass(axle["Mass_Trailer"] - on_pin),
        ),
    )
    tractor = Tractor(
        wheelbase=round(axle["Wheelbase"]),
        kingpin_to_rear=round(axle["Distance_Kingpin_RearAxle"]),
        front_tare=_mass(axle["Mass_Tractor"] * lever),
        rear_tare=_mass(axle["Mass_Tractor"] * (1 - lever)),
        front_max=_mass(axle["Max_Mass_FrontAxle"]),
        rear_max=_mass(axle["Max_Mass_RearAxle"]),
    )
    return replace(vehicle, axles=pair, tractor=tractor)
