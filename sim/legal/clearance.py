"""Clearance of campaigns and prices before they reach a customer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["PriceHistory", "campaign_clearance"]


class PriceHistory:
    """The lowest price of each product over the last 30 days.

    A reduction must be announced against that price (Directive 98/6/EC, article 6a; the twin holds
    itself to it everywhere, since a false reference price is misleading under US law as well).

    Parameters
    ----------
    price_cents : array of int, shape (products,)
        Prices before the first day.
    window_d : int
    """

    def __init__(self, price_cents: npt.NDArray[np.int64], window_d: int = 30) -> None:
        self._days = np.tile(price_cents, (window_d, 1))
        self._next = 0

    def reference(self) -> npt.NDArray[np.int64]:
        """Return the lowest price in the window, by product."""
        return np.asarray(self._days.min(axis=0))

    def close_day(self, price_cents: npt.NDArray[np.int64]) -> None:
        """Remember the prices that were charged today."""
        self._days[self._next] = price_cents
        self._next = (self._next + 1) % len(self._days)


def campaign_clearance(
    offer_cents: npt.NDArray[np.int64],
    reference_cents: npt.NDArray[np.int64],
    blocked: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Return which offers may be announced as reductions.

    An offer passes when its product is not blocked (recall, licence) and its price is below the
    reference price. One that does not is not announced: it runs as a plain price without promotion.

    Examples
    --------
    >>> import numpy as np
    >>> offer, reference = np.array([90, 100]), np.array([100, 100])
    >>> campaign_clearance(offer, reference, np.array([False, False])).tolist()
    [True, False]
    """
    return np.asarray((offer_cents < reference_cents) & ~blocked)
