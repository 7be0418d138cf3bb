"""From a finished run to its figures, and to a folder that is complete in itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from backhaul.engine.errors import CorruptRun
from backhaul.sim.accounting.beancount import to_beancount
from backhaul.sim.accounting.statements import balance_sheet, cash_flow, profit_and_loss
from backhaul.sim.management.kpis import KPIS, kpi_values
from backhaul.sim.spine import Account

if TYPE_CHECKING:
    from backhaul.sim.chain import Chain

__all__ = ["FILES", "figures", "kpi_frame", "read_table", "run_frames", "write_run"]

#: Every table of a run folder.
FILES = (
    "kpis", "store_day", "dc_day", "chain_day", "trips", "stops", "events", "decisions", "touchless",
    "postings", "profit_and_loss", "balance_sheet", "cash_flow", "audit", "products", "people",
    "places", "goals", "provenance",
)  # fmt: skip

_EXPENSES = {
    "store_wages_cents": Account.STORE_WAGES, "dc_wages_cents": Account.DC_WAGES,
    "driver_wages_cents": Account.DRIVER_WAGES, "office_wages_cents": Account.OFFICE_WAGES,
    "employer_charges_cents": Account.EMPLOYER_CHARGES, "benefits_cents": Account.BENEFITS,
    "hiring_cents": Account.HIRING, "transport_cents": Account.TRANSPORT,
    "maintenance_cents": Account.MAINTENANCE, "energy_cents": Account.ENERGY,
    "occupancy_cents": Account.OCCUPANCY, "depreciation_cents": Account.DEPRECIATION,
    "card_fees_cents": Account.CARD_FEES, "marketing_cents": Account.MARKETING,
    "office_cents": Account.OFFICE, "dc_cost_cents": Account.DC_COST,
    "legal_cents": Account.LEGAL, "penalties_cents": Account.PENALTIES,
    "interest_cents": Account.INTEREST, "income_tax_cents": Account.INCOME_TAX_EXPENSE,
    "cogs_cents": Account.COGS, "waste_cents": Account.WASTE, "shrink_cents": Account.SHRINK,
}  # fmt: skip


def figures(chain: Chain) -> dict[str, float]:
    """Return the sums that KPIs are formed from: the ledger's balances and the books' totals."""
    balance, world = chain.ledger.balance, chain.base
    days = chain.days_done
    found: dict[str, float] = {name: balance(account) for name, account in _EXPENSES.items()}
    found["sales_cents"] = -balance(Account.SALES)
    found["vendor_funding_cents"] = -balance(Account.VENDOR_FUNDING)
    found["collect_fees_cents"] = -balance(Account.COLLECT_FEES)
    found["bank_end_cents"] = balance(Account.BANK)
    found["credit_end_cents"] = -balance(Account.CREDIT_LINE)
    store, dc, chains = chain.books.store, chain.books.dc, chain.books.chain
    for name in (
        "loss_retail_cents", "units", "discounted_lines", "lines", "baskets", "lost_units",
        "demand_units", "cells", "empty_cells", "deliveries", "deliveries_on_time",
        "collect_orders", "collect_perfect", "required_s", "covered_s", "cases_received",
    ):  # fmt: skip
        found[name] = float(store[name].sum())
    found["cases_delivered"] = found.pop("cases_received")
    found["store_worked_s"] = float(store["worked_s"].sum())
    for name in (
        "cases_picked", "pick_m", "picking_s", "pallets_sent", "pallet_places", "driven_m",
        "driving_s", "duty_s", "co2_g", "trips", "trips_hired",
    ):  # fmt: skip
        found[name] = float(dc[name].sum())
    found["truck_cost_cents"] = float(
        sum(
            dc[name].sum()
            for name in (
                "transport_cents", "maintenance_cents", "driver_wages_cents",
                "driver_charges_cents",
            )
        )
    )  # fmt: skip
    for name in ("inventory", "payable", "receivable"):
        found[f"{name}_avg_cents"] = float(chains[f"{name}_cents"][:days].mean()) if days else 0.0
    found["breaches"] = float(chain.legal.register.breaches)
    found["calls"] = float(chains["calls"].sum())
    found["calls_in_time"] = float(chains["calls_in_time"].sum())
    sales = np.sort(chain.customers.product_sales_cents)[::-1]
    found["top_sales_cents"] = float(sales[: max(1, round(0.159 * len(sales)))].sum())
    found["product_sales_cents"] = float(sales.sum())
    touchless = chain.decisions.touchless()
    found["decisions"] = float(touchless["decisions"].sum())
    found["automatic_decisions"] = float(touchless["automatic"].sum())
    found["decision_value_cents"] = float(touchless["value_cents"].sum())
    found["automatic_value_cents"] = float(touchless["automatic_value_cents"].sum())
    found["person_s"] = float(chain.decisions.person_s)
    found["stores"] = float(len(world.stores))
    found["days"] = float(max(days, 1))
    found["weeks"] = found["days"] / 7
    return found


def kpi_frame(values: dict[str, float]) -> pl.DataFrame:
    """Return the KPIs with their label, unit and formula."""
    return pl.DataFrame(
        {
            "kpi": [k.name for k in KPIS],
            "label": [k.label for k in KPIS],
            "department": [k.department for k in KPIS],
            "value": [values[k.name] for k in KPIS],
            "unit": [k.unit for k in KPIS],
            "better": [k.better for k in KPIS],
            "formula": [k.formula for k in KPIS],
        }
    )


def _trips(chain: Chain) -> tuple[pl.DataFrame, pl.DataFrame]:
    records = sorted(chain.transport.records, key=lambda r: r.number)
    fields = (
        "number", "dc", "vehicle", "hired", "kind", "depart_s", "return_s", "distance_m",
        "driving_s", "duty_s", "rests", "pallets", "places", "cases", "on_time", "breakdowns",
        "replanned",
    )  # fmt: skip
    whole = {f: [getattr(r, f) for r in records] for f in fields}
    trips = pl.DataFrame({**whole, "stops": [len(r.stores) for r in records]})
    stops = pl.DataFrame(
        {
            "trip": [r.number for r in records for _ in r.arrivals_s],
            "position": [i for r in records for i in range(len(r.arrivals_s))],
            "store": [s for r in records for s in r.stores[: len(r.arrivals_s)]],
            "arrival_s": [t for r in records for t in r.arrivals_s],
        },
        schema={"trip": pl.Int64, "position": pl.Int64, "store": pl.Int64, "arrival_s": pl.Int64},
    )
    return trips, stops


def _places(chain: Chain) -> pl.DataFrame:
    world = chain.base
    return pl.DataFrame(
        {
            "kind": ["dc"] * len(world.dcs) + ["store"] * len(world.stores),
            "name": [*world.dcs.name, *world.stores.name],
            "city": [*world.dcs.city, *world.stores.city],
            "state": [*world.dcs.state, *world.stores.state],
            "lat": [*world.dcs.lat.tolist(), *world.stores.lat.tolist()],
            "lon": [*world.dcs.lon.tolist(), *world.stores.lon.tolist()],
            "dc": [*range(len(world.dcs)), *world.stores.dc.tolist()],
        }
    )


def _goals(chain: Chain, values: dict[str, float]) -> pl.DataFrame:
    rows = []
    for goal in chain.base.goals:
        value = values.get(goal.kpi)
        if value is None:
            continue
        met = (goal.low is None or value >= goal.low) and (goal.high is None or value <= goal.high)
        rows.append((goal.kpi, goal.low, goal.high, value, met))
    schema = {"kpi": pl.String, "low": pl.Float64, "high": pl.Float64, "value": pl.Float64,
              "met": pl.Boolean}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def run_frames(chain: Chain) -> dict[str, pl.DataFrame]:
    """Return every table of a run, by name; all are projections of the logs, books and ledger."""
    values = kpi_values(figures(chain))
    days = chain.days_done
    postings = chain.ledger.frame()
    trips, stops = _trips(chain)
    world = chain.base
    people = chain.people
    return {
        "kpis": kpi_frame(values),
        "store_day": chain.books.store.frame(days),
        "dc_day": chain.books.dc.frame(days),
        "chain_day": chain.books.chain.frame(days),
        "trips": trips,
        "stops": stops,
        "events": chain.events.frame(),
        "decisions": chain.decisions.frame(),
        "touchless": chain.decisions.touchless(),
        "postings": postings,
        "profit_and_loss": profit_and_loss(postings, chain.calendar),
        "balance_sheet": balance_sheet(postings),
        "cash_flow": cash_flow(postings),
        "audit": chain.audit.failures(),
        "products": pl.DataFrame(
            {
                "product": world.products.name,
                "department": [world.departments.name[d] for d in world.products.department],
                "sales_cents": chain.customers.product_sales_cents,
            }
        ),
        "people": pl.DataFrame(
            {
                "role": [role.name for role in people.roles],
                "planned": people.plan.sum(axis=0),
                "headcount": people.headcount.headcount.sum(axis=0),
            }
        ),
        "places": _places(chain),
        "goals": _goals(chain, values),
        "provenance": pl.DataFrame(
            {
                "path": [row.path for row in world.provenance],
                "kind": [row.kind for row in world.provenance],
                "source": [row.source for row in world.provenance],
            }
        ),
    }


def write_run(chain: Chain, folder: Path, resolved: str) -> Path:
    """Write a run folder: under a temporary name first, so that no half folder is ever seen.

    Parameters
    ----------
    chain : Chain
        A run; an interrupted one is marked as incomplete with the days that are complete.
    folder : Path
        The run folder; one that exists is replaced.
    resolved : str
        The resolved scenario with its sources.
    """
    temporary = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name, frame in run_frames(chain).items():
        frame.write_parquet(temporary / f"{name}.parquet")
    (temporary / "resolved.json").write_text(resolved)
    with (temporary / "journal.beancount").open("w") as file:
        file.writelines(to_beancount(chain.ledger.frame(), chain.calendar, chain.days_done))
    world = chain.base
    facts: dict[str, Any] = {
        "format": "backhaul-run/1",
        "run_id": world.run_id,
        "scenario": world.name,
        "strategy": world.strategy,
        "seed": world.seed,
        "replication": chain.replication,
        "start": world.start.isoformat(),
        "days": world.days,
        "days_complete": chain.days_done,
        "complete": chain.days_done == world.days,
        "audit_checks": chain.audit.checks,
        "audit_clean": chain.audit.clean,
    }
    (temporary / "run.json").write_text(json.dumps(facts, indent=1) + "\n")
    if folder.exists():
        shutil.rmtree(folder)
    temporary.rename(folder)
    return folder


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """Return one table of a run folder.

    Raises
    ------
    CorruptRun
        The folder or the table is missing.
    """
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise CorruptRun(f"{folder}: {name}.parquet is missing: not a complete run folder")
    return pl.read_parquet(path)
