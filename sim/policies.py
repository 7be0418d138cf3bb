"""Every built-in policy by decision and name, and the loading of a user's own.

A policy is a callable of the decision's own interface; the built-in functions of the departments are
the examples to follow. ``module:function`` in a scenario names a user's.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from backhaul.engine.errors import InvalidInput
from backhaul.engine.replenishment import OrderPolicy
from backhaul.sim import space
from backhaul.sim.accounting import payables
from backhaul.sim.catalogue import dc_orders, own_rule, store_orders
from backhaul.sim.channels import calls, messages
from backhaul.sim.customers import recommend
from backhaul.sim.legal import clearance, register
from backhaul.sim.loading import control
from backhaul.sim.payroll import financing
from backhaul.sim.people import hiring
from backhaul.sim.routes import plan, replan
from backhaul.sim.storage import warehouse
from backhaul.sim.transport import fleet
from backhaul.sim.world import PolicyChoice

__all__ = ["BUILT_IN", "department_of", "find_policy"]


def _always(*_args: object, **_inputs: object) -> bool:
    return True


BUILT_IN: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "invoice_match": {"three_way": payables.match_invoice},
    "invoice_payment": {
        "by_terms": payables.Payables.choose_last_day,
        "take_discount": payables.Payables.choose,
    },
    "month_close": {"calendar": _always},
    "pay_run": {"time_sheets": _always},
    "cash": {"revolver": financing.sweep_cents},
    "project_funding": {"net_present_value": financing.project_verdict},
    "campaign_clearance": {"rules": clearance.campaign_clearance},
    "transport_release": {"rules": register.papers_complete},
    "filing": {"on_time": register.file_on_due_day},
    "licence": {"renew_ahead": register.renew_before_expiry},
    "supplier_claim": {"claim": register.claim_fine, "waive": register.waive_fine},
    "roster": {"workload": hiring.roster_to_workload, "fixed": hiring.roster_fixed},
    "hiring": {"gap": hiring.hire_gap, "replace_leavers": hiring.hire_leavers},
    "slotting": {
        "affinity": warehouse.slot_by_affinity,
        "popularity": warehouse.slot_by_popularity,
        "alphabetical": warehouse.slot_by_name,
    },
    "put_away": {"nearest": _always},
    "load_order": {"last_in_first_out": control.last_in_first_out},
    "dock_door": {"priority": control.door_by_departure, "first_come": control.door_first_come},
    "vehicle": {"cheapest": plan.cheapest_type, "largest": plan.largest_type},
    "maintenance": {"quiet_day": fleet.due_on_quiet_day, "on_limit": fleet.due_on_limit},
    "route_plan": {"daily": plan.RoutePlanner.plan_daily, "fixed": plan.RoutePlanner.plan_fixed},
    "route_replan": {"reoptimise": replan.reoptimise, "keep": replan.keep},
    "forecast": {"seasonal": _always, "last_weeks": _always},
    "markdown": {"short_dated": space.markdown_short_dated, "none": space.markdown_none},
    "recommendation": {
        name: (lambda n=name: recommend.relevance(n)) for name in recommend.HIT_RATE
    },
    "message": {"consent_and_cap": messages.within_rules},
    "substitution": {"nearest": _always, "none": lambda *_: False},
    "call_staffing": {"erlang_c": calls.agents_by_erlang, "fixed": calls.agents_fixed},
    "store_order": {
        "order_up_to": store_orders.order_up_to,
        "fixed_weekly": store_orders.fixed_weekly,
    },
    "dc_order": {
        "order_up_to": dc_orders.dc_order_up_to,
        "fixed_weekly": dc_orders.dc_fixed_weekly,
    },
    "facings": {
        "space_elasticity": space.shelf_of,
        "proportional": space.shelf_proportional,
        "equal": space.shelf_of_equal,
    },
    "alert": {"control_chart": _always},
}

_DEPARTMENTS = {
    "accounting": ("invoice_match", "invoice_payment", "month_close"),
    "payroll": ("pay_run", "cash", "project_funding"),
    "legal": ("campaign_clearance", "transport_release", "filing", "licence", "supplier_claim"),
    "people": ("roster", "hiring"),
    "storage": ("slotting", "put_away"),
    "loading": ("load_order", "dock_door"),
    "transport": ("vehicle", "maintenance"),
    "routes": ("route_plan", "route_replan"),
    "customers": ("forecast", "markdown", "recommendation"),
    "channels": ("message", "substitution", "call_staffing"),
    "catalogue": ("store_order", "dc_order"),
    "space": ("facings",),
    "management": ("alert",),
}


def department_of(decision: str) -> str:
    """Return the department that makes a decision.

    Examples
    --------
    >>> department_of("route_plan")
    'routes'
    """
    for department, decisions in _DEPARTMENTS.items():
        if decision in decisions:
            return department
    raise InvalidInput("policies", decision, "a decision of the twin")


def find_policy(choice: PolicyChoice) -> Callable[..., Any]:
    """Return the callable that a scenario names for a decision.

    Raises
    ------
    InvalidInput
        There is no such policy, or the user's module has no such function.
    """
    path = f"policies.{choice.decision}.policy"
    built_in = BUILT_IN.get(choice.decision, {})
    if choice.policy in built_in:
        return built_in[choice.policy]
    if ":" not in choice.policy:
        allowed = f"one of {', '.join(built_in)}, or module:function"
        raise InvalidInput(path, choice.policy, allowed)
    module, _, name = choice.policy.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise InvalidInput(path, choice.policy, f"an importable function ({error})") from None
    if not callable(found):
        raise InvalidInput(path, choice.policy, "a function")
    if isinstance(found, OrderPolicy):
        if choice.decision != "store_order":
            allowed = "a function; a rule of one cell orders for stores only"
            raise InvalidInput(path, choice.policy, allowed)
        return own_rule.store_orders_by(found)
    return found  # type: ignore[no-any-return]
