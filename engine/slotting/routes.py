"""Picker routes: how far one walks for an order, and the way itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Floats, Ints, wholes
from backhaul.engine.slotting.batching_checker import check_docked_tour
from backhaul.engine.slotting.checker import check_tour
from backhaul.engine.slotting.layout import Layout
from backhaul.engine.solution import CheckReport
from backhaul_native import slotting as native

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Method", "PickTour", "route_lengths", "shortest_route"]

Method = Literal["exact", "s_shape", "return", "largest_gap", "composite"]


@dataclass(frozen=True, eq=False)
class PickTour:
    """A picker's tour: spots in walking order, from the depot back to the depot.

    Parameters
    ----------
    layout : Layout
        The warehouse.
    slots : array of int64
        Slots that are picked.
    metres : float
        Length of the walk.
    aisles, ys_mm : array of int64
        Aisle and coordinate of every corner and pick on the way.
    """

    layout: Layout
    slots: Ints
    metres: float
    aisles: Ints
    ys_mm: Ints

    def check(self) -> CheckReport:
        """Verify the tour with separate code."""
        lay = self.layout
        if lay.starts:
            return check_docked_tour(self)
        picks = zip(lay.slot_aisle[self.slots], lay.slot_y_mm[self.slots], strict=True)
        path = list(zip(self.aisles.tolist(), self.ys_mm.tolist(), strict=True))
        return check_tour(
            lay.aisle_x_mm,
            lay.cross_y_mm,
            (lay.depot_aisle, lay.depot_cross),
            [(int(a), int(y)) for a, y in picks],
            path,
            round(self.metres * 1000),
        )

    def plot(self) -> go.Figure:
        """Draw the tour on the floor plan."""
        from backhaul.engine.slotting.plots import tour_figure

        return tour_figure(self)


def shortest_route(layout: Layout, slots: Sequence[int] | npt.ArrayLike) -> PickTour:
    """Return the shortest tour from the depot over some slots and back.

    Exact, by dynamic programming over the aisles (Ratliff and Rosenthal 1983; Roodbergen and de
    Koster 2001 for two blocks; the same sweep with derived states for up to four).

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 2)], bays=3, depot_aisle=0)
    >>> tour = shortest_route(layout, [0])
    >>> tour.metres, tour.check().ok
    (4.4, True)
    """
    chosen = wholes("slots", slots, None, 0, len(layout) - 1)
    with native_errors():
        length, aisles, ys = native.shortest_tour(
            layout.grid(), layout.slot_aisle[chosen], layout.slot_y_mm[chosen]
        )
    return PickTour(layout, chosen, length / 1000, aisles, ys)


def route_lengths(
    layout: Layout,
    order_pointer: Sequence[int] | npt.ArrayLike,
    line_slots: Sequence[int] | npt.ArrayLike,
    *,
    method: Method = "exact",
    by_zone: bool = False,
    threads: int = 1,
) -> Floats:
    """Return how far a picker walks for each of many orders.

    Parameters
    ----------
    layout : Layout
        The warehouse.
    order_pointer : array of int, shape (orders + 1,)
        Order ``i`` has the lines ``order_pointer[i]`` to below ``order_pointer[i + 1]``.
    line_slots : array of int, shape (lines,)
        Slot of each line.
    method : str
        ``exact`` (shortest), or a taught route: ``s_shape``, ``return``, ``largest_gap``,
        ``composite`` (Hall 1993; Petersen 1997).
    by_zone : bool
        Each zone of an order is a tour of its own.
    threads : int
        Orders are shared among so many threads; the answer does not depend on it.

    Returns
    -------
    array of float64, shape (orders,)
        Metres.

    Raises
    ------
    InvalidInput
        A slot that does not exist, a pointer that falls, a layout without aisles.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 2)], bays=3, depot_aisle=0)
    >>> route_lengths(layout, [0, 1, 1, 3], [0, 0, 1]).tolist()
    [4.4, 0.0, 4.4]
    """
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    lines = wholes("line_slots", line_slots, None, 0, len(layout) - 1)
    pointer = wholes("order_pointer", order_pointer, None, 0, max(len(lines), 1))
    if len(pointer) == 0:
        raise InvalidInput("order_pointer", "no entries", "one entry more than orders")
    with native_errors():
        millimetres = native.tour_lengths(
            layout.grid(),
            layout.slot_aisle,
            layout.slot_y_mm,
            layout.slot_zone if by_zone else None,
            pointer,
            lines,
            method,
            threads,
        )
    return np.asarray(millimetres / 1000.0, dtype=np.float64)
