"""The accounting department: opening balance, settlement, payables, taxes and the month's close."""

from __future__ import annotations

import numpy as np

from backhaul.sim.accounting.payables import Invoice, Payables, Terms
from backhaul.sim.accounting.receipts import Receipts
from backhaul.sim.accounting.statements import profit_to_date_cents
from backhaul.sim.accounting.taxes import Taxes
from backhaul.sim.office import Office
from backhaul.sim.spine import Account

__all__ = ["AccountingOffice"]

#: Working days from receipt to the supplier's invoice.
INVOICE_DELAY_D = 2


class AccountingOffice(Office):
    """Keeps the books."""

    decisions = ("invoice_match", "month_close")

    def set_up(self) -> None:
        """Set up receipts, payables and taxes."""
        chain, world = self.chain, self.chain.base
        finance, suppliers = world.finance, world.suppliers
        self.receipts = Receipts(chain.ledger, finance.cards)
        terms = [
            Terms(int(n), float(s), int(d))
            for n, s, d in zip(
                suppliers.terms_d, suppliers.discount_share, suppliers.discount_d, strict=True
            )
        ]
        self.payables = Payables(
            chain.ledger, chain.gate, terms,
            invoice_delay_d=INVOICE_DELAY_D, tolerance_share=finance.invoice_tolerance_share,
            line_rate_year=finance.credit.rate_per_year,
            cash=lambda: chain.ledger.balance(Account.BANK),
        )  # fmt: skip
        self._register_payment()
        taxes = [finance.taxes[state] for state in world.stores.state]
        self.taxes = Taxes(
            chain.ledger, world.stores.state,
            [round(t.food_share * 1e6) for t in taxes],
            [round(t.general_share * 1e6) for t in taxes],
            round(finance.income_tax_share * 1e6),
        )  # fmt: skip
        self._cost_rest: dict[Account, float] = {}

    def _register_payment(self) -> None:
        chain, choice = self.chain, self.chain.world.policies["invoice_payment"]
        policy = chain.policy("invoice_payment")
        if choice.policy in ("by_terms", "take_discount"):
            bound = policy.__get__(self.payables)
            chain.gate.register("accounting", "invoice_payment", choice.policy, bound)

    def adopt(self) -> None:
        """Take over policies."""
        super().adopt()
        self._register_payment()

    def post_opening(self) -> None:
        """Post the opening balance: what is there, what is owed, and equity as the difference."""
        chain, world = self.chain, self.chain.base
        ledger, opening = chain.ledger, world.finance.opening
        stores = chain.customers.cells.stock_cents.sum(axis=1)
        for store in range(chain.stores):
            self._opening(store, Account.INVENTORY_STORE, int(stores[store]))
        for dc, warehouse in enumerate(chain.storage.warehouses):
            value = int((warehouse.lots.on_hand * world.products.cost_cents).sum())
            self._opening(chain.dc_site(dc), Account.INVENTORY_DC, value)
        office = ledger.office
        self._opening(office, Account.BANK, opening["cash"])
        self._opening(office, Account.FIXED_ASSETS, opening["fixed_assets"])
        self._opening(office, Account.LOAN, -opening["debt"])
        self._open_invoices()
        self._depreciation_base = opening["fixed_assets"]

    def _opening(self, site: int, account: Account, amount: int) -> None:
        lines = [(account, amount), (Account.EQUITY, -amount)]
        self.chain.ledger.post("opening", site, lines)

    def _open_invoices(self) -> None:
        """Owe each supplier what a steady trade would: a day's cost of goods for each day of credit."""
        chain, world = self.chain, self.chain.base
        p = world.products
        daily = p.demand_per_day * world.stores.scale.sum() * p.cost_cents
        by_supplier = np.bincount(p.supplier, weights=daily, minlength=len(world.suppliers))
        dcs = len(world.dcs)
        for supplier, cents in enumerate(by_supplier):
            terms = self.payables.terms[supplier]
            for day in range(1, terms.net_d + 1):
                site = chain.dc_site((supplier + day) % dcs)
                amount = int(cents)
                if amount == 0:
                    continue
                self.payables.open_at_start(
                    Invoice(day, -day, supplier, site, day - terms.net_d, amount)
                )
                self._opening(site, Account.PAYABLE, -amount)

    # Days and months.

    def midnight(self, day: int) -> None:
        """Bank what settles, pay what is due, remit taxes on their days."""
        chain = self.chain
        self.receipts.settle(day)
        self.payables.run(day)
        when = chain.calendar.date(day)
        if when.day == chain.world.finance.sales_tax_due_day:
            self.taxes.remit_sales_tax()
        if when.day == 15 and when.month in (4, 6, 9, 12):
            self.taxes.pay_income_tax()

    def cost(self, account: Account, site: int, cents: float, *, cash: bool = False) -> int:
        """Post a running cost; fractions of a cent are carried over. Return the cents posted."""
        rest = self._cost_rest.get(account, 0.0) + cents
        whole = int(np.floor(rest))
        self._cost_rest[account] = rest - whole
        other = Account.BANK if cash else Account.ACCRUED
        self.chain.ledger.post("running cost", site, [(account, whole), (other, -whole)])
        return whole

    def close(self, day: int) -> None:
        """Post the day's occupancy, energy, marketing, office and depreciation; close the month."""
        chain, world = self.chain, self.chain.world
        finance, stores, dcs = world.finance, world.stores, world.dcs
        sales = chain.books.store["sales_cents"][day]
        for store in range(chain.stores):
            area = int(stores.area_m2[store])
            rent = area * finance.rent_cents_per_m2_y / 365
            self.cost(Account.OCCUPANCY, store, rent + sales[store] * finance.other_store_share)
            energy = area * finance.energy.store_kwh_per_m2_y * finance.energy.cents_per_kwh / 365
            self.cost(Account.ENERGY, store, energy)
        for dc in range(len(dcs)):
            area = int(dcs.area_m2[dc])
            site = chain.dc_site(dc)
            self.cost(Account.DC_COST, site, area * finance.dc_rent_cents_per_m2_y / 365)
            energy = area * finance.energy.dc_kwh_per_m2_y * finance.energy.cents_per_kwh / 365
            self.cost(Account.DC_COST, site, energy)
        office = chain.ledger.office
        total = float(sales.sum())
        self.cost(Account.MARKETING, office, total * world.marketing.fixed_share)
        self.cost(Account.OFFICE, office, total * finance.head_office_share)
        wear = self._depreciation_base / finance.depreciation_y / 365
        rest = self._cost_rest.get(Account.DEPRECIATION, 0.0) + wear
        self._cost_rest[Account.DEPRECIATION] = rest - int(rest)
        lines = [(Account.DEPRECIATION, int(rest)), (Account.ACCUMULATED_DEPRECIATION, -int(rest))]
        chain.ledger.post("depreciation", office, lines)
        for posting in world.postings:
            if posting.day == day:
                pair = [(Account(posting.debit), posting.amount_cents),
                        (Account(posting.credit), -posting.amount_cents)]  # fmt: skip
                chain.ledger.post(posting.text or "dated posting", office, pair)
        last = day + 1 == chain.base.days
        if chain.calendar.is_month_end(day) or last:
            self._close_month(day)

    def _close_month(self, day: int) -> None:
        chain = self.chain
        self.taxes.close_month()
        self.taxes.provide_income_tax(profit_to_date_cents(chain.ledger.balances()))
        chain.legal.register.collect_claims()
        chain.gate.decide("month_close", entity=str(chain.calendar.date(day)), value_cents=0)
        chain.events.add("accounting", "month closed", str(chain.calendar.date(day)))

    def audit(self, _day: int) -> None:
        """Hold every sub-ledger against its control account."""
        chain, ledger = self.chain, self.chain.ledger
        equal = chain.audit.equal
        equal("payables", -ledger.balance(Account.PAYABLE), self.payables.open_cents())
        equal("not invoiced", -ledger.balance(Account.GRNI), self.payables.uninvoiced_cents())
        equal("sales tax", -ledger.balance(Account.SALES_TAX), self.taxes.liability_cents())
        takings = ledger.balance(Account.TILL) + ledger.balance(Account.CARD_RECEIVABLE)
        equal("takings under way", takings, self.receipts.coming_cents())
        stock = int(chain.customers.cells.stock_cents.sum())
        equal("store inventory", ledger.balance(Account.INVENTORY_STORE), stock)
