"""Campaigns: who is addressed when, within consent, quiet hours, frequency caps and budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from backhaul.sim.spine import DAY_S, Gate
from backhaul.sim.world import Campaign, Channel, ResolvedScenario

__all__ = ["CampaignDay", "CampaignDesk", "may_send"]


def may_send(channel: Channel, second_of_day: int) -> bool:
    """Whether a message may go out at this time of day.

    Examples
    --------
    >>> channel = Channel("sms", 1.0, 0.4, 0.1, 0.002, 21 * 3600, 8 * 3600, 2)
    >>> may_send(channel, 7 * 3600), may_send(channel, 10 * 3600)
    (False, True)
    """
    start, end = channel.quiet_from_s, channel.quiet_to_s
    if start == end:
        return True
    quiet = start <= second_of_day < end if start < end else (
        second_of_day >= start or second_of_day < end
    )  # fmt: skip
    return not quiet


@dataclass(frozen=True, slots=True)
class CampaignDay:
    """What the desk sent today: messages, their cost, and the factor on demand by department."""

    messages: int
    cost_cents: int
    lift: npt.NDArray[np.float64]
    opted_out: int


@dataclass(slots=True)
class _Running:
    campaign: Campaign
    channel: Channel
    sent: int = 0
    spent_cents: int = 0
    funded: bool = field(default=True)


class CampaignDesk:
    """Runs the planned campaigns day by day.

    Parameters
    ----------
    world : ResolvedScenario
    gate : Gate
        Must know ``message``.
    relevance : float
        How well the offers fit their readers, 0 to 1 (the recommendation policy).
    """

    def __init__(self, world: ResolvedScenario, gate: Gate, relevance: float) -> None:
        self._world, self._gate, self._relevance = world, gate, relevance
        channels = {channel.name: channel for channel in world.marketing.channels}
        self._running = [_Running(c, channels[c.channel]) for c in world.marketing.campaigns]
        households = world.marketing.households_per_store * len(world.stores)
        self._reachable = {c.name: round(households * c.consent_share) for c in channels.values()}
        self._households = max(households, 1)
        self.breaches = 0

    def fund(self, campaign: str, yes: bool) -> None:
        """Take the treasury's word on a campaign's budget."""
        for running in self._running:
            if running.campaign.name == campaign:
                running.funded = yes

    def day(self, day: int, send_at_s: int) -> CampaignDay:
        """Send today's messages and return their effect.

        At most the channel's weekly cap reaches a household, and never more than the budget is spent.
        Recipients in the department buy `uplift` times as much for the campaign's days.
        """
        lift = np.ones(len(self._world.departments))
        messages = cost = opted = 0
        for running in self._running:
            c, channel = running.campaign, running.channel
            if not running.funded or not c.start_day <= day < c.start_day + c.days:
                continue
            reachable = self._reachable[channel.name]
            by_cap = max(1, reachable * channel.max_per_week // 7)
            wanted = -(-c.messages // c.days)
            affordable = wanted
            if channel.cost_cents_per_message > 0:
                left = c.budget_cents - running.spent_cents
                affordable = int(left / channel.cost_cents_per_message)
            count = self._gate.decide(
                "message",
                min(wanted, by_cap, max(affordable, 0), max(c.messages - running.sent, 0)),
                channel,
                send_at_s % DAY_S,
                entity=c.name,
                value_cents=partial(_cost_cents, channel),
                count=lambda n: max(int(n), 1),
                options=len(self._world.marketing.channels),
                describe=lambda n: f"{n} messages",
            )
            if count > 0 and not may_send(channel, send_at_s % DAY_S):
                self.breaches += 1
            running.sent += count
            spent = round(count * channel.cost_cents_per_message)
            running.spent_cents += spent
            gone = round(count * channel.opt_out_share / max(c.days, 1))
            self._reachable[channel.name] = max(0, reachable - gone)
            reach = min(1.0, running.sent / self._households) * channel.response_share
            index = self._world.departments.name.index(c.department)
            lift[index] += reach * (c.uplift - 1.0) * self._relevance
            messages, cost, opted = messages + count, cost + spent, opted + gone
        return CampaignDay(messages, cost, lift, opted)


def _cost_cents(channel: Channel, messages: int) -> int:
    return round(messages * channel.cost_cents_per_message)


def within_rules(count: int, channel: Channel, second_of_day: int) -> int:
    """Send only outside quiet hours (the policy ``consent_and_cap``)."""
    return count if may_send(channel, second_of_day) else 0
