"""The channels department: messages in the morning, calls all day, collect orders at the close."""

from __future__ import annotations

import numpy as np

from backhaul.sim.channels.calls import CallCentre
from backhaul.sim.channels.collect import collect_orders
from backhaul.sim.channels.messages import CampaignDesk
from backhaul.sim.office import Office
from backhaul.sim.spine import DAY_S, HOUR_S, Account
from backhaul.sim.world import Campaign

__all__ = ["ChannelsOffice"]

#: Campaign messages go out at this hour.
SEND_H = 10
#: A collect order earns this fee (a common list price of the service; assumed).
COLLECT_FEE_CENTS = 0


class ChannelsOffice(Office):
    """Every way to reach, and be reached by, customers."""

    decisions = ("message", "substitution", "call_staffing")

    def set_up(self) -> None:
        """Set up the campaign desk and the call centre."""
        chain, world = self.chain, self.chain.base
        self.desk = CampaignDesk(world, chain.gate, chain.customers.relevance())
        handle = next((s.seconds for s in world.staff.standards if s.driver == "calls"), 300.0)
        self.centre = CallCentre(chain.simpy, chain.env, chain.gate, handle, chain.seed)
        self.lift = np.ones(len(world.departments))
        self._orders = 0.0
        self._calls = self._in_time = 0

    def worth(self, campaign: Campaign) -> bool:
        """Whether a campaign's expected margin covers its budget (decided at the gate)."""
        world = self.chain.base
        department = world.departments.name.index(campaign.department)
        margin = float(world.departments.margin_share[department])
        sales = (
            world.demand.basket_value_cents * world.demand.baskets_per_store_week / 7
            * len(world.stores) * campaign.days * float(world.departments.sales_share[department])
        )  # fmt: skip
        channel = next(c for c in world.marketing.channels if c.name == campaign.channel)
        households = max(world.marketing.households_per_store * len(world.stores), 1)
        reach = min(1.0, campaign.messages / households) * channel.response_share
        gain = sales * margin * reach * (campaign.uplift - 1)
        cost = min(campaign.budget_cents, campaign.messages * channel.cost_cents_per_message)
        return bool(gain > cost)

    def midnight(self, day: int) -> None:
        """Send the day's messages, and open the lines."""
        chain, world = self.chain, self.chain.world
        sent = self.desk.day(day, day * DAY_S + SEND_H * HOUR_S)
        self.lift = sent.lift
        if sent.messages:
            chain.accounting.cost(Account.MARKETING, chain.ledger.office, sent.cost_cents)
            chain.events.add("channels", "messages sent", quantity=sent.messages,
                             amount_cents=sent.cost_cents)  # fmt: skip
        if self.desk.breaches:
            for _ in range(self.desk.breaches):
                chain.legal.register.breach("message in quiet hours", None)
            self.desk.breaches = 0
        book = chain.books.chain
        book.add("messages", day, 0, sent.messages)
        book.add("campaign_cents", day, 0, sent.cost_cents)
        orders = self._orders or self._expected_orders()
        hours = world.demand.hour[chain.calendar.weekday(day)]
        calls = [float(orders * world.demand.call_share * share) for share in hours]
        calls = [c if c > 0.05 else 0.0 for c in calls]
        chain.env.process(self.centre.day(day, calls))

    def _expected_orders(self) -> float:
        world = self.chain.base
        d = world.demand
        sales = d.baskets_per_store_week / 7 * d.basket_value_cents * len(world.stores)
        return sales * d.online_share / (30 * d.basket_value_cents / 12)

    def close(self, day: int) -> None:
        """Count collect orders and calls of the day."""
        chain = self.chain
        book = chain.books.store
        index = chain.people.role_index("order_picker")
        covered = (
            np.ones(chain.stores) if index is None
            else chain.people.covered[: chain.stores, index]
        )  # fmt: skip
        result = collect_orders(
            chain.world, chain.seed, day, book["sales_cents"][day], book["units"][day],
            chain.customers.availability,
            substitute=bool(chain.policy("substitution")()), picked_share=covered,
        )  # fmt: skip
        for figure, amounts in (
            ("collect_orders", result.orders), ("collect_items", result.items),
            ("collect_substituted", result.substituted), ("collect_missing", result.missing),
            ("collect_perfect", result.perfect),
        ):  # fmt: skip
            book.set_row(figure, day, amounts)
        total, gone = int(result.orders.sum()), int((result.substituted + result.missing).sum())
        self._orders = float(total)
        if gone:
            chain.gate.record(
                "channels", "substitution", chain.world.policies["substitution"].policy,
                count=gone, value_cents=gone * 350,
                chosen=f"{int(result.substituted.sum())} of {gone} replaced",
            )  # fmt: skip
        centre, figures = self.centre, chain.books.chain
        figures.add("calls", day, 0, centre.calls - self._calls)
        figures.add("calls_in_time", day, 0, centre.in_time - self._in_time)
        self._calls, self._in_time = centre.calls, centre.in_time
