"""``[catalogue]``: departments and the rules that generate what the panel does not know."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Count, Factor, Name, Part, Rate, Share, Whole

__all__ = ["Catalogue", "CategoryRule", "Department"]

Zone = Literal["ambient", "chill", "freeze"]
Tax = Literal["food", "general"]
Band = Annotated[tuple[Whole, Whole], Field(strict=False)]


class Department(Part):
    """``[[catalogue.departments]]``."""

    name: Name
    margin_share: Annotated[float, Field(ge=0, lt=1)]
    shrink_share: Share
    tax: Tax
    zone: Zone
    shelf_life_d: Band
    case_pack: Band
    unit_weight_g: Count
    heaviest_g: Count = 9000
    density_g_per_cm3: Factor
    fill_share: Annotated[float, Field(gt=0, le=1)]
    base_over_height: Factor
    elasticity: Annotated[float, Field(lt=0)]
    mailer_uplift: Annotated[float, Field(ge=1)]
    display_uplift: Annotated[float, Field(ge=1)]


class CategoryRule(Part):
    """``[[catalogue.categories]]``: exceptions where the category contains `match`."""

    match: Name
    department: Name | None = None
    tax: Tax | None = None
    zone: Zone | None = None
    shelf_life_d: Band | None = None


class Catalogue(Part):
    """``[catalogue]``."""

    product_count: Annotated[int, Field(ge=10, le=6000)]
    price_level: Factor
    top_share: Annotated[float, Field(gt=0, lt=1)]
    top_sales_share: Annotated[float, Field(gt=0, lt=1)]
    margin_sd: Annotated[float, Field(ge=0, le=0.2)]
    private_label_margin: Annotated[float, Field(ge=-0.5, le=0.5)]
    packaging_share: Rate
    case_weight_g: Count
    pallet_height_mm: Count
    pallet_weight_g: Count
    min_order_cases: Count
    table: str | None = None
    departments: Annotated[tuple[Department, ...], Field(min_length=1, strict=False)]
    categories: Annotated[tuple[CategoryRule, ...], Field(strict=False)] = ()
