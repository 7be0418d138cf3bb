"""Many small packings at once: cartons for orders, pallets for a store delivery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.packing._rows import bin_rows, item_columns
from backhaul.engine.packing.packed_bins import packed_bin
from backhaul.engine.packing.problem import Bin, Item, PackedBin, PackingProblem, Rules
from backhaul.engine.packing.values import MAX_SEED, MAX_THREADS, whole
from backhaul.engine.stop import Stop
from backhaul_native import packing as native

__all__ = ["Cartonized", "Delivery", "build_pallets", "cartonize"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Cartonized:
    """Cartons of many orders, as columns with a row for each packed item.

    Parameters
    ----------
    catalogue, cartons : tuple
        As given.
    orders : tuple of mapping
        Item index to count, as given.
    order, number, carton, item, orientation : array of int32, shape (packed items,)
        Order, number of the carton within it, type of that carton, item, and index into
        `ORIENTATIONS`; rows of one carton follow each other in loading order.
    pos : array of int32, shape (packed items, 3)
        Corner nearest the origin [units of length].
    """

    catalogue: tuple[Item, ...]
    cartons: tuple[Bin, ...]
    orders: tuple[Mapping[int, int], ...]
    order: Ints
    number: Ints
    carton: Ints
    item: Ints
    orientation: Ints
    pos: Ints

    def __len__(self) -> int:
        return len(self.orders)

    def _first_rows(self) -> npt.NDArray[np.bool_]:
        first = np.ones(len(self.order), dtype=bool)
        first[1:] = (np.diff(self.order) != 0) | (np.diff(self.number) != 0)
        return first

    @property
    def cost(self) -> npt.NDArray[np.int64]:
        """Cost of the cartons of each order, shape (orders,)."""
        first = self._first_rows()
        each = np.array([b.cost for b in self.cartons], dtype=np.int64)
        cost = np.zeros(len(self), dtype=np.int64)
        np.add.at(cost, self.order[first], each[self.carton[first]])
        return cost

    @property
    def carton_count(self) -> npt.NDArray[np.int64]:
        """How many cartons each order takes, shape (orders,)."""
        return np.bincount(self.order[self._first_rows()], minlength=len(self))

    @property
    def missing(self) -> npt.NDArray[np.int64]:
        """How many items of each order fit no carton, shape (orders,)."""
        wanted = np.array([sum(order.values()) for order in self.orders], dtype=np.int64)
        return wanted - np.bincount(self.order, minlength=len(self))

    def bins(self, order: int) -> list[PackedBin]:
        """Return the packed cartons of one order; items are indices into the catalogue."""
        low, high = np.searchsorted(self.order, [order, order + 1])
        rows = slice(int(low), int(high))
        return _packed(
            self.number[rows],
            self.carton[rows],
            self.item[rows],
            self.orientation[rows],
            self.pos[rows],
        )

    def problem(self, order: int, rules: Rules | None = None) -> PackingProblem:
        """Return one order as a problem of its own, for checking and drawing."""
        wanted = self.orders[order]
        items = [replace(i, copies=wanted.get(k, 0)) for k, i in enumerate(self.catalogue)]
        bins = [replace(b, copies=None) for b in self.cartons]
        return PackingProblem(tuple(bins), tuple(items), "bin_packing", rules or Rules())


def _packed(number: Ints, bin_: Ints, item: Ints, orientation: Ints, pos: Ints) -> list[PackedBin]:
    if not len(number):
        return []
    cuts = np.nonzero(np.diff(number))[0] + 1
    bins = []
    for rows in np.split(np.arange(len(number)), cuts):
        table = np.column_stack([item[rows], orientation[rows], pos[rows]]).tolist()
        bins.append(packed_bin(int(bin_[rows[0]]), [tuple(row) for row in table]))
    return bins


#: Copies of one article in an order, fills, aisles, per cent: more of any of them is a slip.
_MOST_OF_ONE = 1_000_000
_MOST_FILLS = 1 << 20
_MOST_AISLES = (1 << 31) - 1
_MOST_PERCENT = 1_000_000


def cartonize(
    orders: Sequence[Mapping[int, int]],
    catalogue: Sequence[Item],
    cartons: Sequence[Bin],
    *,
    rules: Rules | None = None,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    fills: int = 80,
    splits: int = 60,
) -> Cartonized:
    """Choose for every order the cheapest carton that holds it, or several.

    Parameters
    ----------
    orders : sequence of mapping
        Item index into `catalogue` to count.
    catalogue : sequence of Item
        `copies` is ignored.
    cartons : sequence of Bin
        `copies` is ignored: there are as many as wanted.
    rules : Rules, optional
        Support and fragility.
    stop : Stop, optional
        Only `seconds` is used; orders not reached by then stay without cartons.
    seed, threads : int
        The answer does not depend on the number of threads.
    fills : int
        Fills tried before a carton is given up for the next dearer one.
    splits : int
        Fills tried to spread an order that no carton holds over several at less cost.

    Raises
    ------
    InvalidInput
        An order names an item that the catalogue does not have, or a count below 0.

    Examples
    --------
    >>> catalogue = [Item("jar", (8, 8, 10)), Item("box", (20, 15, 5), orientations=("xyz", "yxz"))]
    >>> cartons = [Bin("S", (20, 20, 10), cost=30), Bin("L", (40, 30, 30), cost=80)]
    >>> done = cartonize([{0: 4}, {0: 2, 1: 3}], catalogue, cartons)
    >>> done.cost.tolist(), done.carton_count.tolist()
    ([30, 80], [1, 1])
    """
    fills, splits = whole("fills", fills, 1, _MOST_FILLS), whole("splits", splits, 0, _MOST_FILLS)
    seed, threads = whole("seed", seed, 0, MAX_SEED), whole("threads", threads, 1, MAX_THREADS)
    starts = np.zeros(len(orders) + 1, dtype=np.int64)
    articles: list[int] = []
    counts: list[int] = []
    for number, order in enumerate(orders):
        if not isinstance(order, Mapping):
            raise InvalidInput(f"orders[{number}]", order, "a mapping of item index to count")
        for article, count in order.items():
            articles.append(whole(f"orders[{number}]", article, 0, len(catalogue) - 1))
            counts.append(whole(f"orders[{number}][{article}]", count, 0, _MOST_OF_ONE))
        starts[number + 1] = len(articles)
    if not cartons:
        raise InvalidInput("cartons", "", "at least one carton")
    rules = rules or Rules()
    every = PackingProblem(tuple(cartons), tuple(catalogue), "bin_packing", rules)
    with native_errors():
        columns = native.cartonize(
            bin_rows(cartons),
            item_columns(every),
            starts=starts,
            articles=np.array(articles, dtype=np.int32),
            counts=np.array(counts, dtype=np.int32),
            support=rules.support_parts,
            fragility=rules.fragility,
            fills=fills,
            splits=splits,
            limits=(stop.seconds if stop else None, None, None),
            seed=seed,
            threads=threads,
        )
    order_, number_, carton, item, orientation, x, y, z = columns
    return Cartonized(
        tuple(catalogue),
        tuple(cartons),
        tuple(orders),
        order_,
        number_,
        carton,
        item,
        orientation,
        np.column_stack([x, y, z]),
    )


@dataclass(frozen=True)
class Delivery:
    """Pallets of one delivery.

    Parameters
    ----------
    problem : PackingProblem
        The cases and the pallet, for checking and drawing.
    pallets : tuple of PackedBin
        In the order of the aisles.
    left_out : mapping
        Case index to count that stayed out.
    """

    problem: PackingProblem
    pallets: tuple[PackedBin, ...]
    left_out: Mapping[int, int]

    def __iter__(self) -> Iterator[PackedBin]:
        return iter(self.pallets)

    def __len__(self) -> int:
        return len(self.pallets)

    def weight(self, number: int) -> int:
        """Weight of one pallet's cases [units of weight]."""
        items = self.problem.items
        return sum(items[p.item].weight for p in self.pallets[number].placements)

    def height(self, number: int) -> int:
        """Height of one pallet's load [units of length]."""
        items = self.problem.items
        return max(
            p.pos[2] + items[p.item].turned(p.orientation)[2]
            for p in self.pallets[number].placements
        )


