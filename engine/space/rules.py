"""Facings by rule, for many stores at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul_native import slotting as native

__all__ = ["SPACE_ELASTICITY", "facings"]

#: Mean elasticity of sales to shelf space over 1,268 estimates (Eisend 2014).
SPACE_ELASTICITY = 0.17


def _spread(
    name: str, values: npt.ArrayLike, shape: tuple[int, int], minimum: float, whole: bool
) -> npt.NDArray[Any]:
    """Return the values as stores x products, checked, flat by store."""
    try:
        raw = np.asarray(values, dtype=np.float64)
        array = np.broadcast_to(raw, shape)
    except (TypeError, ValueError):
        given = getattr(values, "shape", type(values).__name__)
        allowed = f"numbers of shape {shape} or ({shape[1]},)"
        raise InvalidInput(name, f"shape {given}", allowed) from None
    bad = ~(np.isfinite(array) & (array >= minimum) & (array <= 1e12))
    if whole:
        bad |= array != np.rint(array)
    if bad.any():
        store, product = (int(v[0]) for v in np.nonzero(bad))
        allowed = f"a {'whole' if whole else 'finite'} number of at least {minimum:g}"
        raise InvalidInput(f"{name}[{store}][{product}]", float(array[store, product]), allowed)
    kind = np.int64 if whole else np.float64
    return np.ascontiguousarray(array, dtype=kind).ravel()


def facings(
    demand: npt.ArrayLike,
    margin: npt.ArrayLike,
    width_mm: npt.ArrayLike,
    case_pack: npt.ArrayLike,
    shelf_width_mm: npt.ArrayLike,
    *,
    elasticity: float = SPACE_ELASTICITY,
    minimum: npt.ArrayLike = 1,
    maximum: npt.ArrayLike = 99,
    units_per_facing: npt.ArrayLike = 6,
    threads: int = 1,
) -> npt.NDArray[np.int32]:
    """Return facings of each product in each store.

    Every product first gets its `minimum`; then, best earners first, as many facings as hold one
    case (a case should fit the shelf when it is opened). The rest of the width goes, facing by
    facing, to whoever earns most per millimetre, where sales grow as demand x facings^elasticity.
    Where the minima do not all fit, the products that earn least per millimetre get no facing.

    Parameters
    ----------
    demand : array of float, shape (stores, products) or (products,)
        Units a day that sell with one facing.
    margin : array of float, shape (stores, products) or (products,)
        Cents earned by one unit; a loss earns no space beyond the minimum.
    width_mm : array of int, shape (products,)
        Width of a facing.
    case_pack : array of int, shape (products,)
        Units in a case.
    shelf_width_mm : array of int, shape (stores,)
        Width of all shelves of the store together.
    elasticity : float
        Of sales to facings, 0 to below 1.
    minimum, maximum : array of int, broadcast to (stores, products)
        Facings.
    units_per_facing : array of int, broadcast to (stores, products)
        Units that stand behind each other (and on each other) in one facing.
    threads : int
        Stores are shared among so many threads; the answer does not depend on it.

    Returns
    -------
    array of int32, shape (stores, products)
        Facings; 0 where a product is not on the shelf.

    Raises
    ------
    InvalidInput
        A NaN, a negative size, or arrays whose shapes do not fit.

    Examples
    --------
    >>> facings([[9.0, 1.0]], [50, 50], [100, 100], [6, 6], [600]).tolist()
    [[5, 1]]
    """
    try:
        wide = np.asarray(demand, dtype=np.float64)
        shelves = np.atleast_1d(np.asarray(shelf_width_mm, dtype=np.float64))
    except (TypeError, ValueError):
        raise InvalidInput("demand", "no numbers", "numbers") from None
    if wide.ndim not in (1, 2) or shelves.ndim != 1 or wide.size == 0:
        allowed = "shape (stores, products), with one shelf width a store"
        raise InvalidInput("demand", f"shape {wide.shape}", allowed)
    shape = (len(shelves), wide.shape[-1])
    if not 0 <= elasticity < 1:
        raise InvalidInput("elasticity", elasticity, "a number from 0 to below 1")
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    bad = ~((shelves >= 0) & (shelves <= 1e12) & (shelves == np.rint(shelves)))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise InvalidInput(
            f"shelf_width_mm[{at}]", float(shelves[at]), "a whole number, at least 0"
        )
    deep = _spread("units_per_facing", units_per_facing, shape, 1, True)
    packs = _spread("case_pack", case_pack, shape, 1, True)
    least = _spread("minimum", minimum, shape, 0, True)
    most = np.maximum(_spread("maximum", maximum, shape, 0, True), least)
    wanted = np.minimum(-(-packs // deep), most)
    with native_errors():
        flat = native.facings(
            _spread("demand", wide, shape, 0, False),
            _spread("margin", margin, shape, -1e12, False),
            _spread("width_mm", width_mm, shape, 1, True),
            least,
            wanted,
            most,
            shelves.astype(np.int64),
            elasticity,
            threads,
        )
    return flat.reshape(shape)
