"""In what quantities a store may order: cases, or inner packs of fresh goods that sell slowly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backhaul.sim.world import ResolvedScenario

__all__ = ["store_pack"]

#: A pack should be sold within this share of its life; the rest is for the way and the shelf.
SOLD_WITHIN = 0.35


def store_pack(world: ResolvedScenario) -> npt.NDArray[np.int64]:
    """Return the units of the smallest order of each product by a store.

    A centre opens cases (broken cases are 37 % of what warehouses ship, WERC 2018): fresh goods of which
    an average store would not sell a case within a third of its life come in smaller inner packs.

    Parameters
    ----------
    world : ResolvedScenario

    Returns
    -------
    array of int, shape (P,)
        At most the case pack, at least 1.
    """
    p = world.products
    sells = p.demand_per_day * p.shelf_life_d * SOLD_WITHIN
    inner = np.clip(np.floor(sells), 1, p.case_pack).astype(np.int64)
    return np.asarray(np.where(p.shelf_life_d > 0, inner, p.case_pack))
