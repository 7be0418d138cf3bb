"""Space: facings of every product in every store, what the shelf holds, and what it does to demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine import space as kernel
from backhaul.sim.world import ResolvedScenario

__all__ = [
    "Shelf",
    "markdown_none",
    "markdown_short_dated",
    "shelf_of",
    "shelf_of_equal",
    "shelf_proportional",
]

Counts = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]

#: Usable depth of a shelf, and clear height between two.
DEPTH_MM, HEIGHT_MM, SHELVES = 450, 320, 5
#: A modelled product stands for several of the real range: it may have many facings.
MOST_FACINGS = 5_000
#: The back room holds so many days of a product's demand beside the shelf.
BACK_ROOM_D = 2.0
#: A shelf should show so much of what it holds.
SHOWN_SHARE = 0.75
#: The stock that a shelf should never show less than is at most so many days of demand.
PRESENTATION_D = 28.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The shelf of every store.

    Parameters
    ----------
    facings, capacity, presentation : array of int32, shape (S, P)
        Units side by side, units that fit, units below which the shelf looks empty.
    effect : array of float32, shape (S, P)
        Factor on demand: (facings / the mean facings of the product)^elasticity.
    """

    facings: Counts
    capacity: Counts
    presentation: Counts
    effect: Singles


def markdown_short_dated(
    world: ResolvedScenario, _stock: Counts, options: dict[str, float]
) -> npt.NDArray[np.uint16]:
    """Reduce every perishable product on its last day.

    Returns
    -------
    array of uint16, shape (P,)
        Basis points off the price of units on their last day.
    """
    off = round(10_000 * options.get("depth_share", 0.4))
    return np.where(world.products.shelf_life_d > 0, off, 0).astype(np.uint16)


def markdown_none(
    world: ResolvedScenario, _stock: Counts, _options: dict[str, float]
) -> npt.NDArray[np.uint16]:
    """Reduce nothing."""
    return np.zeros(len(world.products), dtype=np.uint16)


def _each(world: ResolvedScenario) -> npt.NDArray[np.int64]:
    """Return the units that stand behind and on each other in one facing."""
    p = world.products
    deep = np.maximum(DEPTH_MM // np.maximum(p.depth_mm, 1), 1)
    return np.asarray(deep * np.clip(HEIGHT_MM // np.maximum(p.height_mm, 1), 1, 4))


def _shelf(world: ResolvedScenario, facings: Counts, demand: Singles) -> Shelf:
    p = world.products
    each = _each(world).astype(np.int32)
    # A case must always fit, and short-lived goods are shown, not stored.
    back_room = np.ceil(demand * BACK_ROOM_D).astype(np.int32)
    capacity = np.maximum(facings * each, p.case_pack.astype(np.int32)) + back_room
    shown = np.where(p.shelf_life_d > 0, 1, np.maximum(np.rint(SHOWN_SHARE * each), 1))
    most = np.maximum(np.ceil(demand * PRESENTATION_D), 1)
    presentation = np.minimum(facings * shown, most).astype(np.int32)
    mean = np.maximum(facings.mean(axis=0, keepdims=True), 1e-6)
    effect = (facings / mean) ** world.demand.space_elasticity
    return Shelf(facings, capacity.astype(np.int32), presentation, effect.astype(np.float32))


def _width_mm(world: ResolvedScenario) -> npt.NDArray[np.int64]:
    return np.asarray(world.stores.shelf_m * 1000 * SHELVES)


def shelf_of(world: ResolvedScenario, demand: Singles) -> Shelf:
    """Facings for the most expected margin with space elasticity (the space kernel)."""
    p = world.products
    margin = p.price_cents - p.cost_cents
    facings = kernel.facings(
        demand.astype(np.float64),
        margin,
        p.width_mm,
        p.case_pack,
        _width_mm(world),
        elasticity=world.demand.space_elasticity,
        units_per_facing=_each(world),
        maximum=MOST_FACINGS,
        threads=2,
    )
    return _shelf(world, np.asarray(facings, dtype=np.int32), demand)


def shelf_proportional(world: ResolvedScenario, demand: Singles) -> Shelf:
    """Facings in proportion to sales, at least one."""
    width = demand * world.products.width_mm
    share = width / np.maximum(width.sum(axis=1, keepdims=True), 1e-9)
    spare = np.maximum(_width_mm(world) - world.products.width_mm.sum(), 0)
    facings = 1 + np.floor(share * spare[:, None] / world.products.width_mm)
    return _shelf(world, np.asarray(facings, dtype=np.int32), demand)


def shelf_of_equal(world: ResolvedScenario, demand: Singles) -> Shelf:
    """Give every product the same facings: as many as the shelf takes."""
    number = np.maximum(_width_mm(world) // world.products.width_mm.sum(), 1).astype(np.int32)
    return _shelf(world, np.repeat(number[:, None], demand.shape[1], axis=1), demand)