def build_pallets(
    cases: Sequence[Item],
    pallet: Bin,
    *,
    aisles: Sequence[int] | None = None,
    min_support: float = 0.8,
    fragility: bool = True,
    heavy_below_percent: int | None = 150,
    fills: int = 8,
    stop: Stop | None = None,
) -> Delivery:
    """Build mixed pallets: cases of neighbouring aisles together, stable, heavy ones below.

    Pallets are filled one after the other with blocks of cases from the first aisles that are
    left, under support, strength, fragility and weight rules, so that a store unpacks a pallet in
    one part of the shop.

    Parameters
    ----------
    cases : sequence of Item
    pallet : Bin
        Base and largest height of the load; `copies` bounds the number of pallets.
    aisles : sequence of int, optional
        Aisle of each case type; default: all in one.
    min_support : float
        Share of each case's base that rests on the pallet or on other cases.
    heavy_below_percent : int or None
        A case weighs at most this many per cent of each case that carries it.
    fills : int
        Fills tried for each pallet.
    stop : Stop, optional
        Only `seconds` is used.

    Raises
    ------
    InvalidInput
        There is not one aisle for each case type, or one is negative.

    Examples
    --------
    >>> cases = [Item("milk", (400, 300, 200), 30, weight=9000), Item("crisps", (400, 300, 250), 20)]
    >>> delivery = build_pallets(cases, Bin("euro", (1200, 800, 1600), copies=None))
    >>> len(delivery), delivery.left_out
    (2, {})
    """
    given = [0] * len(cases) if aisles is None else list(aisles)
    if len(given) != len(cases):
        raise InvalidInput("aisles", len(given), f"{len(cases)} numbers of at least 0")
    places = [whole(f"aisles[{k}]", aisle, 0, _MOST_AISLES) for k, aisle in enumerate(given)]
    fills = whole("fills", fills, 1, _MOST_FILLS)
    if heavy_below_percent is not None:
        percent = whole("heavy_below_percent", heavy_below_percent, 0, _MOST_PERCENT)
        heavy_below_percent = percent
    rules = Rules(min_support=min_support, fragility=fragility)
    problem = PackingProblem((pallet,), tuple(cases), "bin_packing", rules)
    with native_errors():
        columns = native.build_pallets(
            bin_rows([pallet])[0],
            item_columns(problem),
            aisles=places,
            support=rules.support_parts,
            fragility=fragility,
            heavy_below=heavy_below_percent,
            fills=fills,
            limits=(stop.seconds if stop else None, None, None),
        )
    _, number, bin_, item, orientation, x, y, z = columns
    pallets = _packed(number, bin_, item, orientation, np.column_stack([x, y, z]))
    packed = np.bincount(item, minlength=len(cases))
    left_out = {
        k: case.copies - int(packed[k]) for k, case in enumerate(cases) if case.copies > packed[k]
    }
    return Delivery(problem, tuple(pallets), left_out)
