"""The legal department: renewals, filings, clearance of the week's campaigns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from backhaul.engine.random import uniforms
from backhaul.sim.legal.clearance import PriceHistory
from backhaul.sim.legal.register import Contract, DueFiling, HeldLicence, Register
from backhaul.sim.office import Office
from backhaul.sim.world import Filing

__all__ = ["LegalOffice"]


class LegalOffice(Office):
    """Keeps the register and clears campaigns."""

    decisions = ("licence", "filing", "transport_release", "supplier_claim", "campaign_clearance")

    def set_up(self) -> None:
        """Draw up the register: contracts and licences end at any time of the year."""
        chain, world = self.chain, self.chain.base
        ends = uniforms(world.seed, "contract ends", 0, 0, len(world.suppliers))
        fine = round(world.law.otif_penalty_share * 1e6)
        contracts = [Contract(u, 30 + int(ends[u] * 335), 365, fine) for u in range(len(ends))]
        licences = []
        for number, licence in enumerate(world.law.licences):
            sites = {
                "store": range(chain.stores),
                "dc": range(chain.stores, chain.stores + len(world.dcs)),
            }.get(licence.site, range(chain.ledger.office, chain.ledger.office + 1))
            for site in sites:
                draw = float(uniforms(world.seed, "licence ends", site, number)[0])
                term = round(licence.months * 365 / 12)
                licences.append(
                    HeldLicence(
                        licence.name, site, 20 + int(draw * (term - 20)), term,
                        licence.fee_cents, licence.penalty_cents,
                    )
                )  # fmt: skip
        self.register = Register(
            chain.ledger, chain.events, chain.gate, contracts, licences,
            notice_d=min((x.lead_d for x in world.law.licences), default=30),
            breach_cents=world.law.hours.penalty_cents,
        )  # fmt: skip
        self.prices = PriceHistory(world.products.price_cents, max(world.law.prior_price_d, 1))

    def midnight(self, day: int) -> None:
        """Renew what ends, and file what is due."""
        chain = self.chain
        for filing in chain.world.law.filings:
            due = self._due(filing, day)
            if due is not None:
                self.register.filings.append(DueFiling(filing.name, due, filing.penalty_cents))
        self.register.daily(day)

    def _due(self, filing: Filing, day: int) -> int | None:
        """Return when a filing for the period that ended yesterday is due, if one ended."""
        calendar = self.chain.calendar
        today, before = calendar.date(day), calendar.date(day - 1)
        ended = {
            "week": today.weekday() == 0,
            "month": today.month != before.month,
            "quarter": today.month != before.month and today.month in (1, 4, 7, 10),
            "year": today.year != before.year,
        }[filing.every]
        return day + filing.due_d if ended and day > 0 else None

    def clear(self, week: int) -> npt.NDArray[np.bool_]:
        """Clear a week's promotions, product by product, as one batch."""
        chain, world = self.chain, self.chain.world
        offer = world.promotions.price_cents(world.products, week)
        promoted = world.promotions.depth[week] > 0
        # Without a prior-price rule the reference is the regular price.
        reference = (
            self.prices.reference() if world.law.prior_price_d > 0 else world.products.price_cents
        )
        blocked = np.zeros(len(offer), dtype=np.bool_)
        expected = world.products.demand_per_day * 7 * world.stores.scale.sum()
        value = int((expected * (world.products.price_cents - offer))[promoted].sum())
        cleared: npt.NDArray[np.bool_] = chain.gate.decide(
            "campaign_clearance", offer, reference, blocked,
            entity=f"promotions of week {week}", value_cents=value,
            count=max(int(promoted.sum()), 1),
            describe=lambda ok: f"{int((ok & promoted).sum())} of {int(promoted.sum())} cleared",
        )  # fmt: skip
        stopped = promoted & ~cleared
        if stopped.any():
            chain.events.add("legal", "promotions blocked", quantity=int(stopped.sum()))
        return cleared

    def close_day(self, price_cents: npt.NDArray[np.int64]) -> None:
        """Remember today's prices."""
        if self.chain.world.law.prior_price_d > 0:
            self.prices.close_day(price_cents)
