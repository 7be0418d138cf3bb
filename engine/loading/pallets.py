"""Pallets of several stops into one trailer: which floor position, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backhaul.engine.errors import InvalidInput
from backhaul.engine.loading.plan import LoadPlan
from backhaul.engine.loading.problem import LoadingProblem
from backhaul.engine.loading.solve import solve
from backhaul.engine.packing.problem import Axle, Bin, Item, Rules, Tractor
from backhaul.engine.stop import Stop

__all__ = ["SEMI_TRAILER", "TRAILER", "Pallet", "load_order"]

#: Box trailer for 26 industrial or 33 euro pallets, inner sizes in mm, weights in kg, no axle data.
TRAILER = Bin("trailer", (13_600, 2_480, 2_700), max_weight=25_000)

#: The same behind a two-axle tractor, with typical European axle data (kg): kingpin 1.6 m behind
#: the front wall, trailer axle group 9.3 m from it; limits of Directive 96/53/EC.
SEMI_TRAILER = Bin(
    "semi-trailer",
    (13_600, 2_480, 2_700),
    max_weight=25_000,
    axles=(
        Axle("kingpin", 1_600, max=15_000, tare=1_700),
        Axle("trailer", 9_300, max=24_000, tare=4_800),
    ),
    tractor=Tractor(
        wheelbase=3_700, kingpin_to_rear=600, front_tare=5_200, rear_tare=2_400,
        front_max=8_000, rear_max=11_500,
    ),
)  # fmt: skip

#: Pallets stand on the floor, leave through the rear, and the axles hold on every leg.
FLOOR_RULES = Rules(min_support=1.0, lifo=True, check_sequence=True, axle_every_leg=True)


@dataclass(frozen=True, slots=True)
class Pallet:
    """One loaded pallet.

    Parameters
    ----------
    id : str
    stop : int
        Where it is delivered; 0 first.
    weight : int
        [units of weight of the vehicle]
    size : tuple of 3 int
        Base along x and y, height [units of length of the vehicle]; a turn by 90 degrees is allowed.
    """

    id: str
    stop: int
    weight: int
    size: tuple[int, int, int] = (1_000, 1_200, 1_800)


def load_order(
    pallets: Sequence[Pallet],
    *,
    vehicle: Bin = TRAILER,
    stack: bool = False,
    stop: Stop = Stop(iterations=400),  # noqa: B008 (frozen)
    seed: int = 0,
) -> LoadPlan:
    """Place pallets of several stops last in, first out, within the axle limits on every leg.

    Parameters
    ----------
    pallets : sequence of Pallet
    vehicle : Bin
        `TRAILER` unless given; `SEMI_TRAILER` has axle limits.
    stack : bool
        Whether pallets may stand on pallets.
    stop : Stop
        One iteration is one load built from empty.
    seed : int

    Returns
    -------
    LoadPlan
        `placements` in loading order; `stages` has the axle loads of every leg.

    Raises
    ------
    InvalidInput
        Two pallets share an id, or a value is out of its range.

    Examples
    --------
    >>> pallets = [Pallet(f"p{k}", stop=k // 9, weight=400) for k in range(26)]
    >>> plan = load_order(pallets)
    >>> len(plan.placements), plan.status.value, plan.placements[0].item >= 18
    (26, 'optimal', True)
    """
    ids = [pallet.id for pallet in pallets]
    if len(set(ids)) != len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise InvalidInput("pallets.id", twice, "each id once")
    items = tuple(
        Item(
            pallet.id,
            pallet.size,
            orientations=("xyz", "yxz"),
            weight=pallet.weight,
            stop=pallet.stop,
            profit=1,
            stackable=stack,
        )
        for pallet in pallets
    )
    problem = LoadingProblem(vehicle, items, replace(FLOOR_RULES))
    return solve(problem, stop=stop, seed=seed)
