"""Stock by remaining life, plans that lose nothing, re-plans that are never worse."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.sim.routes.plan import RoutePlanner, cheapest_type
from backhaul.sim.routes.replan import lateness_s, reoptimise
from backhaul.sim.storage import Lots
from backhaul.sim.transport.trips import Delivery


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), min_size=1, max_size=25))
def test_lots_conserve_units_and_issue_the_oldest_first(days):
    """Received = issued + wasted + on hand, and what is left is never older than what went."""
    lots = Lots(np.array([0, 6]))
    received = issued = wasted = 0
    for units, wanted in days:
        lots.receive(np.array([0, 1]), np.array([units, units]))
        received += 2 * units
        taken, life = lots.issue(np.array([wanted, wanted]))
        issued += int(taken.sum())
        assert (taken <= wanted).all()
        assert 0 <= life[1] <= 6
        wasted += int(lots.age().sum())
    assert received == issued + wasted + int(lots.on_hand.sum())


def deliveries(world, stores, pallets):
    none = np.zeros(0, dtype=np.int64)
    day = 86_400
    return [
        Delivery(s, none, none, none, n * 50, n, n * 400_000, day + 5 * 3600, day + 14 * 3600)
        for s, n in zip(stores, pallets, strict=True)
    ]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_plans_hold_every_delivery_once_within_capacity(small_world, data):
    """Daily and fixed plans alike: nothing lost, nothing twice, nothing overloaded."""
    stores = data.draw(st.lists(st.integers(0, 11), min_size=1, max_size=14))
    pallets = [data.draw(st.integers(1, 24)) for _ in stores]
    planner = RoutePlanner(small_world, 0, cheapest_type, iterations=50)
    for plan in (planner.plan_daily, planner.plan_fixed):
        given_ = deliveries(small_world, stores, pallets)
        trips = plan(given_, 86_400 + 4 * 3600, 1)
        found = [id(d) for trip in trips for d in trip.deliveries]
        assert sorted(found) == sorted(id(d) for d in given_)
        assert all(trip.pallets <= trip.kind.pallets for trip in trips)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(6)), st.integers(4, 16))
def test_a_new_plan_is_never_worse_than_going_on(small_world, order, hour):
    """Both are priced alike, under the same breakdown."""
    rest = deliveries(small_world, list(order)[:4], [3, 4, 5, 6])
    now = 86_400 + hour * 3600

    def price(plan):
        late, metres = lateness_s(small_world, 0, now, plan)
        return 20 * late + metres

    assert price(reoptimise(small_world, 0, now, rest)) <= price(rest)
