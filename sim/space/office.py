"""The space department: facings of every store, reviewed each quarter."""

from __future__ import annotations

import numpy as np

from backhaul.sim.office import Office
from backhaul.sim.space import Shelf

__all__ = ["SpaceOffice"]

REVIEW_D = 91


class SpaceOffice(Office):
    """Decides facings; they set what a shelf holds, shows and sells."""

    decisions = ("facings",)

    def start(self) -> None:
        """Lay out every store for the demand that the range review expects."""
        self._lay_out(self.chain.customers.base_demand)

    def midnight(self, day: int) -> None:
        """Once a quarter, lay the shelves out anew for what is selling."""
        if day and day % REVIEW_D == 0:
            self._lay_out(self.chain.customers.cells.level)

    def _lay_out(self, demand: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> None:
        chain = self.chain
        self.shelf: Shelf = chain.gate.decide(
            "facings", chain.world, demand,
            count=chain.stores * len(chain.base.products),
            value_cents=round(float((demand * chain.base.products.price_cents).sum())),
            describe=lambda shelf: f"{int(shelf.facings.sum())} facings",
        )  # fmt: skip
        mean = np.maximum(np.rint(self.shelf.facings.mean(axis=0)), 1).astype(np.int32)
        chain.customers.cells.set_space(
            np.maximum(self.shelf.facings, 1),
            self.shelf.capacity,
            reference_facings=np.repeat(mean[None, :], chain.stores, axis=0),
        )
        chain.events.add("space", "shelves laid out", quantity=int(self.shelf.facings.sum()))
