"""The transport department: dispatches trips, keeps vehicles going, accounts for the cost."""

from __future__ import annotations

from itertools import pairwise

from backhaul.sim.loading.office import LoadingOffice
from backhaul.sim.office import Office
from backhaul.sim.routes.plan import Planned
from backhaul.sim.spine import DAY_S, Account
from backhaul.sim.transport.fleet import Garage
from backhaul.sim.transport.trips import Delivery, Trip, TripRecord, TripRun
from backhaul.sim.transport.yard import Yard

__all__ = ["TransportOffice"]


class TransportOffice(Office):
    """Vehicles and trips."""

    decisions = ("maintenance",)

    def set_up(self) -> None:
        """Set up the garage and the doors."""
        chain, world = self.chain, self.chain.base
        self.garage = Garage(world.fleet, len(world.dcs), chain.gate, chain.seed)
        self.loading = LoadingOffice(chain)
        doors = [chain.simpy.PriorityResource(chain.env, capacity=int(n)) for n in world.dcs.doors]
        store_doors = [chain.simpy.Resource(chain.env, capacity=int(n)) for n in world.stores.doors]
        self.yard = Yard(
            world, chain.env, doors, store_doors, self.garage, chain.legal.register,
            on_delivered=self._delivered, on_finished=self._finished,
            on_broken=self._broken, on_replan=self._replan,
        )  # fmt: skip
        self.records: list[TripRecord] = []
        self._trips = 0
        self._out: dict[int, set[int]] = {}

    def adopt(self) -> None:
        """Take over policies and the world of today."""
        super().adopt()
        self.loading.adopt()
        self.yard.world = self.chain.world
        self.garage.fleet = self.chain.world.fleet

    def dispatch(self, dc: int, planned: list[Planned]) -> None:
        """Send out the trips of a plan: one process each."""
        chain = self.chain
        for plan in planned:
            self._trips += 1
            trip = Trip(self._trips, dc, plan.kind, plan.depart_s, plan.deliveries)
            trip.load_s = self.loading.load_s(trip)
            check = self.loading.order(trip)
            chain.books.dc.add("blocked_pallets", chain.day, dc, check.blocked)
            trip.unload_factor = 1 + 2 * check.blocked / max(check.wanted, 1)
            chain.env.process(self._start(trip))

    def _start(self, trip: Trip):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a generator
        """Wait until it is time to load, then book the vehicle: one that is home by then."""
        chain = self.chain
        yield chain.env.timeout(max(0, trip.depart_s - trip.load_s - chain.now()))
        world, roads = chain.world, chain.world.roads
        path = [trip.dc, *(self.yard.place(d.store) for d in trip.deliveries), trip.dc]
        away = sum(int(roads.time_s[a, b]) for a, b in pairwise(path))
        fleet = world.fleet
        away += sum(fleet.dwell_s + d.pallets * fleet.unload_s_per_pallet for d in trip.deliveries)
        vehicle = self.garage.take(trip.dc, trip.kind, chain.now(), chain.now() + away + 2 * DAY_S)
        run = TripRun(self.yard, trip, vehicle)
        day = chain.day
        book = chain.books.dc
        book.add("trips", day, trip.dc, 1)
        book.add("pallets_sent", day, trip.dc, trip.pallets)
        book.add("pallet_places", day, trip.dc, trip.kind.pallets)
        book.add("cases_sent", day, trip.dc, run.record.cases)
        if vehicle.hired:
            book.add("trips_hired", day, trip.dc, 1)
            self._cost(trip.dc, Account.TRANSPORT, fleet.hire_cents_per_day)
        yield from run.process()

    def _cost(self, dc: int, account: Account, cents: float) -> None:
        chain = self.chain
        posted = chain.accounting.cost(account, chain.dc_site(dc), cents)
        figure = "maintenance_cents" if account is Account.MAINTENANCE else "transport_cents"
        chain.books.dc.add(figure, chain.day, dc, posted)

    # What trips tell.

    def _delivered(self, run: TripRun, delivery: Delivery, on_time: bool) -> None:
        self.chain.storage.delivered(run.trip.dc, delivery, on_time)

    def _broken(self, run: TripRun) -> int:
        chain, trip = self.chain, run.trip
        chain.events.add("transport", "breakdown", run.vehicle.name,
                         detail=f"trip {trip.number}")  # fmt: skip
        chain.books.dc.add("breakdowns", chain.day, trip.dc, 1)
        if not run.vehicle.hired:
            self._cost(trip.dc, Account.MAINTENANCE, trip.kind.repair_cents)
        return trip.kind.repair_s

    def _replan(self, run: TripRun, place: int, remaining: list[Delivery]) -> list[Delivery]:
        return self.chain.routes.replan(run, place, remaining)

    def _finished(self, run: TripRun, breaches: list[str]) -> None:
        chain, trip, record = self.chain, run.trip, run.record
        run.vehicle.free_s = chain.now()
        kind = trip.kind
        book, day = chain.books.dc, min(chain.day, chain.base.days - 1)
        km = record.distance_m / 1000
        self._cost(
            trip.dc, Account.TRANSPORT,
            km * kind.cost_cents_per_km + record.duty_s / 3600 * kind.cost_cents_per_h,
        )  # fmt: skip
        # Tyres and wearing parts: what the set-aside leaves after the planned services.
        planned = kind.service_cents / max(kind.service_every_m / 1000, 1)
        wear = max(kind.maintenance_cents_per_km - planned, 0)
        self._cost(trip.dc, Account.MAINTENANCE, km * wear)
        for figure, amount in (
            ("driven_m", record.distance_m), ("driving_s", record.driving_s),
            ("duty_s", record.duty_s), ("wait_door_s", record.waited_door_s),
            ("co2_g", round(km * kind.co2_g_per_km)),
        ):  # fmt: skip
            book.add(figure, day, trip.dc, amount)
        for breach in breaches:
            chain.legal.register.breach(f"trip {trip.number}: {breach}", chain.dc_site(trip.dc))
        chain.events.add("transport", "trip home", run.vehicle.name, quantity=record.distance_m,
                         detail=f"trip {trip.number}")  # fmt: skip
        self.records.append(record)

    # Days.

    def midnight(self, day: int) -> None:
        """Service vehicles that are at home and due."""
        chain = self.chain
        out = sum(v.free_s > chain.now() for v in self.garage.owned)
        busy = out / max(len(self.garage.owned), 1)
        for vehicle, cents in self.garage.maintain(chain.now(), chain.calendar.weekday(day), busy):
            self._cost(vehicle.dc, Account.MAINTENANCE, cents)
            chain.books.dc.add("services", day, vehicle.dc, 1)
            chain.events.add("transport", "service", vehicle.name, amount_cents=cents)

    def close(self, _day: int) -> None:
        """Post the fixed cost of every own vehicle."""
        for dc in range(len(self.chain.base.dcs)):
            fixed = sum(v.kind.fixed_cents_per_day for v in self.garage.owned if v.dc == dc)
            self._cost(dc, Account.TRANSPORT, fixed)
