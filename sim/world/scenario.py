"""The whole of a resolved scenario."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from backhaul.sim.world.catalogue import Departments, Products, Promotions, Suppliers
from backhaul.sim.world.demand import Demand
from backhaul.sim.world.finance import Finance
from backhaul.sim.world.law import Law
from backhaul.sim.world.management import (
    DatedEvent,
    DatedPosting,
    Goal,
    PolicyChoice,
    Provenance,
)
from backhaul.sim.world.marketing import Marketing
from backhaul.sim.world.network import Dcs, Roads, Stores
from backhaul.sim.world.people import Staff
from backhaul.sim.world.transport import Fleet

__all__ = ["Change", "ResolvedScenario"]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """From `day` on (0 = the first day of the horizon), `scenario` holds."""

    day: int
    scenario: ResolvedScenario


@dataclass(frozen=True, slots=True, eq=False)
class ResolvedScenario:
    """Everything the twin needs to know, frozen.

    Parameters
    ----------
    name, title, strategy : str
        Of the scenario and of the strategy laid over it (empty = none).
    run_id : str
        16 hexadecimal digits: hash of `document`, which has the seed and the version in it.
    document : str
        The resolved file: JSON with every default written out. `run_id` is its hash.
    seed, weeks : int
        Seed of the random streams; length of the horizon.
    start : date
        The first day, a Monday.
    departments, suppliers, products, promotions
        The range.
    stores, dcs, roads
        The network.
    demand, fleet, staff, marketing, finance, law
        See there.
    policies : mapping of str to PolicyChoice
        By decision; every decision type is there.
    goals : tuple of Goal
        Targets.
    fidelity : mapping of str to str
        ``full``, ``sampled`` or ``aggregate`` by department of the twin.
    events, postings : tuple
        What happens on a date.
    changes : tuple of Change
        What holds from a later day on, by day; only values that may change in mid-run differ.
    provenance : tuple of Provenance
        Where each value came from.
    """

    name: str
    title: str
    strategy: str
    run_id: str
    document: str
    seed: int
    weeks: int
    start: datetime.date
    departments: Departments
    suppliers: Suppliers
    products: Products
    promotions: Promotions
    stores: Stores
    dcs: Dcs
    roads: Roads
    demand: Demand
    fleet: Fleet
    staff: Staff
    marketing: Marketing
    finance: Finance
    law: Law
    policies: Mapping[str, PolicyChoice]
    goals: tuple[Goal, ...]
    fidelity: Mapping[str, str]
    events: tuple[DatedEvent, ...]
    postings: tuple[DatedPosting, ...]
    changes: tuple[Change, ...]
    provenance: tuple[Provenance, ...]

    @property
    def days(self) -> int:
        """Length of the horizon in days."""
        return 7 * self.weeks

    def at(self, day: int) -> ResolvedScenario:
        """Return the scenario that holds on a day (0 = the first)."""
        held = self
        for change in self.changes:
            if change.day > day:
                break
            held = change.scenario
        return held
