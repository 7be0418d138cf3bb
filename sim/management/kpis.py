"""KPIs: one formula each, used by every table, report and alert.

A KPI is a function of the `Figures` of a run (sums over its day books and ledger). `bounds` keeps
intervals of shares inside what is possible; `better` says which way is good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["KPIS", "Kpi", "kpi_values"]

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI.

    Parameters
    ----------
    name, label, unit : str
        `unit` is ``usd``, ``share``, ``days``, ``usd_per_km`` and so on.
    formula : str
        The formula in words.
    compute : callable
        From the run's figures.
    better : {"higher", "lower", "inside"}
        Which way is good; ``inside``: neither.
    bounds : tuple of float
        What is possible.
    department : str
        Who owns it.
    """

    name: str
    label: str
    unit: str
    formula: str
    compute: Callable[[Figures], float]
    better: Literal["higher", "lower", "inside"] = "higher"
    bounds: tuple[float, float] = (float("-inf"), float("inf"))
    department: str = "management"


def _ratio(top: float, bottom: float) -> float:
    return top / bottom if bottom else 0.0


def _opex(f: Figures) -> float:
    return sum(
        f[name]
        for name in (
            "store_wages_cents", "dc_wages_cents", "driver_wages_cents", "office_wages_cents",
            "employer_charges_cents", "benefits_cents", "hiring_cents", "transport_cents",
            "maintenance_cents", "energy_cents", "occupancy_cents", "depreciation_cents",
            "card_fees_cents", "marketing_cents", "office_cents", "dc_cost_cents", "legal_cents",
            "penalties_cents",
        )
    )  # fmt: skip


def _gross_margin(f: Figures) -> float:
    return f["sales_cents"] + f["vendor_funding_cents"] - f["cogs_cents"]


def _ebit(f: Figures) -> float:
    return (
        _gross_margin(f) + f["collect_fees_cents"] - f["waste_cents"] - f["shrink_cents"] - _opex(f)
    )


def _net(f: Figures) -> float:
    return _ebit(f) - f["interest_cents"] - f["income_tax_cents"]


_SHARE = (0.0, 1.0)
_POSITIVE = (0.0, float("inf"))

