"""What is to be slotted: products, the warehouse, and what is picked together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Floats, Ints, first, floats, frozen, whole, wholes
from backhaul.engine.slotting.layout import Layout
from backhaul.engine.slotting.rules import SlotRule, allowed_slots, check_rules, kinds

__all__ = ["Affinity", "Congestion", "Orders", "SlottingProblem"]


@dataclass(frozen=True, eq=False)
class Affinity:
    """Pairs of products that are picked together.

    Parameters
    ----------
    first, second : array of int64, shape (pairs,)
        Product numbers, each pair once, in either order.
    joint : array of float64, shape (pairs,)
        Orders a day with both, at least 0; the walk between their slots counts that often.

    Raises
    ------
    InvalidInput
        A NaN or negative number, a pair of a product with itself, or a pair that is given twice.

    Examples
    --------
    >>> len(Affinity([0, 0], [1, 2], [3.5, 1.0]))
    2
    """

    first: Ints
    second: Ints
    joint: Floats

    def __post_init__(self) -> None:
        a = wholes("affinity.first", self.first)
        b = wholes("affinity.second", self.second, len(a))
        joint = floats("affinity.joint", self.joint, len(a))
        if (a == b).any():
            at = first(a == b)
            raise InvalidInput(f"affinity[{at}]", int(a[at]), "two different products")
        low, high = np.minimum(a, b), np.maximum(a, b)
        keys = low * (int(high.max(initial=0)) + 1) + high
        order = np.argsort(keys, kind="stable")
        same = keys[order][1:] == keys[order][:-1]
        if same.any():
            at = int(order[1:][same][0])
            raise InvalidInput(f"affinity[{at}]", (int(a[at]), int(b[at])), "each pair once")
        object.__setattr__(self, "first", frozen(low))
        object.__setattr__(self, "second", frozen(high))
        object.__setattr__(self, "joint", joint)

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, eq=False)
class Orders:
    """Order lines, as a picker gets them.

    Parameters
    ----------
    pointer : array of int64, shape (orders + 1,)
        Order ``i`` has the lines ``pointer[i]`` to below ``pointer[i + 1]``.
    product : array of int64, shape (lines,)
        Product of each line.
    days : float
        Days in which these orders came, above 0.

    Raises
    ------
    InvalidInput
        A pointer that falls or does not end at the number of lines, a negative product.

    Examples
    --------
    >>> len(Orders([0, 2, 3], [4, 7, 4]))
    2
    """

    pointer: Ints
    product: Ints
    days: float = 1.0

    def __post_init__(self) -> None:
        product = wholes("orders.product", self.product)
        pointer = wholes("orders.pointer", self.pointer, None, 0, len(product))
        rising = len(pointer) > 0 and bool((np.diff(pointer) >= 0).all())
        if not rising or pointer[0] != 0 or pointer[-1] != len(product):
            allowed = f"row starts that rise from 0 to {len(product)}"
            raise InvalidInput("orders.pointer", list(pointer), allowed)
        object.__setattr__(self, "product", product)
        object.__setattr__(self, "pointer", pointer)
        floats("orders.days", [self.days], 1, 1e-9)

    def __len__(self) -> int:
        return len(self.pointer) - 1


@dataclass(frozen=True, slots=True)
class Congestion:
    """What it costs that pickers meet in an aisle.

    With orders spread over waves by chance, two picks in one aisle fall into the same wave once in
    `waves` times; each time somebody waits as long as he would walk `meeting_mm`. The picks of all
    orders in an aisle, ``n``, so cost ``meeting_mm * n (n - 1) / 2 / waves``, summed over aisles and
    rounded down to millimetres.

    Parameters
    ----------
    meeting_mm : int
        Walk that a meeting is worth.
    waves : int
        Waves in which the orders of the problem are picked.

    Raises
    ------
    InvalidInput
        A number that is not whole, negative, or no wave at all.

    Examples
    --------
    >>> Congestion(meeting_mm=2_000, waves=40).waves
    40
    """

    meeting_mm: int
    waves: int

    def __post_init__(self) -> None:
        whole("congestion.meeting_mm", self.meeting_mm, 0, 10**7)
        whole("congestion.waves", self.waves, 1)


@dataclass(frozen=True, eq=False)
class SlottingProblem:
    """Which product stands where.

    The cost of an answer, in metres walked a day, is the sum over products of picks a day x
    distance from the depot, plus, with affinity, the sum over pairs of joint orders a day x walk
    between their slots. With `orders`, the cost is what these orders make pickers walk, by shortest
    tours; the two forms exclude each other. Rates are kept in thousandths and lengths in
    millimetres, so that costs are exact.

    Parameters
    ----------
    layout : Layout
        The slots.
    picks_per_day : array of float64, shape (products,)
        Visits to the pick face.
    volume_cm3, weight_g : array of int64, shape (products,)
        Cube and weight of the stock that stands in the slot.
    zone : sequence of str or array of int, shape (products,)
        Zone that each product needs.
    names : sequence of str, optional
        Product names, each once; ``product-0`` ... unless told.
    family : sequence of str, optional
        Family of each product, "" for none; parts divided by "/" nest (department/category/type).
        With `orders`, a product of few orders is judged by those of its family as well.
    affinity : Affinity, optional
        What is picked together; needs a layout with aisles.
    fixed_slot : array of int64, shape (products,), optional
        A slot number for products that must stay there, -1 for all others.
    orders : Orders, optional
        Order lines to be walked; needs a layout with aisles.
    rules : sequence of SlotRule
        Which products may stand in which slots only.
    congestion : Congestion, optional
        Price of meetings in an aisle, beside the walk of `orders`.

    Raises
    ------
    InvalidInput
        An array of the wrong length, a NaN, a negative size, an unknown zone or product, a fixed
        product in a slot that does not fit it, rules that leave a product no slot.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 2)], bays=3)
    >>> problem = SlottingProblem(layout, [5.0, 1.0], [1000, 1000], [500, 500], ["ambient"] * 2)
    >>> len(problem)
    2
    """

    layout: Layout
    picks_per_day: Floats | Sequence[float]
    volume_cm3: Ints | Sequence[int]
    weight_g: Ints | Sequence[int]
    zone: Ints | Sequence[str]
    names: Sequence[str] | None = None
    family: Sequence[str] | None = None
    affinity: Affinity | None = None
    fixed_slot: Ints | Sequence[int] | None = None
    orders: Orders | None = None
    rules: Sequence[SlotRule] = ()
    congestion: Congestion | None = None

    def __post_init__(self) -> None:
        picks = floats("picks_per_day", self.picks_per_day, None, 0.0, 1e6)
        n = len(picks)
        zone = self.layout.zone_indices(self.zone)
        if len(zone) != n:
            raise InvalidInput("zone", f"{len(zone)} entries", f"{n} entries")
        names = (
            tuple(map(str, self.names))
            if self.names is not None
            else tuple(f"product-{i}" for i in range(n))
        )
        if len(names) != n or len(set(names)) != n:
            raise InvalidInput("names", f"{len(set(names))} different", f"{n} different names")
        family = tuple(map(str, self.family)) if self.family is not None else ("",) * n
        if len(family) != n:
            raise InvalidInput("family", f"{len(family)} entries", f"{n} entries")
        put = object.__setattr__
        put(self, "picks_per_day", picks)
        put(self, "volume_cm3", wholes("volume_cm3", self.volume_cm3, n))
        put(self, "weight_g", wholes("weight_g", self.weight_g, n))
        put(self, "zone", zone)
        put(self, "names", names)
        put(self, "family", family)
        fixed = self.fixed_slot if self.fixed_slot is not None else np.full(n, -1)
        put(self, "fixed_slot", wholes("fixed_slot", fixed, n, -1, len(self.layout) - 1))
        put(self, "rules", tuple(self.rules))
        check_rules(self.rules, names, len(self.layout))
        if self.affinity is not None:
            self.layout.grid()
            top = int(self.affinity.second.max(initial=-1))
            if top >= n:
                at = first(self.affinity.second >= n)
                raise InvalidInput(f"affinity[{at}]", top, f"a product number below {n}")
        if self.congestion is not None and self.orders is None:
            raise InvalidInput("congestion", "no orders", "orders: what meets is picks of orders")
        if self.orders is not None:
            self.layout.grid()
            if self.affinity is not None:
                raise InvalidInput("orders", "affinity as well", "orders or affinity, not both")
            unknown = self.orders.product >= n
            if unknown.any():
                at = first(unknown)
                value = int(self.orders.product[at])
                raise InvalidInput(f"orders.product[{at}]", value, f"a product number below {n}")

    def __len__(self) -> int:
        return len(self.picks_per_day)

    @property
    def picks_per_1000_days(self) -> Ints:
        """Picks as the kernel counts them."""
        picks: Ints = np.rint(np.asarray(self.picks_per_day) * 1000).astype(np.int64)
        return picks

    def arrays(self) -> tuple[list[Ints], list[Ints]]:
        """Return products and slots as the compiled side takes them."""
        products = [
            self.picks_per_1000_days,
            np.asarray(self.volume_cm3),
            np.asarray(self.weight_g),
            np.asarray(self.zone),
        ]
        lay = self.layout
        slots = [lay.slot_distance_mm, lay.slot_volume_cm3, lay.slot_weight_g, lay.slot_zone]
        return products, slots

    def rule_kinds(self) -> tuple[Ints, Ints, int, npt.NDArray[np.bool_]] | None:
        """Return the rules as the compiled side takes them."""
        return kinds(self.rules, len(self), len(self.layout)) if self.rules else None

    def family_levels(self) -> list[Ints]:
        """Return the families of products, the widest first; -1 where there is none."""
        parts = [name.split("/") if name else [] for name in self.family or ()]
        levels = []
        for depth in range(max(map(len, parts), default=0)):
            wide = ["/".join(p[: depth + 1]) if len(p) > depth else "" for p in parts]
            names, number = np.unique(wide, return_inverse=True)
            levels.append((number - (1 if names[0] == "" else 0)).astype(np.int64))
        return levels

    def affinity_rows(self) -> tuple[Ints, Ints, Ints] | None:
        """Return the affinity as symmetric compressed rows: starts, products, joint x 1000."""
        if self.affinity is None:
            return None
        a, b = self.affinity.first, self.affinity.second
        joint = np.rint(self.affinity.joint * 1000).astype(np.int64)
        source = np.concatenate([a, b])
        other = np.concatenate([b, a])
        both = np.concatenate([joint, joint])
        order = np.lexsort((other, source))
        starts = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(np.bincount(source, minlength=len(self)), out=starts[1:])
        return starts, other[order], both[order]

    def fits(self, product: int, slots: npt.ArrayLike | None = None) -> npt.NDArray[np.bool_]:
        """Return for each slot whether the product may stand there."""
        lay = self.layout
        pick = slice(None) if slots is None else np.asarray(slots)
        ok: npt.NDArray[np.bool_] = (
            (lay.slot_zone[pick] == np.asarray(self.zone)[product])
            & (lay.slot_volume_cm3[pick] >= np.asarray(self.volume_cm3)[product])
            & (lay.slot_weight_g[pick] >= np.asarray(self.weight_g)[product])
        )
        if self.rules:
            ok = ok & allowed_slots(self.rules, product, len(lay))[pick]
        return ok
