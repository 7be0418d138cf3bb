"""Prices, costs and base demand: brought to the scenario's sales once, before any strategy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backhaul.engine import random
from backhaul.scenarios.rules.calendar import YEAR, season, week_numbers
from backhaul.scenarios.rules.draws import normals, product_uniforms
from backhaul.scenarios.rules.promotions import Plan, calendar, plan
from backhaul.scenarios.rules.range import Range, choose
from backhaul.scenarios.rules.sizes import Sizes, sizes
from backhaul.scenarios.rules.table import NOTHING, ProductTable
from backhaul.scenarios.schema import ScenarioFile
from backhaul.scenarios.schema.catalogue import CategoryRule, Department
from backhaul.sim.world.arrays import Floats, Ints
from backhaul.sim.world.catalogue import (
    TAX_FOOD,
    TAX_GENERAL,
    ZONES,
    Departments,
    Products,
    Promotions,
    Suppliers,
)

__all__ = ["Calibration", "calibrate", "departments", "products", "suppliers"]

#: A product that sells a few times a year is lumpy beyond what matters.
MOST_DISPERSED = 10.0


@dataclass(frozen=True)
class Calibration:
    """What a strategy cannot change: the range, its costs, and what customers would buy.

    Parameters
    ----------
    chosen, plan, sizes
        See there.
    price_cents : (P,) float64
        Regular price at the scenario's price level, not yet rounded.
    cost_cents : (P,) int64
        Purchase cost.
    demand_per_day : (P,) float64
        At that price.
    price_level : float
        The scenario's.
    stated : ProductTable
        Values of the table beside the file.
    """

    chosen: Range
    plan: Plan
    sizes: Sizes
    price_cents: Floats
    cost_cents: Ints
    demand_per_day: Floats
    price_level: float
    stated: ProductTable


def calibrate(base: ScenarioFile, stated: ProductTable = NOTHING) -> Calibration:
    """Bring demand to the scenario's sales, and cost to its margins, in expectation over a year.

    With sales T a week at a store of scale 1 and share w of product p, demand is
    T w / (7 mean over the year of season x promotion factor x price paid); its cost is
    (1 - margin) times the mean price paid. Margins vary by product about the department's (s.d.
    `margin_sd`, own brands `private_label_margin` more) and keep the department's mean.
    """
    chosen = choose(base.catalogue)
    planned = plan(chosen, base)
    weeks = week_numbers(base.start, YEAR)
    promotions = calendar(chosen, planned, base, weeks)
    shelf = chosen.facts["shelf_cents"].to_numpy() * base.catalogue.price_level
    ids = chosen.facts["product_id"].to_numpy()
    shelf = stated.over("price_cents", ids, shelf)
    regular = np.maximum(np.rint(shelf), 1)
    elasticity, mailer, display = _response(chosen, base)
    factor = (1 - promotions.depth.astype(np.float64)) ** elasticity
    factor *= np.where(promotions.mailer, mailer, 1.0) * np.where(promotions.display, display, 1.0)
    factor *= season(base, base.start, YEAR)[:, chosen.department]
    paid = np.maximum(np.rint(regular * (1 - promotions.depth.astype(np.float64))), 1)
    sales = base.demand.baskets_per_store_week * base.demand.basket_value_cents
    demand = sales * chosen.sales_share / (7 * (factor * paid).mean(axis=0))
    mean_paid = (factor * paid).sum(axis=0) / factor.sum(axis=0)
    margin = _margins(chosen, base)
    cost = np.maximum(np.rint(mean_paid * (1 - margin)), 1).astype(np.int64)
    cost = stated.over("cost_cents", ids, cost).astype(np.int64)
    return Calibration(
        chosen,
        planned,
        sizes(chosen, base.catalogue, base.seed, stated),
        shelf,
        cost,
        demand,
        base.catalogue.price_level,
        stated,
    )


def departments(calibration: Calibration, now: ScenarioFile) -> Departments:
    """Return the departments table."""
    parts = now.catalogue.departments
    share: Floats = np.bincount(
        calibration.chosen.department,
        weights=calibration.chosen.sales_share,
        minlength=len(parts),
    ).astype(np.float64)
    return Departments(
        name=tuple(d.name for d in parts),
        sales_share=share,
        margin_share=np.array([d.margin_share for d in parts]),
        shrink_share=np.array([d.shrink_share for d in parts]),
        elasticity=np.array([d.elasticity for d in parts]),
    )


def suppliers(now: ScenarioFile) -> Suppliers:
    """Return the suppliers table: each group's `count` of like suppliers."""
    names = [d.name for d in now.catalogue.departments]
    groups = [(g, n) for g in now.network.suppliers for n in range(g.count)]

    def column(key: str, kind: type[np.generic]) -> np.ndarray:
        return np.array([getattr(group, key) for group, _ in groups], dtype=kind)

    return Suppliers(
        name=tuple(f"{group.name} {number + 1}" for group, number in groups),
        department=np.array([names.index(g.departments[0]) for g, _ in groups], dtype=np.int64),
        lead_time_d=column("lead_time_d", np.int64),
        lead_time_sd_d=column("lead_time_sd_d", np.float64),
        min_order_cases=column("min_order_cases", np.int64),
        terms_d=column("terms_d", np.int64),
        discount_share=column("discount_share", np.float64),
        discount_d=column("discount_d", np.int64),
        on_time_share=column("on_time_share", np.float64),
        in_full_share=column("in_full_share", np.float64),
    )


