"""The storage department: goods in from suppliers, goods out to stores, stock between."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.random import generator
from backhaul.sim.catalogue.dc_orders import PurchaseOrder
from backhaul.sim.office import Office
from backhaul.sim.spine import DAY_S, HOUR_S, Account
from backhaul.sim.storage.warehouse import Warehouse
from backhaul.sim.transport.trips import Delivery

__all__ = ["StorageOffice"]

Ints = npt.NDArray[np.int64]

#: Suppliers' trucks come between these hours, and take so long a pallet.
INBOUND_FROM_H, INBOUND_HOURS = 6, 8
INBOUND_S_PER_PALLET = 60
SAMPLE_D = 7


class StorageOffice(Office):
    """Stock and places of every centre."""

    decisions = ("slotting", "put_away")

    def set_up(self) -> None:
        """Set up the warehouses."""
        chain, world = self.chain, self.chain.base
        self.warehouses = [Warehouse(world, dc, chain.gate) for dc in range(len(world.dcs))]
        self.cost_cents = world.products.cost_cents
        self.on_order = np.zeros((len(world.dcs), len(world.products)), dtype=np.int64)
        self.transit_cents = np.zeros(len(world.dcs), dtype=np.int64)
        self._waiting: list[tuple[int, Delivery]] = []

    def start(self) -> None:
        """Slot every warehouse for the expected lines, and fill it for a steady trade."""
        chain, world = self.chain, self.chain.base
        p = world.products
        for dc, warehouse in enumerate(self.warehouses):
            mine = world.stores.dc == dc
            daily = chain.catalogue.daily[dc]
            lines = np.minimum(daily / p.case_pack, float(mine.sum()))
            warehouse.slot_products(lines)
            days = chain.catalogue.opening_days()
            units = np.ceil(daily * days / p.case_pack).astype(np.int64) * p.case_pack
            warehouse.lots.receive(np.arange(len(p)), units)

    # Goods in.

    def expect(self, order: PurchaseOrder) -> None:
        """Note a purchase order and let the supplier's truck come."""
        self.on_order[order.dc, order.products] += order.units
        self.chain.env.process(self._inbound(order))

    def _inbound(self, order: PurchaseOrder) -> Generator[Any, Any, None]:
        """Run a supplier's delivery: lead time, door, unloading, put-away, receipt."""
        chain, world = self.chain, self.chain.world
        suppliers = world.suppliers
        u = order.supplier
        # Named by supplier, centre and day: the same truck is late in every strategy.
        rng = generator(chain.seed, "inbound", u * len(world.dcs) + order.dc, order.day)
        late = rng.random() > suppliers.on_time_share[u]
        spread = rng.standard_normal()
        lead = int(suppliers.lead_time_d[u])
        if late:
            lead += max(1, round(abs(spread) * float(suppliers.lead_time_sd_d[u])))
        short = rng.random(len(order.products)) > suppliers.in_full_share[u]
        hour = INBOUND_FROM_H + rng.random() * INBOUND_HOURS
        arrive = (order.day + max(lead, 1)) * DAY_S + round(hour * HOUR_S)
        yield chain.env.timeout(arrive - chain.now())
        p = world.products
        case = p.case_pack[order.products]
        cut = np.where(short, 0.8, 1.0)
        units = np.floor(order.units * cut / case).astype(np.int64) * case
        cases = int((units // case).sum())
        pallets = int(np.ceil((units / case / p.case_per_pallet[order.products]).sum()))
        with chain.transport.yard.doors[order.dc].request(priority=chain.now()) as door:
            yield door
            yield chain.env.timeout(max(pallets, 1) * INBOUND_S_PER_PALLET)
        self._receive(order, units, cases, pallets, late)

    def _receive(
        self, order: PurchaseOrder, units: Ints, cases: int, pallets: int, late: bool
    ) -> None:
        chain = self.chain
        book, day, dc = chain.books.dc, chain.day, order.dc
        self.on_order[dc, order.products] -= order.units
        metres = self.warehouses[dc].put_away(order.products, units)
        price = chain.world.products.cost_cents[order.products]
        received = int((units * price).sum())
        standard = int((units * self.cost_cents[order.products]).sum())
        site = chain.dc_site(dc)
        chain.accounting.payables.goods_received(
            day, site, order.supplier, order.cost_cents, received, standard
        )
        missed = order.cost_cents if late else order.cost_cents - received
        if missed > 0:
            chain.legal.register.claim(order.supplier, site, missed)
        for figure, amount in (
            ("cases_received", cases), ("pallets_received", pallets), ("receipts", 1),
            ("receipts_late", int(late)), ("purchase_cents", received), ("putaway_m", metres),
        ):  # fmt: skip
            book.add(figure, day, dc, amount)
        chain.events.add("storage", "goods received", f"supplier {order.supplier}",
                         quantity=cases, amount_cents=received)  # fmt: skip

    # Goods out.

    def ship(self, dc: int, stores: Ints, orders: Ints) -> list[Delivery]:
        """Take a night's orders of one centre from stock; return a delivery for each store.

        Parameters
        ----------
        dc : int
        stores : array of int, shape (n,)
        orders : array of int, shape (n, P)
            Units that are in stock: already cut to what is there.
        """
        chain, world = self.chain, self.chain.world
        warehouse = self.warehouses[dc]
        taken, life = warehouse.lots.issue(orders.sum(axis=0))
        chain.audit.equal("issued as ordered", int(orders.sum()), int(taken.sum()))
        value = int((taken * self.cost_cents).sum())
        site = chain.dc_site(dc)
        lines = [(Account.INVENTORY_TRANSIT, value), (Account.INVENTORY_DC, -value)]
        chain.ledger.post("goods issued", site, lines)
        self.transit_cents[dc] += value
        self._pick(dc, orders)
        deliveries = []
        midnight = (chain.day + 1) * DAY_S
        for row, store in enumerate(stores):
            products = np.flatnonzero(orders[row])
            if len(products) == 0:
                continue
            units = orders[row, products]
            window = (midnight + int(world.stores.receive_from_s[store]),
                      midnight + int(world.stores.receive_to_s[store]))  # fmt: skip
            deliveries += self._split(int(store), products, units, life[products], window)
        return deliveries

    def _split(
        self, store: int, products: Ints, units: Ints, life: Ints, window: tuple[int, int]
    ) -> list[Delivery]:
        """Cut a store's goods into deliveries that fit the largest vehicle, in slot order."""
        p = self.chain.world.products
        kinds = self.chain.routes.planners[0].kinds
        full = max(k.pallets for k in kinds)
        payload = max(k.payload_g for k in kinds)
        cases = units / p.case_pack[products]
        space = cases / p.case_per_pallet[products]
        weight = cases * p.case_weight_g[products]
        # Zones ride apart: each opens pallets of its own.
        order = np.argsort(p.zone[products], kind="stable")
        filled = np.cumsum(space[order]) / (full - 2)
        heavy = np.cumsum(weight[order]) / (0.97 * payload)
        load = np.floor(np.maximum(filled, heavy) - 1e-9).astype(np.int64)
        parts = []
        for number in np.unique(load):
            lines = order[load == number]
            zones = p.zone[products[lines]]
            pallets = sum(int(np.ceil(space[lines[zones == z]].sum())) for z in np.unique(zones))
            parts.append(
                Delivery(
                    store, products[lines], units[lines], life[lines],
                    int(np.ceil(cases[lines].sum())), min(pallets, full), min(int(weight[lines].sum()), payload), *window,
                )
            )  # fmt: skip
        return parts

    def _pick(self, dc: int, orders: Ints) -> None:
        chain = self.chain
        level = chain.world.fidelity.get("storage", "sampled")
        route = level == "full" or (level == "sampled" and chain.day % SAMPLE_D == 0)
        picked = self.warehouses[dc].pick(orders, route=route)
        seconds = self.picking_s(picked.cases, picked.metres)
        for figure, amount in (
            ("lines_picked", picked.lines), ("cases_picked", picked.cases),
            ("pick_m", picked.metres), ("picking_s", seconds),
        ):  # fmt: skip
            chain.books.dc.add(figure, chain.day, dc, amount)

    def picking_s(self, cases: int, metres: int) -> int:
        """Return the working time of picking: handling each case, and walking."""
        per_case = per_km = 0.0
        for standard in self.chain.world.staff.standards:
            if standard.driver == "cases_picked":
                per_case += standard.seconds
            elif standard.driver == "pick_km":
                per_km += standard.seconds
        return round(cases * per_case + metres / 1000 * per_km)

    def ready_s(self, dc: int, picking_s: int) -> int:
        """Return when the night's picking is done: half of the operators work at night."""
        chain = self.chain
        crew = max(1, chain.people.crew(chain.dc_site(dc), "warehouse_operator") // 2)
        opens = (chain.day + 1) * DAY_S + int(chain.world.dcs.open_s[dc])
        return max(opens, chain.now() + picking_s // crew)

    def delivered(self, dc: int, delivery: Delivery, on_time: bool) -> None:
        """Book what a store has unloaded, and shelve it when the store is open."""
        chain = self.chain
        book, day, store = chain.books.store, chain.day, delivery.store
        for figure, amount in (
            ("cases_received", delivery.cases), ("pallets_received", delivery.pallets),
            ("deliveries", 1), ("deliveries_on_time", int(on_time)),
        ):  # fmt: skip
            book.add(figure, day, store, amount)
        chain.events.add("loading", "delivered", chain.base.stores.name[store],
                         quantity=delivery.cases)  # fmt: skip
        if chain.customers.is_open:
            self._shelve(dc, delivery)
        else:
            self._waiting.append((dc, delivery))

    def unload_waiting(self) -> None:
        """Shelve what came while the stores were closed."""
        waiting, self._waiting = self._waiting, []
        for dc, delivery in waiting:
            self._shelve(dc, delivery)

    def _shelve(self, dc: int, delivery: Delivery) -> None:
        chain = self.chain
        p = chain.base.products
        values = delivery.units * self.cost_cents[delivery.products]
        remaining = np.where(
            p.shelf_life_d[delivery.products] > 0, np.maximum(delivery.life_d, 1), 0
        )
        # What keeps longer than the centre tracks arrives fresh.
        life = p.shelf_life_d[delivery.products]
        remaining = np.where((life > 0) & (delivery.life_d == 0), life, remaining)
        chain.customers.cells.receive(
            delivery.store, delivery.products, delivery.units, values, remaining_d=remaining
        )
        value = int(values.sum())
        self.transit_cents[dc] -= value
        chain.ledger.post(
            "goods received at store", delivery.store,
            [(Account.INVENTORY_STORE, value), (Account.INVENTORY_TRANSIT, -value)],
        )  # fmt: skip

    # Days.

    def close(self, day: int) -> None:
        """Let stock age; post what is too old to ship."""
        chain = self.chain
        for dc, warehouse in enumerate(self.warehouses):
            waste = warehouse.lots.age()
            cents = int((waste * self.cost_cents).sum())
            lines = [(Account.WASTE, cents), (Account.INVENTORY_DC, -cents)]
            chain.ledger.post("waste", chain.dc_site(dc), lines)
            stock = warehouse.lots.on_hand
            book = chain.books.dc
            book.add("waste_units", day, dc, int(waste.sum()))
            book.add("waste_cents", day, dc, cents)
            book.set("stock_units", day, dc, int(stock.sum()))
            book.set("stock_cents", day, dc, int((stock * self.cost_cents).sum()))

    def audit(self, _day: int) -> None:
        """Hold stock and goods under way against the ledger."""
        chain = self.chain
        for dc, warehouse in enumerate(self.warehouses):
            value = int((warehouse.lots.on_hand * self.cost_cents).sum())
            site = chain.dc_site(dc)
            found = chain.ledger.balance(Account.INVENTORY_DC, site)
            chain.audit.equal(f"inventory of {chain.base.dcs.name[dc]}", found, value)
        transit = chain.ledger.balance(Account.INVENTORY_TRANSIT)
        chain.audit.equal("goods under way", transit, int(self.transit_cents.sum()))
