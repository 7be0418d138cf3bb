"""What a customer takes instead: products of the same category at a like price."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backhaul.sim.world import ResolvedScenario

__all__ = ["substitutes"]


def substitutes(world: ResolvedScenario, most: int = 3) -> npt.NDArray[np.int32]:
    """Return up to three substitutes of every product, best first, -1 for none.

    In a category, the products nearest in price (as a ratio), the better seller first among equals.

    Parameters
    ----------
    world : ResolvedScenario
    most : int

    Returns
    -------
    array of int32, shape (P, most)
    """
    p = world.products
    found = np.full((len(p), most), -1, dtype=np.int32)
    price = np.log(np.maximum(p.price_cents, 1))
    for category in range(len(p.category_name)):
        members = np.flatnonzero(p.category == category)
        if len(members) < 2:
            continue
        apart = np.abs(price[members][:, None] - price[members][None, :])
        np.fill_diagonal(apart, np.inf)
        order = np.lexsort((np.broadcast_to(members, apart.shape), np.round(apart, 2)), axis=1)
        take = min(most, len(members) - 1)
        found[members, :take] = members[order[:, :take]]
    return found
