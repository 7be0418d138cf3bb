"""When and what together: week of year, weekday x hour, category pairs."""

from __future__ import annotations

import numpy as np
import polars as pl

from backhaul.scenarios.build.panel import Panel

__all__ = ["affinity", "hours", "weeks"]

PAIRS, MIN_BASKETS_SHARE, MIN_CATEGORY_SHARE = 600, 0.001, 0.005


def weeks(panel: Panel) -> pl.DataFrame:
    """Return the index of units by ISO week and department; the mean over 52 weeks is 1.

    A department's index is drawn towards that of all departments by as much as the sampling noise
    of its lines explains (method of moments on the difference of the two).
    """
    lines = panel.lines.filter(pl.col("iso_week").is_between(1, 52))
    wide = (
        lines.group_by("iso_week", "department")
        .agg(units=pl.col("quantity").sum(), squares=(pl.col("quantity") ** 2).sum())
        .sort("iso_week")
    )
    total = np.zeros(52)
    names = sorted(set(wide["department"].to_list()))
    units, squares = np.zeros((52, len(names))), np.zeros((52, len(names)))
    for week, name, count, square in wide.iter_rows():
        units[week - 1, names.index(name)] = count
        squares[week - 1, names.index(name)] = square
        total[week - 1] += count
    total /= total.mean()
    table: dict[str, object] = {"iso_week": range(1, 53), "all": total.round(4)}
    for column, name in enumerate(names):
        mean = units[:, column].mean()
        index = units[:, column] / mean
        noise = float(np.mean(squares[:, column]) / mean**2)
        spread = float(np.var(index - total))
        weight = max(0.0, 1.0 - noise / spread)
        drawn = total + weight * (index - total)
        table[name] = (drawn / drawn.mean()).round(4)
    return pl.DataFrame(table)


def hours(panel: Panel) -> pl.DataFrame:
    """Return baskets by weekday (1 = Monday) and hour of store time, as shares of the week."""
    baskets = panel.lines.unique("basket_id", keep="first", maintain_order=True)
    counts = baskets.group_by(
        weekday=pl.col("local").dt.weekday(), hour=pl.col("local").dt.hour()
    ).agg(baskets=pl.len())
    return counts.sort("weekday", "hour").with_columns(
        share=(pl.col("baskets") / baskets.height).round(6)
    )


def affinity(panel: Panel) -> pl.DataFrame:
    """Return the pairs of categories that share baskets most beyond chance."""
    pairs = panel.lines.select("basket_id", "product_category").unique()
    baskets = pairs["basket_id"].n_unique()
    single = pairs.group_by("product_category").agg(n=pl.len())
    single = single.filter(pl.col("n") >= MIN_CATEGORY_SHARE * baskets)
    kept = pairs.join(single.select("product_category"), on="product_category")
    both = (
        kept.join(kept, on="basket_id", suffix="_2")
        .filter(pl.col("product_category") < pl.col("product_category_2"))
        .group_by("product_category", "product_category_2")
        .agg(both=pl.len())
        .filter(pl.col("both") >= MIN_BASKETS_SHARE * baskets)
    )
    return (
        both.join(single, on="product_category")
        .join(single, left_on="product_category_2", right_on="product_category", suffix="_2")
        .select(
            first="product_category",
            second="product_category_2",
            lift=(pl.col("both") * baskets / (pl.col("n") * pl.col("n_2"))).round(3),
            baskets_share=(pl.col("both") / baskets).round(5),
        )
        .sort(["lift", "first", "second"], descending=[True, False, False])
        .head(PAIRS)
    )