KPIS: tuple[Kpi, ...] = (
    Kpi("sales", "Sales", "usd", "net sales, sales tax excluded",
        lambda f: f["sales_cents"] / 100, bounds=_POSITIVE, department="commerce"),
    Kpi("sales_per_store_week_usd", "Sales per store and week", "usd",
        "net sales / stores / weeks",
        lambda f: f["sales_cents"] / 100 / f["stores"] / f["weeks"], bounds=_POSITIVE,
        department="commerce"),
    Kpi("baskets_per_store_week", "Baskets per store and week", "baskets",
        "baskets / stores / weeks", lambda f: f["baskets"] / f["stores"] / f["weeks"],
        bounds=_POSITIVE, department="customers"),
    Kpi("gross_margin_share", "Gross margin", "share",
        "(sales + vendor funding - cost of goods sold) / sales",
        lambda f: _ratio(_gross_margin(f), f["sales_cents"]), bounds=(-1.0, 1.0),
        department="commerce"),
    Kpi("shrink_share", "Shrink and waste", "share",
        "retail value of waste and shrink / sales",
        lambda f: _ratio(f["loss_retail_cents"], f["sales_cents"]), "lower", _SHARE, "storage"),
    Kpi("ebit", "EBIT", "usd",
        "gross margin + collection fees - waste - shrink - operating expenses",
        lambda f: _ebit(f) / 100, department="finance"),
    Kpi("ebit_share", "EBIT margin", "share", "EBIT / sales",
        lambda f: _ratio(_ebit(f), f["sales_cents"]), bounds=(-1.0, 1.0), department="finance"),
    Kpi("net_profit", "Net profit", "usd", "EBIT - interest - income tax",
        lambda f: _net(f) / 100, department="finance"),
    Kpi("net_profit_share", "Net profit after tax", "share", "net profit / sales",
        lambda f: _ratio(_net(f), f["sales_cents"]), bounds=(-1.0, 1.0), department="finance"),
    Kpi("cash_end", "Cash less credit line at the end", "usd", "bank - credit line drawn",
        lambda f: (f["bank_end_cents"] - f["credit_end_cents"]) / 100, department="finance"),
    Kpi("days_inventory", "Days of inventory (DIO)", "days",
        "average inventory at cost / cost of goods sold * days",
        lambda f: _ratio(f["inventory_avg_cents"], f["cogs_cents"]) * f["days"], "lower",
        _POSITIVE, "catalogue"),
    Kpi("days_payable", "Days payable (DPO)", "days",
        "average payables (invoiced or not) / cost of goods sold * days",
        lambda f: _ratio(f["payable_avg_cents"], f["cogs_cents"]) * f["days"], "inside",
        _POSITIVE, "accounting"),
    Kpi("days_receivable", "Days receivable (DSO)", "days",
        "average card and vendor receivables / sales * days",
        lambda f: _ratio(f["receivable_avg_cents"], f["sales_cents"]) * f["days"], "lower",
        _POSITIVE, "accounting"),
    Kpi("cash_conversion_days", "Cash conversion cycle", "days", "DIO + DSO - DPO",
        lambda f: (_ratio(f["inventory_avg_cents"] - f["payable_avg_cents"], f["cogs_cents"])
                   + _ratio(f["receivable_avg_cents"], f["sales_cents"])) * f["days"],
        "lower", department="accounting"),
    Kpi("on_shelf_availability", "On-shelf availability", "share",
        "1 - listed store x product x day parts that end without stock / all",
        lambda f: 1 - _ratio(f["empty_cells"], f["cells"]), bounds=_SHARE, department="catalogue"),
    Kpi("out_of_stock", "Out of stock", "share",
        "listed store x product x day parts that end without stock / all",
        lambda f: _ratio(f["empty_cells"], f["cells"]), "lower", _SHARE, "catalogue"),
    Kpi("lost_sales_share", "Lost sales", "share",
        "units wanted and not sold, not even as a substitute / units wanted",
        lambda f: _ratio(f["lost_units"], f["demand_units"]), "lower", _SHARE,
        "customers"),
    Kpi("labour_share", "Wages", "share", "wages of all staff / sales",
        lambda f: _ratio(f["store_wages_cents"], f["sales_cents"]),
        "lower", _SHARE, "people"),
    Kpi("sales_per_labour_hour", "Sales per labour hour", "usd",
        "net sales / hours worked in stores",
        lambda f: _ratio(f["sales_cents"] / 100, f["store_worked_s"] / 3600), bounds=_POSITIVE,
        department="people"),
    Kpi("schedule_fit", "Schedule fit", "share",
        "hours worked that were needed / hours needed",
        lambda f: _ratio(f["covered_s"], f["required_s"]), bounds=_SHARE, department="people"),
    Kpi("cost_per_case", "Logistics cost per case", "usd",
        "DC wages and operations + transport + maintenance + drivers / cases delivered",
        lambda f: _ratio(f["dc_wages_cents"] + f["dc_cost_cents"] + f["transport_cents"]
                         + f["maintenance_cents"] + f["driver_wages_cents"],
                         f["cases_delivered"]) / 100,
        "lower", _POSITIVE, "storage"),
    Kpi("cases_per_picker_hour", "Cases per picker hour", "cases",
        "cases picked / picking hours", lambda f: _ratio(f["cases_picked"], f["picking_s"] / 3600),
        bounds=_POSITIVE, department="storage"),
    Kpi("pick_metres_per_case", "Walking per case picked", "m", "metres walked / cases picked",
        lambda f: _ratio(f["pick_m"], f["cases_picked"]), "lower", _POSITIVE, "storage"),
    Kpi("truck_cost_per_mile", "Truck cost per mile", "usd",
        "(transport + maintenance + drivers' wages and charges) / miles driven",
        lambda f: _ratio(f["truck_cost_cents"] / 100, f["driven_m"] / 1609.344), "inside",
        _POSITIVE, "transport"),
    Kpi("truck_cost_per_hour", "Truck cost per hour", "usd",
        "(transport + maintenance + drivers' wages and charges) / hours on duty",
        lambda f: _ratio(f["truck_cost_cents"] / 100, f["duty_s"] / 3600), "inside",
        _POSITIVE, "transport"),
    Kpi("km_per_drop", "Kilometres per drop", "km", "kilometres driven / store deliveries",
        lambda f: _ratio(f["driven_m"] / 1000, f["deliveries"]), "lower", _POSITIVE, "routes"),
    Kpi("on_time", "Deliveries on time", "share", "deliveries inside the store's window / all",
        lambda f: _ratio(f["deliveries_on_time"], f["deliveries"]), bounds=_SHARE,
        department="routes"),
    Kpi("trailer_fill", "Trailer fill", "share", "pallets carried / pallet places sent out",
        lambda f: _ratio(f["pallets_sent"], f["pallet_places"]), bounds=_SHARE,
        department="loading"),
    Kpi("energy_share", "Energy", "share", "energy / sales",
        lambda f: _ratio(f["energy_cents"], f["sales_cents"]), "lower", _SHARE, "accounting"),
    Kpi("discounted_line_share", "Lines sold on discount", "share",
        "lines sold below shelf price / lines",
        lambda f: _ratio(f["discounted_lines"], f["lines"]), "inside", _SHARE, "commerce"),
    Kpi("top_products_share", "Sales of the top 15.9 % of products", "share",
        "sales of the 15.9 % best selling products / sales of all products",
        lambda f: _ratio(f["top_sales_cents"], f["product_sales_cents"]), "inside", _SHARE, "catalogue"),
    Kpi("call_service_level", "Calls answered in 20 s", "share",
        "calls answered within 20 s / calls",
        lambda f: _ratio(f["calls_in_time"], f["calls"]), bounds=_SHARE, department="channels"),
    Kpi("perfect_orders", "Perfect collect orders", "share",
        "click and collect orders ready in time without substitution / orders",
        lambda f: _ratio(f["collect_perfect"], f["collect_orders"]), bounds=_SHARE,
        department="channels"),
    Kpi("legal_breaches", "Legal breaches", "count", "breaches of law or contract found",
        lambda f: f["breaches"], "lower", _POSITIVE, "legal"),
    Kpi("touchless_rate", "Touchless decisions", "share", "automatic decisions / decisions",
        lambda f: _ratio(f["automatic_decisions"], f["decisions"]), bounds=_SHARE),
    Kpi("touchless_rate_by_value", "Touchless decisions by value", "share",
        "value decided automatically / value decided",
        lambda f: _ratio(f["automatic_value_cents"], f["decision_value_cents"]), bounds=_SHARE),
    Kpi("office_minutes_per_store_day", "Back-office minutes per store and day", "min",
        "minutes that people spent on decisions / stores / days",
        lambda f: _ratio(f["person_s"] / 60, f["stores"] * f["days"]), "lower", _POSITIVE),
    Kpi("co2_kg_per_case", "Transport CO2 per case", "kg", "kg CO2 of trucks / cases delivered",
        lambda f: _ratio(f["co2_g"] / 1000, f["cases_delivered"]), "lower", _POSITIVE, "transport"),
)  # fmt: skip


def kpi_values(figures: Figures) -> dict[str, float]:
    """Return every KPI of a run by name.

    Parameters
    ----------
    figures : mapping of str to float
        Sums over the run, as made by `backhaul.sim.results.figures`.
    """
    return {kpi.name: float(kpi.compute(figures)) for kpi in KPIS}
