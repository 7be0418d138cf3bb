"""A distribution centre: places for products, stock, and what a night's picking takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine import slotting
from backhaul.engine.slotting import Affinity, Layout, SlottingProblem
from backhaul.engine.stop import Stop
from backhaul.sim.spine import Gate
from backhaul.sim.storage.lots import Lots
from backhaul.sim.world import ZONES, ResolvedScenario

__all__ = ["Picked", "Warehouse", "slot_by_affinity", "slot_by_name", "slot_by_popularity"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: A picker's cart takes one pallet; it is full at this share of a pallet's cases.
CART_PALLETS = 0.9
#: Work of the affinity search for one warehouse.
AFFINITY_ITERATIONS = 200_000


@dataclass(frozen=True, slots=True)
class Picked:
    """What a night's picking came to.

    Parameters
    ----------
    lines, cases, tours : int
    metres : int
        Walked.
    routed : bool
        Whether every tour was routed, or the distance follows from the last night that was.
    """

    lines: int
    cases: int
    tours: int
    metres: int
    routed: bool


def _cube(world: ResolvedScenario) -> tuple[Ints, Ints]:
    """Return cube (cm3) and weight (g) of the pallet that stands in a product's pick face."""
    p = world.products
    case = p.case_width_mm * p.case_depth_mm * p.case_height_mm // 1000
    return case, p.case_weight_g


def slot_by_name(world: ResolvedScenario, layout: Layout, _popularity: Floats) -> Ints:
    """Put products in address order of their names: easy to find, far to walk."""
    cube, weight = _cube(world)
    return slotting.assign_in_order(
        np.array(world.products.name), cube, weight, world.products.zone, layout
    )


def slot_by_popularity(world: ResolvedScenario, layout: Layout, popularity: Floats) -> Ints:
    """Put what is picked most into the nearest slots."""
    cube, weight = _cube(world)
    return slotting.assign(popularity, cube, weight, world.products.zone, layout)


def slot_by_affinity(world: ResolvedScenario, layout: Layout, popularity: Floats) -> Ints:
    """Popular products near, and what is bought together close to each other.

    The affinity of two products is that of their categories, between the best sellers of each.
    """
    cube, weight = _cube(world)
    pairs = _affinity(world, popularity)
    if len(pairs) == 0:
        return slotting.assign(popularity, cube, weight, world.products.zone, layout)
    problem = SlottingProblem(
        layout=layout,
        picks_per_day=popularity,
        volume_cm3=cube,
        weight_g=weight,
        zone=world.products.zone,
        affinity=pairs,
    )
    solution = slotting.solve(problem, stop=Stop(iterations=AFFINITY_ITERATIONS))
    assert isinstance(solution, slotting.SlottingSolution)
    return solution.slot


def _affinity(world: ResolvedScenario, popularity: Floats, each: int = 3) -> Affinity:
    links = world.demand.affinity
    best: dict[int, list[int]] = {}
    for product in np.argsort(-popularity, kind="stable"):
        sellers = best.setdefault(int(world.products.category[product]), [])
        if len(sellers) < each:
            sellers.append(int(product))
    orders = 0.5 * float(popularity.max(initial=0.0))
    joint: dict[tuple[int, int], float] = {}
    for a, b, lift, share in zip(
        links.first, links.second, links.lift, links.baskets_share, strict=True
    ):
        if lift <= 1:
            continue
        for i in best.get(int(a), ()):
            for j in best.get(int(b), ()):
                if world.products.zone[i] == world.products.zone[j] and i != j:
                    pair = (min(i, j), max(i, j))
                    # What is bought together beyond chance, as orders a day with both.
                    joint[pair] = orders * float(share) * (1 - 1 / float(lift))
    pairs = sorted(joint)
    return Affinity(
        np.array([a for a, _ in pairs], dtype=np.int64),
        np.array([b for _, b in pairs], dtype=np.int64),
        np.array([joint[pair] for pair in pairs], dtype=np.float64),
    )


class Warehouse:
    """One distribution centre.

    Parameters
    ----------
    world : ResolvedScenario
    dc : int
    gate : Gate
        Must know ``slotting`` and ``put_away``.
    """

    def __init__(self, world: ResolvedScenario, dc: int, gate: Gate) -> None:
        self.world, self.dc, self._gate = world, dc, gate
        self.lots = Lots(world.products.shelf_life_d)
        counts = {
            name: max(int((world.products.zone == z).sum()), 1) for z, name in enumerate(ZONES)
        }
        self.layout = Layout.for_products(counts, bays=20)
        self.slot = np.zeros(len(world.products), dtype=np.int64)
        self._metres_per_line = 0.0

    def slot_products(self, popularity: Floats) -> None:
        """Decide where every product stands.

        Parameters
        ----------
        popularity : array of float, shape (P,)
            Lines a day.
        """
        self.slot = self._gate.decide(
            "slotting",
            self.world,
            self.layout,
            popularity,
            entity=self.world.dcs.name[self.dc],
            count=len(popularity),
            value_cents=round(float(popularity.sum()) * 100),
            describe=lambda slot: f"{len(slot)} products placed",
        )
        self._metres_per_line = 0.0

    def put_away(self, products: Ints, units: Ints) -> int:
        """Take a receipt into stock; return the metres to its places.

        Every pallet goes to the reserve above its product's pick face.
        """
        self.lots.receive(products, units)
        cases = units // self.world.products.case_pack[products]
        pallets = -(-cases // self.world.products.case_per_pallet[products])
        distance = self.layout.slot_distance_mm[self.slot[products]]
        self._gate.record(
            "storage", "put_away", "nearest", entity=self.world.dcs.name[self.dc],
            count=int(pallets.sum()), options=2, chosen="reserve above the pick face",
        )  # fmt: skip
        return int((pallets * 2 * distance).sum() // 1000)

    def pick(self, orders: Ints, *, route: bool) -> Picked:
        """Return what picking these orders takes.

        Parameters
        ----------
        orders : array of int, shape (n, P)
            Units by store, already taken from stock.
        route : bool
            Route every tour; otherwise the metres a line of the last routed night are used.
        """
        products = self.world.products
        cases = -(-orders // products.case_pack)
        rows, columns = np.nonzero(cases)
        lines, total = len(rows), int(cases.sum())
        if lines == 0:
            return Picked(0, 0, 0, 0, route)
        load = cases[rows, columns] / products.case_per_pallet[columns] / CART_PALLETS
        tours = int(np.ceil(np.bincount(rows, weights=load)).sum())
        if not route and self._metres_per_line > 0:
            metres = round(lines * self._metres_per_line)
            return Picked(lines, total, tours, metres, routed=False)
        # A cart goes through one store's lines in slot order; full, the next cart begins.
        order = np.lexsort((self.slot[columns], rows))
        rows, slots, load = rows[order], self.slot[columns[order]], load[order]
        filled = np.cumsum(load)
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        base = np.repeat(filled[starts] - load[starts], np.diff(np.r_[starts, lines]))
        cart = np.floor(filled - base - 1e-9).astype(np.int64)
        new = np.r_[True, (rows[1:] != rows[:-1]) | (cart[1:] != cart[:-1])]
        pointer = np.r_[np.flatnonzero(new), lines]
        lengths = slotting.route_lengths(self.layout, pointer, slots, method="s_shape")
        metres = round(float(lengths.sum()))
        self._metres_per_line = metres / lines
        return Picked(lines, total, len(pointer) - 1, metres, routed=True)
