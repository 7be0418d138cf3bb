"""The parts of a world that follow from the file one by one."""

from __future__ import annotations

import math

import numpy as np

from backhaul.engine import random
from backhaul.scenarios.facts import cities, state_taxes, table
from backhaul.scenarios.geography import place, road_m, road_matrix, store_places
from backhaul.scenarios.rules.calendar import hours, season, weekdays
from backhaul.scenarios.rules.draws import normals
from backhaul.scenarios.schema import ScenarioFile
from backhaul.sim.world import (
    ZONES,
    Affinity,
    Campaign,
    Card,
    Channel,
    CreditLine,
    Dcs,
    Demand,
    EmployerCharges,
    Energy,
    Filing,
    Finance,
    Fleet,
    HoursOfService,
    Law,
    Licence,
    Marketing,
    PolicyChoice,
    Products,
    Roads,
    Role,
    Staff,
    Standard,
    StateTax,
    Stores,
    VehicleType,
)
from backhaul.sim.world.arrays import Floats, Frozen

__all__ = ["demand", "finance", "fleet", "law", "marketing", "network", "policies", "staff"]


def network(base: ScenarioFile, now: ScenarioFile) -> tuple[Stores, Dcs, Roads]:
    """Return stores, DCs and the roads between them.

    Scales are measured against the base's mean: a store that a strategy opens or closes does not
    change the demand of the others.
    """
    form, parts = now.network.store_format, now.network
    groups = [group for group in parts.stores for _ in range(group.count)]
    numbers = [number for group in parts.stores for number in range(group.count)]
    dc_places = [place(dc) or (0.0, 0.0) for dc in parts.dcs]
    dc_lat, dc_lon = np.array(dc_places).T
    lat, lon = store_places(parts, now.seed)
    metres, seconds = road_matrix(parts, np.r_[dc_lat, lat], np.r_[dc_lon, lon])
    names = [dc.name for dc in parts.dcs]
    nearest = [
        names.index(group.dc)
        if group.dc
        else min(
            range(len(names)),
            key=lambda dc: road_m(place(group) or (0, 0), dc_places[dc], parts.roads.circuity),
        )
        for group in groups
    ]
    count = len(groups)
    relative = _scales(now) / _scales(base).mean()
    area = np.array([g.area_m2 or 0 for g in groups], dtype=np.int64)
    area = np.where(area > 0, area, np.rint(form.area_m2 * relative)).astype(np.int64)

    def same(value: int) -> np.ndarray:
        return np.full(count, value, dtype=np.int64)

    stores = Stores(
        name=tuple(f"{g.city} {n + 1}" for g, n in zip(groups, numbers, strict=True)),
        city=tuple(g.city for g in groups),
        state=tuple(g.state or cities()[g.city].state for g in groups),
        lat=lat,
        lon=lon,
        dc=np.array(nearest, dtype=np.int64),
        scale=relative,
        area_m2=area,
        shelf_m=np.rint(area * form.shelf_m_per_m2).astype(np.int64),
        open_s=same(form.open_s),
        close_s=same(form.close_s),
        receive_from_s=same(form.receive_from_s),
        receive_to_s=same(form.receive_to_s),
        doors=same(form.doors),
        collect=np.full(count, form.collect),
    )
    dcs = Dcs(
        name=tuple(names),
        city=tuple(dc.city for dc in parts.dcs),
        state=tuple(dc.state or cities()[dc.city].state for dc in parts.dcs),
        lat=dc_lat.copy(),
        lon=dc_lon.copy(),
        area_m2=np.array([dc.area_m2 for dc in parts.dcs], dtype=np.int64),
        doors=np.array([dc.doors for dc in parts.dcs], dtype=np.int64),
        open_s=np.array([dc.open_s for dc in parts.dcs], dtype=np.int64),
        close_s=np.array([dc.close_s for dc in parts.dcs], dtype=np.int64),
        slots=np.array(
            [(dc.ambient_slots, dc.chill_slots, dc.freeze_slots) for dc in parts.dcs],
            dtype=np.int64,
        ),
    )
    return stores, dcs, Roads(metres, seconds)


def _scales(scenario: ScenarioFile) -> Floats:
    """Return the demand scale of each store, as stated or by a lognormal draw."""
    found = []
    for group in scenario.network.stores:
        for number in range(group.count):
            pair = random.uniforms(scenario.seed, f"scenario.scale.{group.city}", number, n=2)
            drawn = np.exp(scenario.network.store_format.scale_sd * normals(pair[None, :])[0])
            found.append(group.scale or float(drawn))
    return np.array(found)


