"""The range: which products, and what share of sales each has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from backhaul.scenarios.facts import table
from backhaul.scenarios.schema.catalogue import Catalogue
from backhaul.sim.world.arrays import Floats, Ints

__all__ = ["Range", "choose"]

#: Least share of sales of a listed product, of the mean of its category.
LEAST = 0.08


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
    keep the share of sales that they have in the whole panel; so do, inside them, the categories
    that have a chosen product. Within a category shares go as a power of the panel's sales, the
    power being such that the top `top_share` of products makes `top_sales_share` of sales: a chosen
    product of the tail stands for many that were not chosen, and the range is as uneven as the
    whole. No product sells less than `LEAST` of its category's mean: it would not be listed.
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
    group, weight = _categories(facts, department, target)
    top = max(1, round(catalogue.top_share * len(sales)))

    best = np.zeros(len(weight))
    np.maximum.at(best, group, sales)

    def shares(power: float) -> Floats:
        raw = (sales / best[group]) ** power
        share = raw / np.bincount(group, weights=raw)[group]
        share = np.maximum(share, LEAST / np.bincount(group)[group])
        floored: Floats = share / np.bincount(group, weights=share)[group] * weight[group]
        return floored

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


def _categories(facts: pl.DataFrame, department: Ints, target: Floats) -> tuple[Ints, Floats]:
    """Return numbers of the categories that have a chosen product, and their shares of sales."""
    in_panel = {
        (name, category): share for name, category, share, _ in table("categories").iter_rows()
    }
    pairs = list(facts.select("department", "category").iter_rows())
    position = {pair: row for row, pair in enumerate(sorted(set(pairs)))}
    group = np.array([position[pair] for pair in pairs], dtype=np.int64)
    share = np.array([in_panel[pair] for pair in position])
    home = np.zeros(len(position), dtype=np.int64)
    home[group] = department
    share *= (target / np.bincount(home, weights=share, minlength=len(target)))[home]
    return group, share
