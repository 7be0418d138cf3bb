"""The range: which products, and what share of sales each has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from backhaul.scenarios.facts import table
from backhaul.scenarios.schema.catalogue import Catalogue
from backhaul.sim.world.arrays import Floats, Ints

__all__ = ["Range", "choose"]


@dataclass(frozen=True)
class Range:
    """The chosen products, in order of falling sales.

    Parameters
    ----------
    facts : DataFrame
        Rows of the panel's products.
    department : (P,) int64
        Position among the catalogue's departments.
    sales_share : (P,) float64
        Sums to 1.
    """

    facts: pl.DataFrame
    department: Ints
    sales_share: Floats


def choose(catalogue: Catalogue) -> Range:
    """Choose the products and share out the sales.

    Every department gets its best seller, then the best sellers of all fill the range. Departments
    keep the share of sales that they have in the whole panel. Within them shares go as a power of
    the panel's sales, the power being such that the top `top_share` of products makes
    `top_sales_share` of sales: a chosen product of the tail stands for many that were not chosen,
    and the range is as uneven as the whole.
    """
    names = [department.name for department in catalogue.departments]
    known = table("products").filter(pl.col("department").is_in(names))
    first = known.unique("department", keep="first", maintain_order=True)
    rest = known.filter(~pl.col("product_id").is_in(first["product_id"].to_list()))
    facts = pl.concat([first, rest.head(catalogue.product_count - first.height)])
    department = np.array([names.index(name) for name in facts["department"]], dtype=np.int64)
    sales = facts["sales_share"].to_numpy()
    in_panel = dict(table("departments").select("department", "sales_share").iter_rows())
    target = np.array([in_panel[name] for name in names])
    target /= target.sum()
    top = max(1, round(catalogue.top_share * len(sales)))

    def shares(power: float) -> Floats:
        raw = (sales / sales.max()) ** power
        share: Floats = raw / np.bincount(department, weights=raw)[department] * target[department]
        return share

    low, high = 0.0, 8.0
    for _ in range(50):
        middle = (low + high) / 2
        if np.sort(shares(middle))[::-1][:top].sum() < catalogue.top_sales_share:
            low = middle
        else:
            high = middle
    share = shares(high)
    order = np.lexsort((facts["product_id"].to_numpy(), -share))
    return Range(facts[order], department[order], share[order])