def products(
    calibration: Calibration, now: ScenarioFile, supplier_table: Suppliers
) -> tuple[Products, Promotions]:
    """Return the products table and the promotion calendar, as they hold."""
    chosen, measured = calibration.chosen, calibration.sizes
    facts, parts = chosen.facts, now.catalogue.departments
    elasticity, mailer, display = _response(chosen, now)
    change = now.catalogue.price_level / calibration.price_level
    price = np.maximum(np.rint(calibration.price_cents * change), 1).astype(np.int64)
    demand = calibration.demand_per_day * now.demand.level * change**elasticity
    categories = sorted(set(facts["category"].to_list()))
    position = {name: row for row, name in enumerate(categories)}
    stated, ids = calibration.stated, facts["product_id"].to_numpy()
    supplier = _suppliers(chosen, now, stated, supplier_table)
    vmr = np.maximum(facts["units_per_line_vmr"].to_numpy(), 1.0)
    rules = _Rules(now.catalogue.categories)
    pairs = [
        (parts[row], name)
        for row, name in zip(chosen.department, facts["category"].to_list(), strict=True)
    ]
    drawn = product_uniforms(now.seed, "shelf_life", ids, 1)[:, 0]
    bands = np.array([rules.get(d, name, "shelf_life_d") for d, name in pairs])
    life = bands[:, 0] + np.floor(drawn * (bands[:, 1] - bands[:, 0] + 1))
    life = stated.over("shelf_life_d", ids, life)
    least = np.full(len(facts), now.catalogue.min_order_cases, dtype=np.int64)
    tax = {"food": TAX_FOOD, "general": TAX_GENERAL}
    table = Products(
        id=facts["product_id"].to_numpy().astype(np.int64),
        name=tuple(
            ", ".join(
                (
                    kind.title(),
                    *([size] if size else []),
                    "own brand" if brand == "Private" else f"maker {maker}",
                    f"no. {number}",
                )
            )
            for kind, size, brand, maker, number in facts.select(
                "type", "package_size", "brand", "manufacturer", "product_id"
            ).iter_rows()
        ),
        department=chosen.department.copy(),
        category=np.array([position[name] for name in facts["category"]], dtype=np.int64),
        category_name=tuple(categories),
        private_label=(facts["brand"] == "Private").to_numpy().copy(),
        supplier=supplier,
        cost_cents=calibration.cost_cents.copy(),
        price_cents=price,
        tax_class=np.array([tax[str(rules.get(d, n, "tax"))] for d, n in pairs], dtype=np.int64),
        case_pack=measured.case_pack.copy(),
        case_per_pallet=measured.case_per_pallet.copy(),
        width_mm=measured.unit_mm[:, 0].copy(),
        depth_mm=measured.unit_mm[:, 1].copy(),
        height_mm=measured.unit_mm[:, 2].copy(),
        weight_g=measured.unit_g.copy(),
        case_width_mm=measured.case_mm[:, 0].copy(),
        case_depth_mm=measured.case_mm[:, 1].copy(),
        case_height_mm=measured.case_mm[:, 2].copy(),
        case_weight_g=measured.case_g.copy(),
        zone=np.array(
            [ZONES.index(str(rules.get(d, n, "zone"))) for d, n in pairs], dtype=np.int64
        ),
        shelf_life_d=life.astype(np.int64),
        demand_per_day=demand,
        # compound Poisson of lines with q units each: variance = mean E[q^2] / E[q]
        dispersion=np.minimum((vmr - 1) / demand + now.demand.dispersion, MOST_DISPERSED),
        elasticity=elasticity,
        mailer_uplift=mailer,
        display_uplift=display,
        shrink_share=np.array([parts[row].shrink_share for row in chosen.department]),
        lead_time_d=supplier_table.lead_time_d[supplier],
        min_order_cases=stated.over("min_order_cases", ids, least).astype(np.int64),
    )
    weeks = week_numbers(now.start, now.weeks)
    return table, calendar(chosen, calibration.plan, now, weeks)


