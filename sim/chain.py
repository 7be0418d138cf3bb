"""The chain: every department on one clock, one spine, one gate.

`Chain(world).run()` simulates the horizon of a resolved scenario. A day goes: midnight (dated events,
prices, deliveries of the night), the day parts (the dense step), closing (books, people, orders), night
(picking, loading, trips). Trucks, docks, suppliers and calls are processes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np

from backhaul.sim import policies
from backhaul.sim.accounting.office import AccountingOffice
from backhaul.sim.books import Books
from backhaul.sim.catalogue.office import CatalogueOffice
from backhaul.sim.channels.office import ChannelsOffice
from backhaul.sim.clock import engine as clock_engine
from backhaul.sim.customers.office import CustomersOffice
from backhaul.sim.legal.office import LegalOffice
from backhaul.sim.management.office import ManagementOffice
from backhaul.sim.payroll.office import PayrollOffice
from backhaul.sim.people.office import PeopleOffice
from backhaul.sim.routes.office import RoutesOffice
from backhaul.sim.space.office import SpaceOffice
from backhaul.sim.spine import (
    DAY_S,
    HOUR_S,
    Audit,
    Calendar,
    DecisionLog,
    DecisionRight,
    EventLog,
    Gate,
    Ledger,
)
from backhaul.sim.spine.calendar import CLOSE_S, PART_ENDS_H
from backhaul.sim.storage.office import StorageOffice
from backhaul.sim.transport.office import TransportOffice
from backhaul.sim.world import DatedEvent, ResolvedScenario

__all__ = ["Chain", "Progress"]

#: Called after each day with (days done, days in all).
Progress = Callable[[int, int], None]


class Chain:
    """One run of a scenario.

    Parameters
    ----------
    world : ResolvedScenario
    replication : int
        Names the random streams together with the scenario's seed: the same replication has the same
        customers, breakdowns and absences in every strategy.
    engine : {"compiled", "simpy"}
        The clock; both give the same events.
    threads : int
        Of the dense step; the results do not depend on it.
    strict_audit : bool
        Raise at the first breach of conservation instead of recording it.

    Examples
    --------
    >>> from backhaul.scenarios import resolve  # doctest: +SKIP
    >>> chain = Chain(resolve("demo"))  # doctest: +SKIP
    >>> chain.run()  # doctest: +SKIP
    """

    def __init__(
        self,
        world: ResolvedScenario,
        *,
        replication: int = 0,
        engine: str = "compiled",
        threads: int = 1,
        strict_audit: bool = False,
    ) -> None:
        self.base = self.world = world
        self.replication, self.threads = replication, threads
        self.seed = (world.seed * 1_000_003 + replication) % (1 << 62)
        self.simpy = clock_engine(engine)
        self.env = self.simpy.Environment()
        self.calendar = Calendar(world.start, world.days)
        self.events = EventLog(self.now)
        self.decisions = DecisionLog()
        self.gate = Gate(self.decisions, self.now, _rights(world))
        sites = [*world.stores.name, *(f"DC {name}" for name in world.dcs.name), "office"]
        self.ledger = Ledger(self.now, sites)
        self.audit = Audit(self.now, strict=strict_audit)
        self.books = Books.of(world)
        self.day = 0
        self.days_done = 0
        # Departments; each registers its decisions at the gate. Order: whom others need comes first.
        self.legal = LegalOffice(self)
        self.accounting = AccountingOffice(self)
        self.payroll = PayrollOffice(self)
        self.people = PeopleOffice(self)
        self.customers = CustomersOffice(self)
        self.space = SpaceOffice(self)
        self.storage = StorageOffice(self)
        self.transport = TransportOffice(self)
        self.routes = RoutesOffice(self)
        self.catalogue = CatalogueOffice(self)
        self.channels = ChannelsOffice(self)
        self.management = ManagementOffice(self)
        self.offices = (
            self.legal, self.accounting, self.payroll, self.people, self.customers, self.space,
            self.storage, self.transport, self.routes, self.catalogue, self.channels,
            self.management,
        )  # fmt: skip

    # What departments ask the chain.

    def now(self) -> int:
        """Return the second of the run."""
        return int(self.env.now)

    @property
    def stores(self) -> int:
        """Number of stores."""
        return len(self.base.stores)

    def dc_site(self, dc: int) -> int:
        """Return a centre's position among the ledger's sites."""
        return self.stores + dc

    def policy(self, decision: str) -> Callable[..., Any]:
        """Return the policy that the scenario names for a decision, and register it at the gate."""
        choice = self.world.policies[decision]
        found = policies.find_policy(choice)
        self.gate.register(policies.department_of(decision), decision, choice.policy, found)
        return found

    def options(self, decision: str) -> dict[str, float]:
        """Return the numbers that the scenario gives a policy."""
        return dict(self.world.policies[decision].options)

    def events_in_force(self, kind: str | None = None) -> list[DatedEvent]:
        """Return the dated events that hold today."""
        return [
            e
            for e in self.world.events
            if e.day <= self.day < e.day + e.days and (kind is None or e.kind == kind)
        ]

    # The run.

    def run(self, on_progress: Progress | None = None) -> None:
        """Simulate the horizon."""
        self._open_the_books()
        self.env.process(self._days(on_progress))
        self.env.run(until=self.base.days * DAY_S)

    def _open_the_books(self) -> None:
        for office in self.offices:
            office.start()

    def _days(self, on_progress: Progress | None) -> Generator[Any, Any, None]:
        env, days = self.env, self.base.days
        for day in range(days):
            self.day = day
            if self.base.changes:
                self._adopt(self.base.at(day))
            self._midnight(day)
            for part, hour in enumerate(PART_ENDS_H):
                yield env.timeout(day * DAY_S + hour * HOUR_S - self.now())
                self.customers.sell(day, part)
            yield env.timeout(day * DAY_S + CLOSE_S - self.now())
            self._close(day)
            self.days_done = day + 1
            if on_progress is not None:
                on_progress(day + 1, days)
            if day + 1 < days:
                yield env.timeout((day + 1) * DAY_S - self.now())

    def _adopt(self, world: ResolvedScenario) -> None:
        """Take over what a strategy changes from today on."""
        if world is not self.world:
            self.world = world
            for office in self.offices:
                office.adopt()
            self.events.add("management", "strategy adopted", world.strategy)

    def _midnight(self, day: int) -> None:
        self.legal.midnight(day)
        self.people.midnight(day)
        self.accounting.midnight(day)
        self.channels.midnight(day)
        self.space.midnight(day)
        self.customers.midnight(day)
        self.transport.midnight(day)
        if day == 0:
            self.catalogue.fill_shelves()
            self.accounting.post_opening()

    def _close(self, day: int) -> None:
        self.customers.close(day)
        self.storage.close(day)
        self.channels.close(day)
        self.catalogue.close(day)
        self.people.close(day)
        self.transport.close(day)
        self.accounting.close(day)
        self.payroll.close(day)
        self.management.close(day)
        self._audit(day)

    def _audit(self, day: int) -> None:
        """Hold the sub-ledgers against their control accounts, and units against their history."""
        self.audit.equal("ledger sums to zero", 0, self.ledger.total())
        self.accounting.audit(day)
        self.storage.audit(day)
        breach = self.customers.cells.audit()
        self.audit.equal(str(breach) if breach else "units of every cell", 0, int(bool(breach)))
        vehicles = self.transport.garage.owned
        self.audit.equal("vehicles", int(np.sum(self.base.fleet.count)), len(vehicles))


def _rights(world: ResolvedScenario) -> dict[str, DecisionRight]:
    return {
        name: DecisionRight(
            choice.autonomy,  # type: ignore[arg-type]
            choice.approve_above_cents or None,
            round(choice.minutes * 60),
        )
        for name, choice in world.policies.items()
    }
