"""Stock of a distribution centre by product and remaining shelf life; oldest goes first (FEFO)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Lots"]

Ints = npt.NDArray[np.int64]

#: Products that keep longer than this turn over many times before they expire: they do not age.
LONGEST_D = 60


class Lots:
    """Units by remaining life.

    Parameters
    ----------
    shelf_life_d : array of int, shape (P,)
        Days from receipt; 0 = does not perish.
    least_share : float
        Units with less than this share of their life left are not shipped: they are waste here.

    Examples
    --------
    >>> import numpy as np
    >>> lots = Lots(np.array([0, 4]))
    >>> lots.receive(np.array([0, 1]), np.array([10, 8]))
    >>> lots.on_hand.tolist()
    [10, 8]
    >>> taken, life = lots.issue(np.array([3, 5]))
    >>> taken.tolist(), life.tolist()
    ([3, 5], [0, 4])
    """

    def __init__(self, shelf_life_d: Ints, least_share: float = 0.25) -> None:
        self._life = shelf_life_d.astype(np.int64)
        self._ages = (shelf_life_d > 0) & (shelf_life_d <= LONGEST_D)
        depth = int(self._life[self._ages].max()) if self._ages.any() else 1
        # Row r: units with r + 1 days left. What does not age stays in the last row.
        self._stock = np.zeros((depth, len(shelf_life_d)), dtype=np.int64)
        self._fresh_row = np.where(self._ages, self._life - 1, depth - 1)
        self._least_row = np.ceil(self._life * least_share).astype(np.int64)

    @property
    def on_hand(self) -> Ints:
        """Units in stock by product."""
        return np.asarray(self._stock.sum(axis=0))

    def receive(self, products: Ints, units: Ints) -> None:
        """Put fresh units away."""
        np.add.at(self._stock, (self._fresh_row[products], products), units)

    def issue(self, units: Ints) -> tuple[Ints, Ints]:
        """Take units of every product, oldest first.

        Parameters
        ----------
        units : array of int, shape (P,)
            Wanted; more than there is takes what there is.

        Returns
        -------
        taken : array of int, shape (P,)
        life_d : array of int, shape (P,)
            Average days left of what was taken, rounded down; 0 for what does not age.
        """
        below = np.cumsum(self._stock, axis=0)
        before = np.vstack([np.zeros((1, below.shape[1]), dtype=np.int64), below[:-1]])
        taken = np.clip(units[None, :] - before, 0, self._stock)
        self._stock -= taken
        total = np.asarray(taken.sum(axis=0))
        rows = np.arange(1, len(self._stock) + 1)[:, None]
        life = (taken * rows).sum(axis=0) // np.maximum(total, 1)
        return total, np.where(self._ages, np.maximum(life, 1), 0)

    def age(self) -> Ints:
        """Let a day pass; return the units that are too old to ship, by product."""
        columns = self._ages
        aged = self._stock[:, columns]
        rows = np.arange(len(aged))[:, None]
        too_old = rows < self._least_row[columns]
        waste = np.zeros(self._stock.shape[1], dtype=np.int64)
        waste[columns] = np.where(too_old, aged, 0).sum(axis=0)
        aged = np.where(too_old, 0, aged)
        self._stock[:, columns] = np.vstack(
            [aged[1:], np.zeros((1, aged.shape[1]), dtype=np.int64)]
        )
        return waste