def _response(chosen: Range, scenario: ScenarioFile) -> tuple[Floats, Floats, Floats]:
    parts = scenario.catalogue.departments
    columns = [[d.elasticity, d.mailer_uplift, d.display_uplift] for d in parts]
    elasticity, mailer, display = np.array(columns)[chosen.department].T.copy()
    return elasticity, mailer, display


def _margins(chosen: Range, base: ScenarioFile) -> Floats:
    catalogue = base.catalogue
    ids = chosen.facts["product_id"].to_numpy()
    drawn = normals(product_uniforms(base.seed, "margin", ids, 2))
    own = (chosen.facts["brand"] == "Private").to_numpy()
    extra = catalogue.margin_sd * drawn + np.where(own, catalogue.private_label_margin, 0.0)
    row, share = chosen.department, chosen.sales_share
    mean = np.bincount(row, weights=share * extra) / np.bincount(row, weights=share)
    level = np.array([d.margin_share for d in catalogue.departments])[row]
    margin: Floats = np.clip(level + extra - mean[row], -0.2, 0.9)
    return margin


def _suppliers(chosen: Range, now: ScenarioFile, stated: ProductTable, table: Suppliers) -> Ints:
    """Give each manufacturer, by department, to one of the suppliers that deliver it."""
    delivers: dict[str, list[int]] = {}
    number = 0
    for group in now.network.suppliers:
        for name in group.departments:
            delivers.setdefault(name, []).extend(range(number, number + group.count))
        number += group.count
    found = []
    names = [d.name for d in now.catalogue.departments]
    numbers = chosen.facts["product_id"]
    for number, maker, row in zip(
        numbers, chosen.facts["manufacturer"], chosen.department, strict=True
    ):
        # a strategy may have taken the stated supplier out
        if stated.suppliers.get(number) in table.name:
            found.append(table.name.index(stated.suppliers[number]))
            continue
        choices = delivers[names[row]]
        draw = random.uniforms(now.seed, f"scenario.supplier.{names[row]}", int(maker), n=1)[0]
        found.append(choices[int(draw * len(choices))])
    return np.array(found, dtype=np.int64)


class _Rules:
    """Department values, with the exceptions by category."""

    def __init__(self, rules: tuple[CategoryRule, ...]) -> None:
        self._rules = rules
        self._found: dict[tuple[str, str, str], object] = {}

    def get(self, department: Department, category: str, key: str) -> object:
        name = (department.name, category, key)
        if name not in self._found:
            stated = [
                getattr(rule, key)
                for rule in self._rules
                if rule.match in category
                and rule.department in (None, department.name)
                and getattr(rule, key) is not None
            ]
            self._found[name] = stated[0] if stated else getattr(department, key)
        return self._found[name]
