"""Every type of decision in the twin, and the policies built in for it (the first is the default).

A scenario may also name a policy of its own as ``module:function``.
"""

from __future__ import annotations

__all__ = ["AUTONOMY", "DECISIONS"]

#: Decision rights: decided alone, proposed for approval, or made by a person.
AUTONOMY = ("automatic", "propose", "person")

DECISIONS: dict[str, tuple[str, ...]] = {
    # finance
    "invoice_match": ("three_way",),
    "invoice_payment": ("by_terms", "take_discount"),
    "month_close": ("calendar",),
    "pay_run": ("time_sheets",),
    "cash": ("revolver",),
    "project_funding": ("net_present_value",),
    "campaign_clearance": ("rules",),
    "transport_release": ("rules",),
    "filing": ("on_time",),
    "licence": ("renew_ahead",),
    "supplier_claim": ("claim", "waive"),
    "roster": ("workload", "fixed"),
    "hiring": ("gap", "replace_leavers"),
    # logistics
    "slotting": ("affinity", "popularity", "alphabetical"),
    "put_away": ("nearest",),
    "load_order": ("last_in_first_out",),
    "dock_door": ("priority", "first_come"),
    "vehicle": ("cheapest", "largest"),
    "maintenance": ("quiet_day", "on_limit"),
    "route_plan": ("daily", "fixed"),
    "route_replan": ("reoptimise", "keep"),
    # commerce
    "forecast": ("seasonal", "last_weeks"),
    "markdown": ("short_dated", "none"),
    "recommendation": ("frequency", "popular", "none"),
    "message": ("consent_and_cap",),
    "substitution": ("nearest", "none"),
    "call_staffing": ("erlang_c", "fixed"),
    "store_order": ("order_up_to", "fixed_weekly"),
    "dc_order": ("order_up_to", "fixed_weekly"),
    "facings": ("space_elasticity", "proportional", "equal"),
    # management
    "alert": ("control_chart",),
}