def demand(now: ScenarioFile, products: Products) -> Demand:
    """Return the demand profiles."""
    part = now.demand
    baskets = dict(table("baskets").select("name", "value").iter_rows())
    value = baskets["basket_value_mean"] * now.catalogue.price_level
    position = {name: row for row, name in enumerate(products.category_name)}
    pairs = [
        (position[first], position[second], lift, share)
        for first, second, lift, share in table("affinity").iter_rows()
        if first in position and second in position
    ]
    columns = np.array(pairs, dtype=np.float64).reshape(-1, 4)
    return Demand(
        baskets_per_store_week=part.baskets_per_store_week,
        basket_value_cents=part.basket_value_cents,
        lines_per_basket=baskets["basket_lines_mean"] * part.basket_value_cents / value,
        units_per_line=baskets["units_per_line_mean"],
        season=season(now, now.start, now.weeks),
        weekday=weekdays(),
        hour=hours(now),
        day_noise_sd=part.day_noise_sd,
        substitute_share=part.stock_out.substitute_share,
        delay_share=part.stock_out.delay_share,
        leave_share=part.stock_out.leave_share,
        online_share=part.online_share,
        call_share=part.call_share,
        self_checkout_share=part.self_checkout_share,
        space_elasticity=part.space_elasticity,
        affinity=Affinity(
            first=columns[:, 0].astype(np.int64),
            second=columns[:, 1].astype(np.int64),
            lift=columns[:, 2].copy(),
            baskets_share=columns[:, 3].copy(),
        ),
    )


def fleet(now: ScenarioFile, stores: Stores, dcs: Dcs) -> Fleet:
    """Return vehicle types, and how many stand at each DC."""
    types = []
    for part in now.fleet.types:
        values = part.model_dump(exclude={"count_per_store", "wear_cents_per_km", "zones"})
        per_km = part.energy_cents_per_km + part.wear_cents_per_km
        zones = tuple(ZONES.index(zone) for zone in part.zones)
        types.append(VehicleType(**values, zones=zones, cost_cents_per_km=per_km))
    served = np.bincount(stores.dc, minlength=len(dcs))
    per_store = np.array([part.count_per_store for part in now.fleet.types])
    count = np.ceil(served[:, None] * per_store[None, :] - 1e-9).astype(np.int64)
    return Fleet(
        types=tuple(types),
        count=count,
        **now.fleet.model_dump(exclude={"types"}),
    )


def staff(now: ScenarioFile, stores: int) -> Staff:
    """Return roles, standards and charges.

    What the file states for each store of the chain is shared out to the sites of the role.
    """
    part = now.staff
    dcs = len(now.network.dcs)
    sites = {"store": stores, "dc": dcs, "transport": dcs, "call_centre": 1, "head_office": 1}
    roles = []
    for role in part.roles:
        share = stores / sites[role.site]
        values = role.model_dump(exclude={"heads_per_store", "fixed_hours_per_store_week"})
        heads = math.ceil(role.heads_per_store * share - 1e-9)
        hours = role.fixed_hours_per_store_week * share
        roles.append(Role(**values, heads=heads, fixed_hours_per_week=hours))
    return Staff(
        roles=tuple(roles),
        standards=tuple(Standard(**standard.model_dump()) for standard in part.standards),
        charges=EmployerCharges(**part.charges.model_dump()),
        pay_every_d=part.pay_every_d,
    )


def marketing(now: ScenarioFile) -> Marketing:
    """Return channels and campaigns."""
    part = now.marketing
    return Marketing(
        households_per_store=part.households_per_store,
        fixed_share=part.fixed_share,
        channels=tuple(Channel(**channel.model_dump()) for channel in part.channels),
        campaigns=tuple(Campaign(**campaign.model_dump()) for campaign in part.campaigns),
    )


def finance(base: ScenarioFile, now: ScenarioFile, stores: Stores) -> Finance:
    """Return terms, taxes of the states with a store, and opening balances of the chain."""
    part = now.finance
    rates = {state: (food, general) for state, (food, general, _) in state_taxes().items()}
    rates.update({tax.state: (tax.food_share, tax.general_share) for tax in part.taxes})
    opened = sum(group.count for group in base.network.stores)
    opening = {
        key: getattr(part.opening, f"{key}_cents_per_store") * opened
        for key in ("cash", "fixed_assets", "debt")
    }
    return Finance(
        cards=tuple(Card(**card.model_dump()) for card in part.cards),
        taxes=Frozen(
            {state: StateTax(state, *rates[state]) for state in sorted(set(stores.state))}
        ),
        credit=CreditLine(
            limit_cents=part.credit.limit_cents_per_store * opened,
            rate_per_year=part.credit.rate_per_year,
            cash_floor_cents=part.credit.cash_floor_cents_per_store * opened,
            draw_step_cents=part.credit.draw_step_cents,
        ),
        opening=Frozen(opening),
        energy=Energy(**part.energy.model_dump()),
        **part.model_dump(exclude={"cards", "taxes", "credit", "opening", "energy"}),
    )


def law(now: ScenarioFile) -> Law:
    """Return the rules that the chain is held to."""
    part = now.law
    return Law(
        licences=tuple(Licence(**licence.model_dump()) for licence in part.licences),
        filings=tuple(Filing(**filing.model_dump()) for filing in part.filings),
        hours=HoursOfService(**part.hours.model_dump()),
        **part.model_dump(exclude={"licences", "filings", "hours"}),
    )


def policies(now: ScenarioFile) -> dict[str, PolicyChoice]:
    """Return who decides what, by decision in alphabetical order."""
    return {
        decision: PolicyChoice(
            decision=decision,
            policy=part.policy,
            autonomy=part.autonomy,
            approve_above_cents=part.approve_above_cents,
            minutes=part.minutes,
            options=Frozen(dict(sorted(part.options.items()))),
        )
        for decision, part in sorted(now.policies.items())
    }
