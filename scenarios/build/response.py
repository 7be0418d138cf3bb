"""Response of demand to price, mailer and display, by department."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from backhaul.scenarios.build.panel import Panel

__all__ = ["response"]

#: Weeks with sales that a product must have, and products that a department must have.
MIN_WEEKS, MIN_PRODUCTS = 48, 20
Floats = npt.NDArray[np.float64]


def response(panel: Panel) -> pl.DataFrame:
    """Return log-log elasticities and the effects of mailer and display.

    Chain level, product x week: ln(units) on ln(price paid), share of stores with mailer and share
    with display, fixed effects of product and of week, errors clustered by product. It is a panel,
    so that weeks without a sale are missing and effects lean towards zero.
    """
    weekly = (
        panel.lines.group_by("product_id", "department", "week")
        .agg(units=pl.col("quantity").sum(), paid=pl.col("paid_cents").sum())
        .filter(pl.len().over("product_id") >= MIN_WEEKS)
        .join(panel.promotions, on=["product_id", "week"], how="left")
    )
    stores = int(str(panel.promotions["stores"].max()))
    table = weekly.with_columns(
        y=pl.col("units").log(),
        price=(pl.col("paid") / pl.col("units")).log(),
        mailer=pl.col("mailer").fill_null(0) / stores,
        display=pl.col("display").fill_null(0) / stores,
    ).sort("product_id", "week")
    rows = []
    for name in ["all", *sorted(set(table["department"].to_list()))]:
        part = table if name == "all" else table.filter(pl.col("department") == name)
        count = part["product_id"].n_unique()
        if count >= MIN_PRODUCTS:
            beta, error = _fit(part)
            rows.append((name, count, *beta.round(4).tolist(), *error.round(4).tolist()))
    return pl.DataFrame(
        rows,
        schema={
            "department": pl.String,
            "products": pl.Int64,
            "elasticity": pl.Float64,
            "log_mailer": pl.Float64,
            "log_display": pl.Float64,
            "elasticity_se": pl.Float64,
            "log_mailer_se": pl.Float64,
            "log_display_se": pl.Float64,
        },
        orient="row",
    )


def _fit(part: pl.DataFrame) -> tuple[Floats, Floats]:
    """Least squares after sweeping out both fixed effects by alternating projections."""
    product = np.unique(part["product_id"].to_numpy(), return_inverse=True)[1]
    week = np.unique(part["week"].to_numpy(), return_inverse=True)[1]
    columns = part.select("y", "price", "mailer", "display").to_numpy().astype(np.float64)
    for _ in range(60):
        for group in (product, week):
            size = np.bincount(group)
            for column in columns.T:
                column -= (np.bincount(group, weights=column) / size)[group]
    y, x = columns[:, 0], columns[:, 1:]
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ (x.T @ y)
    scores = x * (y - x @ beta)[:, None]
    clusters = np.stack([np.bincount(product, weights=score) for score in scores.T], axis=1)
    return beta, np.sqrt(np.diag(inverse @ (clusters.T @ clusters) @ inverse))
