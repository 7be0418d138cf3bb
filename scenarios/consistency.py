"""What no single key can say: names that must exist, shares that must sum to one, ways."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from backhaul.scenarios.facts import cities, state_taxes, table
from backhaul.scenarios.geography import place, road_m
from backhaul.scenarios.schema import ScenarioFile
from backhaul.sim.world.decisions import DECISIONS

__all__ = ["contradictions"]

Path = tuple[str | int, ...]
Found = Iterator[tuple[Path, Any, str]]


def contradictions(scenario: ScenarioFile) -> Found:
    """Yield (path, value, allowed) for everything in a scenario that contradicts the rest."""
    yield from _calendar(scenario)
    yield from _network(scenario)
    yield from _range(scenario)
    yield from _sums(scenario)
    yield from _people(scenario)
    yield from _money(scenario)
    yield from _management(scenario)


def _calendar(scenario: ScenarioFile) -> Found:
    if scenario.start.weekday() != 0:
        yield ("start",), scenario.start.isoformat(), "a Monday"
    last = scenario.start + datetime.timedelta(weeks=scenario.weeks)
    for part in ("events", "postings"):
        for row, entry in enumerate(getattr(scenario, part)):
            if not scenario.start <= entry.date < last:
                allowed = f"a date from {scenario.start} to before {last}, inside the horizon"
                yield (part, row, "date"), entry.date.isoformat(), allowed


def _network(scenario: ScenarioFile) -> Found:
    network = scenario.network
    yield from _unique(("network", "dcs"), [dc.name for dc in network.dcs])
    yield from _unique(("network", "stores"), [s.city for s in network.stores], "city")
    for part in ("dcs", "stores"):
        for row, site in enumerate(getattr(network, part)):
            given = [site.state, site.lat, site.lon]
            if site.city not in cities() and None in given:
                missing = ("state", "lat", "lon")[given.index(None)]
                allowed = f"{missing} of a city that the facts do not know"
                yield ("network", part, row, missing), "", allowed
    form = network.store_format
    for first, second in (("open_s", "close_s"), ("receive_from_s", "receive_to_s")):
        low, high = getattr(form, first), getattr(form, second)
        if low >= high or high > 86_400:
            allowed = f"more than {first} ({low}) and at most 86400"
            yield ("network", "store_format", second), high, allowed
    for row, dc in enumerate(network.dcs):
        if dc.open_s >= dc.close_s:
            yield ("network", "dcs", row, "close_s"), dc.close_s, f"more than open_s ({dc.open_s})"
    dcs = {dc.name: place(dc) for dc in network.dcs if place(dc)}
    reach = network.roads.reach_m
    for row, store in enumerate(network.stores):
        if store.dc is not None and store.dc not in {dc.name for dc in network.dcs}:
            known = ", ".join(dc.name for dc in network.dcs)
            yield ("network", "stores", row, "dc"), store.dc, f"the name of a DC: {known}"
            continue
        here = place(store)
        if here is None or not dcs:
            continue
        near = {
            name: road_m(here, there, network.roads.circuity)
            for name, there in dcs.items()
            if there and store.dc in (None, name)
        }
        if near and min(near.values()) > reach:
            name = min(near, key=lambda dc: near[dc])
            path: Path = ("network", "stores", row, "dc" if store.dc else "city")
            allowed = (
                f"a store with a route to {'its' if store.dc else 'a'} DC: "
                f"{name} is {near[name] // 1000} km away by road, "
                f"network.roads.reach_m is {reach // 1000} km"
            )
            yield path, store.dc or store.city, allowed


def _range(scenario: ScenarioFile) -> Found:
    catalogue = scenario.catalogue
    names = [department.name for department in catalogue.departments]
    yield from _unique(("catalogue", "departments"), names)
    known = table("departments")["department"].to_list()
    for row, department in enumerate(catalogue.departments):
        if department.name not in known:
            allowed = f"a department of the panel: {', '.join(known)}"
            yield ("catalogue", "departments", row, "name"), department.name, allowed
        for band in ("shelf_life_d", "case_pack"):
            low, high = getattr(department, band)
            if low > high or (band == "case_pack" and low < 1):
                allowed = "two numbers, the smaller first" + (
                    ", at least 1" if band == "case_pack" else ""
                )
                yield ("catalogue", "departments", row, band), [low, high], allowed
    yield from _unique(("network", "suppliers"), [g.name for g in scenario.network.suppliers])
    for row, rule in enumerate(catalogue.categories):
        if rule.department is not None and rule.department not in names:
            allowed = f"a department of the catalogue: {', '.join(names)}"
            yield ("catalogue", "categories", row, "department"), rule.department, allowed
    supplied: set[str] = set()
    for row, group in enumerate(scenario.network.suppliers):
        for column, name in enumerate(group.departments):
            if name not in names:
                path: Path = ("network", "suppliers", row, "departments", column)
                yield path, name, f"a department of the catalogue: {', '.join(names)}"
        supplied.update(group.departments)
    for row, name in enumerate(names):
        if name not in supplied:
            allowed = "a department that a group of network.suppliers delivers: its products have no supplier"
            yield ("catalogue", "departments", row, "name"), name, allowed


def _sums(scenario: ScenarioFile) -> Found:
    stock_out = scenario.demand.stock_out
    total = stock_out.substitute_share + stock_out.delay_share + stock_out.leave_share
    if abs(total - 1) > 1e-9:
        yield ("demand", "stock_out"), round(total, 9), "shares that sum to 1"
    total = sum(card.share for card in scenario.finance.cards)
    if abs(total - 1) > 1e-9:
        yield ("finance", "cards"), round(total, 9), "shares that sum to 1"


def _people(scenario: ScenarioFile) -> Found:
    roles = [role.name for role in scenario.staff.roles]
    yield from _unique(("staff", "roles"), roles)
    for row, standard in enumerate(scenario.staff.standards):
        if standard.role not in roles:
            allowed = f"the name of a role: {', '.join(roles)}"
            yield ("staff", "standards", row, "role"), standard.role, allowed
    minimum = scenario.staff.charges.minimum_wage_cents_per_h
    for row, role in enumerate(scenario.staff.roles):
        if role.wage_cents_per_h < minimum:
            allowed = f"at least the minimum wage of {minimum} cents per hour"
            yield ("staff", "roles", row, "wage_cents_per_h"), role.wage_cents_per_h, allowed


def _money(scenario: ScenarioFile) -> Found:
    taxed = {*state_taxes(), *(tax.state for tax in scenario.finance.taxes)}
    for row, store in enumerate(scenario.network.stores):
        city = cities().get(store.city)
        state = store.state or (city.state if city else None)
        if state is not None and state not in taxed:
            allowed = "a state whose sales tax is known, or that finance.taxes states"
            yield ("network", "stores", row, "state"), state, allowed
    yield from _unique(("fleet", "types"), [kind.name for kind in scenario.fleet.types])
    channels = [channel.name for channel in scenario.marketing.channels]
    yield from _unique(("marketing", "channels"), channels)
    campaigns = scenario.marketing.campaigns
    yield from _unique(("marketing", "campaigns"), [campaign.name for campaign in campaigns])
    departments = [department.name for department in scenario.catalogue.departments]
    for row, campaign in enumerate(campaigns):
        for key, known in (("channel", channels), ("department", departments)):
            value = getattr(campaign, key)
            if value not in known:
                yield ("marketing", "campaigns", row, key), value, f"one of {', '.join(known)}"


def _management(scenario: ScenarioFile) -> Found:
    for decision, choice in scenario.policies.items():
        if decision not in DECISIONS:
            allowed = f"one of the decisions {', '.join(sorted(DECISIONS))}"
            yield ("policies", decision), decision, allowed
        elif ":" not in choice.policy and choice.policy not in DECISIONS[decision]:
            allowed = f"{', '.join(DECISIONS[decision])}, or module:function"
            yield ("policies", decision, "policy"), choice.policy, allowed
    for decision in DECISIONS:
        if decision not in scenario.policies:
            yield ("policies", decision), "", "a table with the policy that decides it"
    for row, goal in enumerate(scenario.goals):
        if goal.low is not None and goal.high is not None and goal.low > goal.high:
            yield ("goals", row, "high"), goal.high, f"at least low ({goal.low})"
    places = {
        "close_dc": [dc.name for dc in scenario.network.dcs],
        "close_store": [
            f"{store.city} {number + 1}"
            for store in scenario.network.stores
            for number in range(store.count)
        ],
        "supplier_stop": [group.name for group in scenario.network.suppliers],
        "demand_shock": [department.name for department in scenario.catalogue.departments],
        "vehicle_loss": [kind.name for kind in scenario.fleet.types],
    }
    for row, event in enumerate(scenario.events):
        known = places[event.kind]
        if event.where != "*" and event.where not in known:
            yield ("events", row, "where"), event.where, f"* or one of {', '.join(known)}"


def _unique(path: Path, names: Iterable[str], key: str = "name") -> Found:
    seen: set[str] = set()
    for row, name in enumerate(names):
        if name in seen:
            yield (*path, row, key), name, "a name that no other entry has"
        seen.add(name)
