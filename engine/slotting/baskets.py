"""What is bought together: affinity of products from order lines or baskets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Floats, Ints, floats, wholes
from backhaul.engine.slotting.problem import Affinity
from backhaul_native import slotting as native

__all__ = ["BasketAffinity", "affinity_from_baskets"]


@dataclass(frozen=True, eq=False)
class BasketAffinity:
    """Pairs of products that are bought together more often than chance would have it.

    Parameters
    ----------
    first, second : array of int64, shape (pairs,)
        Product numbers, ``first < second``, rising.
    joint : array of int64, shape (pairs,)
        Baskets with both.
    lift : array of float64, shape (pairs,)
        Joint baskets over those that chance would give.
    p_value : array of float64, shape (pairs,)
        Chance of so many joint baskets without affinity.
    baskets, products : int
        As given.
    tests : int
        Pairs that occur at all, over which the false discovery rate is held.
    """

    first: Ints
    second: Ints
    joint: Ints
    lift: Floats
    p_value: Floats
    baskets: int
    products: int
    tests: int

    def __len__(self) -> int:
        return len(self.first)

    def per_day(self, days: float) -> Affinity:
        """Return the pairs as joint orders a day, as a `SlottingProblem` takes them."""
        share = float(floats("days", [days], 1, 1e-9)[0])
        return Affinity(self.first, self.second, np.asarray(self.joint / share))


def affinity_from_baskets(
    basket: Sequence[int] | npt.ArrayLike,
    product: Sequence[int] | npt.ArrayLike,
    *,
    baskets: int | None = None,
    products: int | None = None,
    minimum: int = 3,
    discovery_rate: float = 0.05,
    threads: int = 1,
) -> BasketAffinity:
    """Find the products that are bought together, with lift and a significance test.

    Lift is joint baskets over the number expected by chance (Brin, Motwani, Ullman and Tsur 1997).
    A pair counts when a Poisson number of that expectation would reach the joint baskets so
    rarely that, over all pairs that occur, at most `discovery_rate` of the pairs returned are
    chance (Benjamini and Hochberg 1995).

    Parameters
    ----------
    basket, product : array of int, shape (lines,)
        Basket and product number of each line, in any order; a product twice in a basket counts
        once.
    baskets, products : int, optional
        How many there are; one more than the highest number unless told.
    minimum : int
        Joint baskets below which a pair is not looked at.
    discovery_rate : float
        Share of the pairs returned that may be chance.
    threads : int
        The answer does not depend on it.

    Raises
    ------
    InvalidInput
        A number below 0 or beyond the given count: the line and the value.

    Examples
    --------
    >>> lines = [(b, p) for b in range(40) for p in ([0, 1] if b % 4 == 0 else [2])]
    >>> basket, product = zip(*lines)
    >>> pairs = affinity_from_baskets(basket, product)
    >>> pairs.first.tolist(), pairs.second.tolist(), pairs.lift.tolist()
    ([0], [1], [4.0])
    """
    rows = wholes("basket", basket)
    things = wholes("product", product, len(rows))
    baskets = int(rows.max(initial=-1)) + 1 if baskets is None else baskets
    products = int(things.max(initial=-1)) + 1 if products is None else products
    for name, value, least in (
        ("baskets", baskets, 0),
        ("products", products, 0),
        ("minimum", minimum, 1),
        ("threads", threads, 1),
    ):
        if not least <= value < 2**32:
            raise InvalidInput(name, value, f"a whole number of at least {least}")
    if not 0 < discovery_rate <= 1:
        raise InvalidInput("discovery_rate", discovery_rate, "a share above 0, at most 1")
    with native_errors():
        raw = native.basket_affinity(
            baskets, products, rows, things, minimum, discovery_rate, threads
        )
    return BasketAffinity(
        raw["first"],
        raw["second"],
        raw["joint"],
        raw["lift"],
        raw["p_value"],
        baskets,
        products,
        raw["tests"],
    )
