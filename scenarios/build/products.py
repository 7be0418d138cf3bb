"""Products, categories and departments of the panel."""

from __future__ import annotations

import polars as pl

from backhaul.scenarios.build.panel import Panel

__all__ = ["TOP", "categories", "departments", "products", "purchase_units"]

#: The range: the products with the largest panel sales, among those with enough lines to know a
#: price by (the rule loses spirits and flowers that were bought once).
TOP, MIN_LINES = 6000, 12
PANEL_WEEKS = 53


def products(panel: Panel) -> pl.DataFrame:
    """Return the `TOP` products by panel sales, in that order."""
    lines = panel.lines
    total = lines["paid_cents"].sum()
    sold = (
        lines.group_by("product_id")
        .agg(
            sales=pl.col("paid_cents").sum(),
            units=pl.col("quantity").sum(),
            lines=pl.len(),
            shelf=pl.col("shelf_cents").sum(),
            discount_lines_share=pl.col("discounted").mean(),
            units_per_line_vmr=(pl.col("quantity") ** 2).sum() / pl.col("quantity").sum(),
            discount_depth=1
            - pl.col("paid_cents").filter(pl.col("discounted")).sum()
            / pl.col("shelf_cents").filter(pl.col("discounted")).sum(),
        )
        .filter(pl.col("lines") >= MIN_LINES)
    )
    stores = int(str(panel.promotions["stores"].max()))
    promoted = panel.promotions.group_by("product_id").agg(
        mailer_share=(pl.col("mailer").sum() / (stores * PANEL_WEEKS)).round(4),
        display_share=(pl.col("display").sum() / (stores * PANEL_WEEKS)).round(4),
    )
    return (
        sold.join(panel.products, on="product_id")
        .join(promoted, on="product_id", how="left")
        .sort(["sales", "product_id"], descending=[True, False])
        .head(TOP)
        .select(
            "product_id",
            "department",
            category="product_category",
            type="product_type",
            brand="brand",
            manufacturer="manufacturer_id",
            package_size="package_size",
            paid_cents=(pl.col("sales") / pl.col("units")).round(1),
            shelf_cents=(pl.col("shelf") / pl.col("units")).round(1),
            sales_share=(pl.col("sales") / total).round(9),
            units="units",
            lines="lines",
            units_per_line_vmr=pl.col("units_per_line_vmr").round(3),
            discount_lines_share=pl.col("discount_lines_share").round(4),
            discount_depth=pl.col("discount_depth").fill_nan(0).fill_null(0).round(4),
            mailer_share=pl.col("mailer_share").fill_null(0).clip(upper_bound=1),
            display_share=pl.col("display_share").fill_null(0).clip(upper_bound=1),
        )
    )


def departments(panel: Panel) -> pl.DataFrame:
    """Return what is known of each department over all its products, not only the chosen."""
    lines = panel.lines.join(panel.products.select("product_id", "brand"), on="product_id")
    total = lines["paid_cents"].sum()
    discounted = pl.col("discounted")
    return (
        lines.group_by("department")
        .agg(
            sales_share=(pl.col("paid_cents").sum() / total).round(6),
            products=pl.col("product_id").n_unique(),
            lines=pl.len(),
            units=pl.col("quantity").sum(),
            private_label_share=(
                pl.col("paid_cents").filter(pl.col("brand") == "Private").sum()
                / pl.col("paid_cents").sum()
            ).round(4),
            discount_lines_share=discounted.mean().round(4),
            discount_depth=(
                1
                - pl.col("paid_cents").filter(discounted).sum()
                / pl.col("shelf_cents").filter(discounted).sum()
            )
            .fill_nan(0)
            .round(4),
            mean_paid_cents=(pl.col("paid_cents").sum() / pl.col("quantity").sum()).round(1),
        )
        .sort("sales_share", descending=True)
    )


def categories(panel: Panel) -> pl.DataFrame:
    """Return the share of sales of each category over all its products."""
    total = panel.lines["paid_cents"].sum()
    return (
        panel.lines.group_by("department", category="product_category")
        .agg(
            sales_share=(pl.col("paid_cents").sum() / total).round(8),
            products=pl.col("product_id").n_unique(),
        )
        .sort(["sales_share", "category"], descending=[True, False])
    )


def purchase_units(panel: Panel) -> pl.DataFrame:
    """Return basket and household figures, one a row."""
    lines = panel.lines
    baskets = lines.group_by("basket_id").agg(
        lines=pl.len(),
        units=pl.col("quantity").sum(),
        value=pl.col("paid_cents").sum(),
        household=pl.col("household_id").first(),
    )
    homes = baskets.group_by("household").agg(baskets=pl.len(), value=pl.col("value").sum())
    by_sales = (
        lines.group_by("product_id")
        .agg(sales=pl.col("paid_cents").sum())
        .sort("sales", descending=True)["sales"]
        .cum_sum()
    )
    eighty = int((by_sales < 0.8 * by_sales[-1]).sum()) + 1
    discount = 1 - float(lines["paid_cents"].sum()) / float(lines["shelf_cents"].sum())
    received, redeemed = panel.received, panel.redeemed
    rows: list[tuple[str, float, str]] = [
        ("baskets", baskets.height, "baskets"),
        ("households", homes.height, "households"),
        ("products", by_sales.len(), "products sold"),
        ("basket_lines_mean", _mean(baskets["lines"]), "lines"),
        ("basket_lines_median", _median(baskets["lines"]), "lines"),
        ("basket_units_mean", _mean(baskets["units"]), "units"),
        ("basket_value_mean", _mean(baskets["value"]), "cents"),
        ("basket_value_median", _median(baskets["value"]), "cents"),
        ("units_per_line_mean", _mean(lines["quantity"]), "units"),
        ("household_baskets_mean", _mean(homes["baskets"]), "baskets a year"),
        ("household_baskets_median", _median(homes["baskets"]), "baskets a year"),
        ("household_value_mean", _mean(homes["value"]), "cents a year"),
        ("products_share_making_80pct", eighty / by_sales.len(), "share of products sold"),
        ("lines_on_discount_share", _mean(lines["discounted"]), "share of lines"),
        ("retail_discount_share", discount, "share of shelf value"),
    ]
    kinds = panel.campaigns.select("campaign_id", "campaign_type")
    sent = received.join(kinds, on="campaign_id")
    used = redeemed.join(kinds, on="campaign_id").unique(["campaign_id", "household_id"])
    for kind in ("Type A", "Type B", "Type C"):
        recipients = sent.filter(pl.col("campaign_type") == kind).height
        users = used.filter(pl.col("campaign_type") == kind).height
        name = f"campaign_{kind[-1].lower()}_redeem_share"
        rows.append((name, users / recipients, f"of {recipients} recipients"))
    return pl.DataFrame(
        [(name, round(value, 5), unit) for name, value, unit in rows],
        schema={"name": pl.String, "value": pl.Float64, "unit": pl.String},
        orient="row",
    )


def _mean(column: pl.Series) -> float:
    return float(str(column.cast(pl.Float64).mean()))


def _median(column: pl.Series) -> float:
    return float(str(column.cast(pl.Float64).median()))
