"""Decision tables: below, at and above each limit."""

import numpy as np
import pytest

from backhaul.sim.channels import may_send
from backhaul.sim.legal import US_PROPERTY, hours_breaches
from backhaul.sim.legal.clearance import PriceHistory, campaign_clearance
from backhaul.sim.people import erlang_c_agents, erlang_c_service, roster_shifts
from backhaul.sim.transport.trips import drive_legs
from backhaul.sim.world import Channel

HOUR = 3600


@pytest.mark.parametrize(
    ("drives", "stops", "legal"),
    [
        ([5 * HOUR, 6 * HOUR], [1800], True),  # exactly 11 h of driving, a break after 5
        ([5 * HOUR, 6 * HOUR + 1], [1800], False),  # a second more
        ([8 * HOUR], [], True),
        ([8 * HOUR + 1], [], False),  # no break before passing 8 h
        ([4 * HOUR, 4 * HOUR + 1], [1799], False),  # the stop is a second too short to count
        ([5 * HOUR, 5 * HOUR], [4 * HOUR], True),  # 14 h on duty
        ([5 * HOUR, 5 * HOUR], [4 * HOUR + 1], False),
    ],
)
def test_hours_of_service(drives, stops, legal):
    """49 CFR 395.3, limit by limit."""
    assert (hours_breaches(US_PROPERTY, drives, stops) == []) is legal


@pytest.mark.parametrize("hours", [1, 8, 9, 11, 12, 20, 30])
def test_planned_breaks_keep_the_law(hours):
    """Stretches between two rests never pass 11 h, nor 8 h without a break; no second is lost."""
    stretches, _ = drive_legs(hours * HOUR, 0, US_PROPERTY)
    assert sum(drive for drive, _ in stretches) == hours * HOUR
    since_rest = since_break = 0
    for drive, pause in stretches:
        since_rest += drive
        since_break += drive
        assert since_rest <= 11 * HOUR
        assert since_break <= 8 * HOUR
        since_break = 0 if pause >= 1800 else since_break
        since_rest = 0 if pause >= 10 * HOUR else since_rest


def test_the_reference_is_the_lowest_price_of_thirty_days():
    """After 30 days at 100, a price of 80 must undercut 80 for 30 days more."""
    history = PriceHistory(np.array([100]), 30)
    history.close_day(np.array([80]))
    for _ in range(29):
        history.close_day(np.array([100]))
        assert history.reference().tolist() == [80]
    history.close_day(np.array([100]))
    assert history.reference().tolist() == [100]


@pytest.mark.parametrize(("offer", "cleared"), [(99, True), (100, False), (101, False)])
def test_an_offer_must_undercut_its_reference(offer, cleared):
    """Below, at and above."""
    found = campaign_clearance(np.array([offer]), np.array([100]), np.array([False]))
    assert found.tolist() == [cleared]


@pytest.mark.parametrize(("second", "allowed"), [(21 * HOUR - 1, True), (21 * HOUR, False),
                                                 (8 * HOUR - 1, False), (8 * HOUR, True)])  # fmt: skip
def test_quiet_hours_over_midnight(second, allowed):
    """From 21:00 until 08:00 nothing is sent."""
    channel = Channel("sms", 1.0, 0.4, 0.1, 0.002, 21 * HOUR, 8 * HOUR, 2)
    assert may_send(channel, second) is allowed


def test_erlang_known_answers():
    """250 calls/h of 330 s, 80 % in 30 s: 28 agents (85.69 %), 27 give 78.2 %."""
    assert erlang_c_agents(250, 330, share=0.8, answer_within_s=30) == 28
    assert erlang_c_service(250, 330, 28, 30) == pytest.approx(0.8569, abs=1e-4)
    assert erlang_c_service(250, 330, 27, 30) == pytest.approx(0.782, abs=1e-3)


def test_a_roster_never_asks_more_than_people_have():
    """Two people, five shifts each: ten shifts at most, and none wasted while work is left."""
    need = np.full(7, 3 * 8 * HOUR)
    shifts = roster_shifts(need, 2)
    assert shifts.sum() == 10
    assert shifts.max() <= 2
