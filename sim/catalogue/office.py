"""The catalogue department: every night, what stores and centres order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backhaul.sim.catalogue.dc_orders import DcOrdering, DcState
from backhaul.sim.catalogue.packs import store_pack
from backhaul.sim.catalogue.store_orders import StoreState
from backhaul.sim.cells import fair_share
from backhaul.sim.office import Office
from backhaul.sim.spine import DAY_S

__all__ = ["CatalogueOffice"]

#: Shipments a day are smoothed over about this many days for the centres' forecast.
SMOOTHING = 0.08
#: Beyond this driving time a store gets its goods a day later.
NEXT_DAY_S = 9 * 3600


class CatalogueOffice(Office):
    """What to order, and how much."""

    decisions = ("store_order", "dc_order")

    def set_up(self) -> None:
        """Set up lead times and the first expectation of shipments."""
        world = self.chain.base
        p = world.products
        drive = world.roads.time_s[world.stores.dc, len(world.dcs) + np.arange(len(world.stores))]
        self.pack = store_pack(world)
        self.lead_d = np.where(drive > NEXT_DAY_S, 2, 1)
        # What an average week sells, its usual promotions included.
        self._promotion = np.array([world.promotions.factor(p, w) for w in range(world.weeks)])
        usual = p.demand_per_day * self._promotion.mean(axis=0)
        self.normal = np.outer(world.stores.scale, usual).astype(np.float32)
        self.daily = np.zeros((len(world.dcs), len(p)))
        for dc in range(len(world.dcs)):
            self.daily[dc] = usual * world.stores.scale[world.stores.dc == dc].sum()
        self._dc_normal = self.daily.copy()
        # Stores order in cases: the first guess of the spread is a case every so often.
        self._squares = self.daily * p.case_pack + self.daily
        self._set_dc_policy()
        life = p.shelf_life_d
        # Fresh departments need hands: what keeps three weeks at most is cut, baked or sorted in store.
        fresh = np.zeros(len(world.departments), dtype=np.bool_)
        for d in range(len(fresh)):
            own = life[p.department == d]
            fresh[d] = len(own) > 0 and 0 < np.median(own) <= 21
        units = np.bincount(p.department, weights=p.demand_per_day, minlength=len(fresh))
        self.fresh_units_share = float(units[fresh].sum() / max(units.sum(), 1e-9))

    def adopt(self) -> None:
        """Take over policies."""
        super().adopt()
        self._set_dc_policy()

    def _set_dc_policy(self) -> None:
        chain = self.chain
        policy = chain.policy("dc_order")
        self._dc = DcOrdering(chain.world, policy, chain.options("dc_order"))

    def opening_days(self) -> npt.NDArray[np.float64]:
        """Return how many days of shipments a centre holds on the first day."""
        world = self.chain.base
        p = world.products
        lead = world.suppliers.lead_time_d[p.supplier]
        days = np.where(lead <= 3, lead + 2.0, lead + 9.0)
        # Fresh goods for the lead time would spoil: their first orders are already on the road.
        return np.where(p.shelf_life_d > 0, np.minimum(days, 0.4 * p.shelf_life_d), days)

    def fill_shelves(self) -> None:
        """Fill the shelves for the first days (the first day is open by then)."""
        chain, world = self.chain, self.chain.base
        p, cells, shelf = world.products, chain.customers.cells, chain.space.shelf
        days = np.where(p.shelf_life_d > 0, np.minimum(3.0, 0.4 * p.shelf_life_d), 5.0)
        target = np.maximum(self.normal * days, np.where(p.shelf_life_d > 0, 1, shelf.presentation))
        units = (np.ceil(target / self.pack) * self.pack).astype(np.int32)
        every = np.arange(len(p))
        for store in range(chain.stores):
            values = units[store].astype(np.int64) * p.cost_cents
            cells.receive(store, every, units[store], values)

    def close(self, day: int) -> None:
        """Order for the stores, ship what is there, order for the centres."""
        chain = self.chain
        if day + 1 >= chain.base.days:
            return  # nothing leaves after the last day
        orders = self._store_orders(day)
        self._ship(day, orders)
        self._dc_orders(day)

    def _store_orders(self, day: int) -> npt.NDArray[np.int32]:
        """Decide the stores' orders; cut them to what the centres have."""
        chain, world = self.chain, self.chain.world
        cells = chain.customers.cells
        presentation = np.where(world.products.shelf_life_d > 0, 1, chain.space.shelf.presentation)
        state = StoreState(
            day, chain.calendar.weekday(day), cells, self.lead_d, self.normal,
            presentation.astype(np.int32),
        )  # fmt: skip
        policy = chain.policy("store_order")
        orders: npt.NDArray[np.int32] = policy(world, state, chain.options("store_order"))
        cost = world.products.cost_cents
        limit = world.policies["store_order"].approve_above_cents
        rows, columns = np.nonzero(orders)
        values = orders[rows, columns] * cost[columns]
        big = values > limit if limit else np.zeros(len(values), dtype=np.bool_)
        chain.gate.record(
            "catalogue", "store_order", world.policies["store_order"].policy, count=orders.size,
            value_cents=int(values.sum()), options=2, chosen=f"{len(rows)} lines",
            exceptions=int(big.sum()), exceptions_value_cents=int(values[big].sum()),
        )  # fmt: skip
        book = chain.books.store
        book.add_row("ordered_units", day, orders.sum(axis=1))
        book.add_row("ordered_cents", day, (orders * cost).sum(axis=1))
        wanted = orders.sum(axis=1)
        available = np.array([w.lots.on_hand for w in chain.storage.warehouses])
        orders, _ = fair_share(
            orders, world.stores.dc.astype(np.uint32),
            np.minimum(available, 2**31 - 1).astype(np.int32),
            self.pack.astype(np.int32),
        )  # fmt: skip
        book.add_row("cut_units", day, wanted - orders.sum(axis=1))
        cells.place(orders)
        return orders

    def _ship(self, day: int, orders: npt.NDArray[np.int32]) -> None:
        chain, world = self.chain, self.chain.world
        for dc in range(len(world.dcs)):
            stores = np.flatnonzero(world.stores.dc == dc)
            mine = orders[stores].astype(np.int64)
            deliveries = chain.storage.ship(dc, stores, mine)
            shipped = mine.sum(axis=0)
            self.daily[dc] += SMOOTHING * (shipped - self.daily[dc])
            self._squares[dc] += SMOOTHING * ((shipped - self.daily[dc]) ** 2 - self._squares[dc])
            if deliveries:
                picking = int(chain.books.dc["picking_s"][day, dc])
                ready = chain.storage.ready_s(dc, picking)
                for delivery in deliveries:
                    late = int(self.lead_d[delivery.store]) - 1
                    delivery.due_from_s += late * DAY_S
                    delivery.due_to_s += late * DAY_S
                chain.transport.dispatch(dc, chain.routes.plan(dc, deliveries, ready))

    def _dc_orders(self, day: int) -> None:
        chain, world = self.chain, self.chain.world
        stopped = {e.where for e in chain.events_in_force("supplier_stop")}
        may = np.array(
            [
                chain.legal.register.may_order(u, day)
                and not ({"*", world.suppliers.name[u]} & stopped)
                for u in range(len(world.suppliers))
            ]
        )
        expected = self._expected(day)
        for dc, warehouse in enumerate(chain.storage.warehouses):
            position = warehouse.lots.on_hand + chain.storage.on_order[dc]
            daily = expected[dc]
            state = DcState(
                chain.calendar.weekday(day), position, daily, np.sqrt(self._squares[dc]),
                self._dc_normal[dc], may,
            )  # fmt: skip
            for order in self._dc.orders(dc, day, state):
                chain.gate.record(
                    "catalogue", "dc_order", world.policies["dc_order"].policy,
                    entity=world.suppliers.name[order.supplier], value_cents=order.cost_cents,
                    options=len(order.products), chosen=f"{len(order.products)} products",
                )  # fmt: skip
                chain.storage.expect(order)

    def _expected(self, day: int) -> npt.NDArray[np.float64]:
        """Return what each centre expects to ship a day when an order of tonight has come.

        With the seasonal forecast that is what its stores expect to sell, promotions of that week
        included; looking back only, it is what was shipped lately.
        """
        chain, world = self.chain, self.chain.world
        if world.policies["forecast"].policy != "seasonal":
            return self.daily
        week = min((day + 1) // 7, world.weeks - 1)
        arrival = np.minimum((day + 1 + world.products.lead_time_d) // 7, world.weeks - 1)
        columns = np.arange(len(world.products))
        ahead = self._promotion[arrival, columns] / np.maximum(self._promotion[week], 1e-9)
        cells = chain.customers.cells.forecast(day + 1, 7) / np.float32(7)
        found = np.array([cells[world.stores.dc == dc].sum(axis=0) for dc in range(len(world.dcs))])
        return np.asarray(found * np.clip(ahead, 0.2, 5.0))
