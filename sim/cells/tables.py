"""The catalogue and the stores as columns, one entry a product or a store."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.sim.cells.arrays import as_array

__all__ = ["Products", "Stores"]

Column = npt.ArrayLike


@dataclass(frozen=True, kw_only=True, eq=False)
class Products:
    """Columns of the catalogue; a scalar stands for all products.

    A product keeps its place for the whole run, and in every strategy that is compared: random
    streams are named after it. What a store does not carry is not listed (`Cells.set_space`), never left out.

    Parameters
    ----------
    department : array_like of uint16, shape (products,)
        Department, from 0.
    reference_price_cents : array_like of int32
        Price at which the base demand holds.
    tax_class : array_like of uint16
        Tax class, from 0.
    elasticity : array_like of float32
        Own-price elasticity: demand x (price / reference) ** elasticity.
    mailer_uplift, display_uplift, both_uplift : array_like of float32
        Demand factor while in the mailer, on display, or both. Defaults measured in
        The Complete Journey: 2.25, 1.80, 3.57.
    shelf_life_d : array_like of uint16
        Days on which a fresh unit may be sold, the day of arrival included; 0: does not perish.
    case_pack : array_like of int32
        Units in a case.
    dispersion : array_like of float32
        Variance of a day's demand = mean + dispersion x mean ** 2 (0: Poisson).
    freshest_share : array_like of float32
        Share of customers who pick the longest remaining life; the others take the oldest.
    shrink_share : array_like of float32
        Units stolen, damaged or mislaid per unit sold.
    switch_share : array_like of float32
        Share of customers who look for a substitute before an empty shelf.
    units_per_line : array_like of float32
        Units on one line of a receipt, at least 1.
    space_elasticity : array_like of float32
        Elasticity of demand to facings; 0.17 is the mean of Eisend 2014.
    substitutes : array_like of int32, shape (products, 3)
        Substitutes, best first; -1 for none.

    Raises
    ------
    InvalidInput
        A column has another length or type; values are checked when `Cells` is made.

    Examples
    --------
    >>> Products(department=[0, 0, 1], reference_price_cents=[199, 249, 500]).n
    3
    """

    department: Column
    reference_price_cents: Column
    tax_class: Column = 0
    elasticity: Column = 0.0
    mailer_uplift: Column = 2.25
    display_uplift: Column = 1.8
    both_uplift: Column = 3.57
    shelf_life_d: Column = 0
    case_pack: Column = 1
    dispersion: Column = 0.0
    freshest_share: Column = 0.0
    shrink_share: Column = 0.0
    switch_share: Column = 0.0
    units_per_line: Column = 1.0
    space_elasticity: Column = 0.17
    substitutes: Column = -1

    def __post_init__(self) -> None:
        n = np.size(np.asarray(self.department))
        types = _PRODUCT_TYPES
        for field in fields(self):
            name = field.name
            shape = (n, 3) if name == "substitutes" else (n,)
            column = as_array(f"products.{name}", getattr(self, name), types[name], shape)
            object.__setattr__(self, name, column)

    @property
    def n(self) -> int:
        """Number of products."""
        return np.size(np.asarray(self.department))

    def columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the columns by name, as arrays."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}


_PRODUCT_TYPES: dict[str, type[np.generic]] = {
    "department": np.uint16,
    "tax_class": np.uint16,
    "shelf_life_d": np.uint16,
    "reference_price_cents": np.int32,
    "case_pack": np.int32,
    "substitutes": np.int32,
    "elasticity": np.float32,
    "mailer_uplift": np.float32,
    "display_uplift": np.float32,
    "both_uplift": np.float32,
    "dispersion": np.float32,
    "freshest_share": np.float32,
    "shrink_share": np.float32,
    "switch_share": np.float32,
    "units_per_line": np.float32,
    "space_elasticity": np.float32,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Stores:
    """Columns of the stores; a scalar stands for all stores.

    Parameters
    ----------
    key : array_like of uint32, shape (stores,)
        Name of the store in the random streams, all different. A store that keeps its key keeps its
        customers, whatever other stores open or close.
    zone : array_like of uint16
        Price zone, from 0.
    lines_per_basket : array_like of float32
        Lines on an average receipt, at least 1.
    traffic_sd : array_like of float32
        Standard deviation of the logarithm of a day's traffic (its mean factor is 1).

    Examples
    --------
    >>> Stores(key=range(4), traffic_sd=0.1).n
    4
    """

    key: Column
    zone: Column = 0
    lines_per_basket: Column = 8.0
    traffic_sd: Column = 0.0

    def __post_init__(self) -> None:
        key = np.asarray(list(self.key) if isinstance(self.key, range) else self.key)
        if key.ndim != 1:
            raise InvalidInput("stores.key", f"shape {key.shape}", "one key a store")
        types = {"key": np.uint32, "zone": np.uint16}
        for field in fields(self):
            value = key if field.name == "key" else getattr(self, field.name)
            kind = types.get(field.name, np.float32)
            column = as_array(f"stores.{field.name}", value, kind, (len(key),))
            object.__setattr__(self, field.name, column)

    @property
    def n(self) -> int:
        """Number of stores."""
        return np.size(np.asarray(self.key))

    def columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the columns by name, as arrays."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
