"""Whole random problems with rules beyond the core: every schedule passes the checker."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine import Status, Stop
from backhaul.engine.routing import (
    Break,
    Client,
    Depot,
    DriverRules,
    RoutingProblem,
    Started,
    Traffic,
    VehicleType,
    solve,
)

small = st.integers(0, 20)


@st.composite
def windows_of(draw):
    """One to three windows in ascending order."""
    times = draw(st.lists(st.integers(0, 200), min_size=2, max_size=6, unique=True))
    times = sorted(times)[: len(times) // 2 * 2]
    return tuple(zip(times[::2], times[1::2], strict=True))


@st.composite
def clients_of(draw, n, kinds, paired):
    clients = []
    for i in range(n):
        client = Client(draw(small), draw(small), service=draw(st.integers(0, 5)))
        change = {}
        if draw(st.booleans()):
            change["windows"] = draw(windows_of())
        if draw(st.booleans()):
            early = draw(st.integers(0, 100))
            change |= {
                "soft_window": (early, draw(st.one_of(st.none(), st.integers(early, 150)))),
                "early_cost": draw(st.integers(0, 3)),
                "late_cost": draw(st.integers(0, 3)),
            }
        if draw(st.integers(0, 3)) == 0:
            change["services"] = tuple(draw(st.integers(0, 9)) for _ in range(kinds))
        if i < paired:
            load = draw(st.integers(0, 5))
            change |= {"pickup": load} if i % 2 == 0 else {"delivery": clients[-1].pickup}
            if i % 2 == 0 and draw(st.booleans()):
                change["max_ride"] = draw(st.integers(10, 60))
        else:
            change |= {"delivery": draw(st.integers(0, 5)), "pickup": draw(st.integers(0, 2))}
            change["prize"] = draw(st.one_of(st.none(), st.integers(0, 60)))
            change["release"] = draw(st.sampled_from([0, 0, 0, 20]))
        clients.append(dataclasses.replace(client, **change))
    return clients


@st.composite
def kinds_of(draw):
    def maybe(strategy):
        return draw(st.one_of(st.none(), strategy))

    length = draw(st.integers(2, 9))
    part = draw(st.integers(1, length - 1))
    driver = DriverRules(
        drive_before_break=draw(st.integers(10, 40)),
        break_length=length,
        split=draw(st.sampled_from([(0, 0), (part, length - part)])),
        drive_before_rest=draw(st.integers(30, 80)),
        day=draw(st.integers(60, 100)),
        rest_length=draw(st.integers(10, 50)),
        work_ends=draw(st.booleans()),
        work_interrupts=draw(st.booleans()),
    )
    breaks = draw(st.lists(st.tuples(windows_of(), st.integers(1, 9)), max_size=2))
    return VehicleType(
        count=draw(st.integers(1, 4)),
        capacity=draw(st.integers(5, 15)),
        end_depot=draw(st.sampled_from([None, "open"])),
        fixed_cost=draw(small),
        duration_cost=draw(st.integers(0, 2)),
        overtime_cost=draw(st.integers(0, 2)),
        overtime_after=maybe(small),
        shift=(draw(st.integers(0, 10)), maybe(st.integers(60, 300))),
        max_duration=maybe(st.integers(50, 200)),
        max_distance=maybe(st.integers(50, 200)),
        reload_depots=draw(st.sampled_from([(), (), (0,)])),
        speed_percent=draw(st.sampled_from([100, 100, 80, 150])),
        load_cost=draw(st.integers(0, 2)),
        breaks=tuple(Break(windows, length) for windows, length in breaks),
        driver_rules=driver if draw(st.booleans()) else None,
    )


@st.composite
def problems(draw):
    n, kinds = draw(st.integers(0, 8)), draw(st.integers(1, 2))
    paired = draw(st.integers(0, n)) // 2 * 2 if draw(st.booleans()) else 0
    free = list(range(1 + paired, 1 + n))
    sequences = [tuple(free[:2])] if len(free) >= 2 and draw(st.booleans()) else []
    rush = Traffic((0, 80, 160), tuple(draw(st.integers(60, 140)) for _ in range(3)))
    types = [draw(kinds_of()) for _ in range(kinds)]
    if paired:
        types = [dataclasses.replace(t, reload_depots=()) for t in types]
    size = n + 1
    cells = draw(st.lists(st.integers(0, 40), min_size=size * size, max_size=size * size))
    started = []
    if free[2:] and draw(st.booleans()):
        order = draw(st.permutations(free))
        started = [Started(0, (), frozenset(order[:1]), tuple(order[1:]))]
    return RoutingProblem(
        [Depot(10, 10, window=(0, draw(st.one_of(st.none(), st.integers(100, 400)))))],
        draw(clients_of(n, kinds, paired)),
        types,
        distance=np.array(cells).reshape(size, size) if draw(st.booleans()) else None,
        pairs=[(1 + i, 2 + i) for i in range(0, paired, 2)],
        sequences=sequences,
        started=started,
        lifo=draw(st.booleans()),
        traffic=[rush] if draw(st.booleans()) else [],
        move_cost=draw(small),
        reorder_cost=draw(small),
        largest_cost=draw(st.sampled_from([0, 0, 1, 5])),
        spread_cost=draw(st.sampled_from([0, 0, 1, 5])),
        balance_of=draw(st.sampled_from(["duration", "distance", "stops", "load"])),
        vehicles_first=draw(st.booleans()),
    )


MISSING = {"missing_client"}


@settings(max_examples=40, deadline=None)
@given(problems(), st.integers(0, 3), st.sampled_from([600, 1]))
def test_every_schedule_passes_the_checker(problem, seed, rounds):
    # As many rounds in one cooling, or several coolings.
    params = {"cooling_rounds": rounds}
    solution = solve(problem, stop=Stop(iterations=40), seed=seed, params=params)
    report = solution.check()
    # A started vehicle that cannot even return breaks what it breaks; no plan changes that.
    idle = any(s is not None and not stops for _, s, stops in solution.plan)
    if not idle:
        assert not set(report.codes()) - MISSING, str(report)
        assert bool(report.codes()) == (solution.status is Status.INFEASIBLE)
    again = solve(problem, stop=Stop(iterations=20), seed=seed, start=solution)
    assert len(again.missing) <= len(solution.missing)
    if not solution.missing and not problem.vehicles_first:
        assert again.cost <= solution.cost
    solution.explain()
