"""The customers department: runs the dense step, prices, markdowns and forecasts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from backhaul.sim.accounting.receipts import StoreDay
from backhaul.sim.catalogue.packs import store_pack
from backhaul.sim.cells import Cells, Products, Stores, calendar
from backhaul.sim.customers.demand import day_factors, promoted
from backhaul.sim.customers.recommend import relevance
from backhaul.sim.customers.substitutes import substitutes
from backhaul.sim.office import Office
from backhaul.sim.spine.calendar import PART_ENDS_H

__all__ = ["CustomersOffice"]


class CustomersOffice(Office):
    """What customers do, hour by hour, in every store."""

    decisions = ("forecast", "markdown", "recommendation")

    def set_up(self) -> None:
        """Build the cells: every store x product, with its demand model."""
        chain, world = self.chain, self.chain.base
        p, d = world.products, world.demand
        departments = len(world.departments)
        self.base_demand = np.outer(world.stores.scale, p.demand_per_day).astype(np.float32)
        weekday = np.repeat(d.weekday[:, None], departments, axis=1)
        hours = d.hour.mean(axis=0)
        ends = (0, *PART_ENDS_H)
        shares = np.array([hours[a:b].sum() for a, b in pairwise(ends)])
        shares[-1] += hours[ends[-1] :].sum()
        self.cells = Cells(
            Products(
                department=p.department,
                reference_price_cents=p.price_cents,
                tax_class=p.tax_class,
                elasticity=p.elasticity.astype(np.float32),
                mailer_uplift=p.mailer_uplift.astype(np.float32),
                display_uplift=p.display_uplift.astype(np.float32),
                both_uplift=(p.mailer_uplift * p.display_uplift).astype(np.float32),
                shelf_life_d=p.shelf_life_d,
                case_pack=store_pack(world),
                dispersion=p.dispersion.astype(np.float32),
                freshest_share=0.3,
                shrink_share=p.shrink_share.astype(np.float32),
                switch_share=d.substitute_share,
                units_per_line=max(d.units_per_line, 1.0),
                space_elasticity=d.space_elasticity,
                substitutes=substitutes(world),
            ),
            Stores(
                key=range(chain.stores),
                lines_per_basket=self._lines_per_basket(),
                traffic_sd=d.day_noise_sd,
            ),
            self.base_demand,
            calendar=calendar(
                d.season, weekday, days=world.days, first_weekday=world.start.weekday()
            ),
            part_share=np.repeat(shares[:, None], departments, axis=1).astype(np.float32),
            tax_classes=2,
            forecast_weight=0.05,
            seed=chain.seed,
            threads=chain.threads,
        )
        self.availability = np.ones(chain.stores)
        self.is_open = False
        self.received_units = 0
        self._expected = np.zeros((2, chain.stores))
        self.product_sales_cents = np.zeros(len(p), dtype=np.int64)
        self.price = p.price_cents.astype(np.int32)

    def _lines_per_basket(self) -> float:
        """Return the lines of an average basket, so that the year's baskets come out as stated.

        The products of a scenario stand for the whole range, so their units are fewer and dearer than
        in a real basket: the number of baskets is what is known.
        """
        world = self.chain.base
        p, d = world.products, world.demand
        weeks = range(world.weeks)
        usual = np.mean([world.promotions.factor(p, w) for w in weeks], axis=0) * p.demand_per_day
        season = d.season.mean(axis=0)[p.department]
        units = float((usual * season).sum()) * 7
        return max(1.0, units / max(d.units_per_line, 1.0) / d.baskets_per_store_week)

    def start(self) -> None:
        """Fit the first forecasts and set the markdowns."""
        self.adopt()

    def adopt(self) -> None:
        """Take over policies: what is reduced on its last day."""
        super().adopt()
        chain = self.chain
        off = chain.policy("markdown")(chain.world, self.cells.on_hand, chain.options("markdown"))
        self.cells.set_markdowns(off, from_part=1)

    def relevance(self) -> float:
        """Return how well recommended offers fit, 0 to 1."""
        return relevance(self.chain.world.policies["recommendation"].policy)

    def midnight(self, day: int) -> None:
        """Open the day."""
        chain, world = self.chain, self.chain.world
        if day == 0 or chain.base.changes:
            self._announce(day // 7)
        factors = day_factors(world, chain.channels.lift, chain.events_in_force())
        self.is_open = True
        self.cells.open_day(day, store_factor=factors.store, lift=factors.lift)
        self._expected[:] = 0
        self._tax_base = np.zeros((chain.stores, 2), dtype=np.int64)
        chain.storage.unload_waiting()

    def _announce(self, week: int) -> None:
        """Set the prices of a week; the night before it begins, so that orders can reckon with them."""
        chain, world = self.chain, self.chain.world
        week = min(week, world.weeks - 1)
        self.price, mailer, display = promoted(world, week, chain.legal.clear(week))
        listed = world.products.price_cents.astype(np.int32)
        self.cells.set_prices(
            self.price[None, :], listed[None, :], mailer=mailer[None, :], display=display[None, :]
        )

    def sell(self, day: int, part: int) -> None:
        """Sell a part of the day."""
        book = self.chain.books.store
        totals = self.cells.sell_part(part)
        for figure, column in (
            ("units", totals.units), ("lines", totals.lines),
            ("discounted_lines", totals.discounted_lines), ("sales_cents", totals.revenue_cents),
            ("discount_cents", totals.discount_cents), ("markdown_cents", totals.markdown_cents),
            ("demand_units", totals.demand_units), ("lost_units", totals.lost_units),
            ("switched_units", totals.switched_units), ("cells", totals.listed_cells),
            ("empty_cells", totals.empty_cells),
        ):  # fmt: skip
            book.add_row(figure, day, column.sum(axis=1))
        book.add_row("baskets", day, totals.baskets)
        self._expected += (totals.expected.sum(axis=1), totals.expected_in_stock.sum(axis=1))
        self._tax_base += totals.tax_base_cents

    def close(self, day: int) -> None:
        """Close the day: waste, shrink and cost of sales go to the books and to accounting."""
        chain, book = self.chain, self.chain.books.store
        totals = self.cells.close_day()
        self.is_open = False
        self.product_sales_cents += self.cells.sold.sum(axis=0, dtype=np.int64) * self.price
        self.received_units += int(totals.received_units.sum())
        self.availability = self._expected[1] / np.maximum(self._expected[0], 1e-9)
        margin = chain.world.departments.margin_share
        loss = (totals.waste_cents + totals.shrink_cents) / (1 - margin)
        for figure, column in (
            ("cogs_cents", totals.cost_cents), ("waste_cents", totals.waste_cents),
            ("shrink_cents", totals.shrink_cents), ("waste_units", totals.waste_units),
            ("shrink_units", totals.shrink_units), ("stock_units", totals.closing_units),
            ("stock_cents", totals.closing_cents), ("loss_retail_cents", np.rint(loss)),
        ):  # fmt: skip
            book.add_row(figure, day, column.sum(axis=1))
        for store in range(chain.stores):
            food, general = (int(x) for x in self._tax_base[store])
            tax = chain.accounting.taxes.on_sales(store, food, general)
            book.add("tax_cents", day, store, tax)
            net = int(book["sales_cents"][day, store])
            chain.audit.equal(f"tax base of store {store}", net, food + general)
            chain.accounting.receipts.close_store_day(
                day, store,
                StoreDay(
                    net, tax, int(book["baskets"][day, store]),
                    int(book["cogs_cents"][day, store]), int(book["waste_cents"][day, store]),
                    int(book["shrink_cents"][day, store]),
                ),
            )  # fmt: skip
        cells = chain.stores * len(chain.base.products)
        chain.gate.record(
            "customers", "forecast", chain.world.policies["forecast"].policy, count=cells,
            value_cents=int(book["sales_cents"][day].sum()), chosen="level of every cell",
        )  # fmt: skip
        off = int(book["markdown_cents"][day].sum())
        if off:
            chain.gate.record(
                "customers", "markdown", chain.world.policies["markdown"].policy,
                count=chain.stores, value_cents=off, chosen="units on their last day reduced",
            )  # fmt: skip
        chain.legal.close_day(self.price.astype(np.int64))
        if (day + 1) % 7 == 0 and day + 1 < chain.base.days:
            self._announce((day + 1) // 7)
