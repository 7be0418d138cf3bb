"""Traces, statistics, limits and streams: the same on both engines, and right by hand."""

import math
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.sim import clock
from backhaul.sim.clock._streams import Draws


@pytest.fixture(params=clock.ENGINES)
def engine(request):
    return clock.engine(request.param)


def hospital(engine, statistics):
    """A program with queues, patience, preemption and levels; returns what was observed."""
    env = engine.make_environment()
    desk = engine.PriorityResource(env, capacity=2)
    blood = engine.Container(env, capacity=5, init=1)
    files = engine.Store(env, capacity=3)
    seen = [clock.observe(one) for one in (desk, blood, files)] if statistics else []

    def patient(number):
        yield env.timeout(number * 0.7)
        with desk.request(priority=number % 3) as turn:
            yield turn | env.timeout(2)
            if turn.triggered:
                yield blood.get(1 + number % 2)
                yield env.timeout(1 + number % 4)
                yield files.put(number)

    def supply():
        while True:
            yield env.timeout(1.1)
            yield blood.put(1)

    def clerk():
        while True:
            yield files.get()
            yield env.timeout(1.3)

    for number in range(12):
        env.process(patient(number))
    env.process(supply())
    env.process(clerk())
    with clock.Trace(env) as trace:
        env.run(until=25)
    return trace.rows, seen


def test_statistics_by_hand(engine):
    """One door; trucks at 0, 1 and 2 stay 4 each: waits 0, 3, 6; queue 1 for 2.. as drawn below.

    Busy 0-12. In the queue: one from 1 to 2, two from 2 to 4, one from 4 to 8: area 1 + 4 + 4 = 9.
    """
    env = engine.make_environment()
    door = engine.Resource(env)
    seen = clock.observe(door)

    def truck(at):
        yield env.timeout(at)
        with door.request() as turn:
            yield turn
            yield env.timeout(4)

    for at in range(3):
        env.process(truck(at))
    env.run(until=20)
    assert seen.elapsed == 20
    assert seen.utilisation == 12 / 20
    assert seen.mean_put_queue == 9 / 20
    assert seen.mean_put_wait == (0 + 3 + 6) / 3
    assert (seen.puts_served, seen.puts_delayed, seen.gets_served) == (3, 2, 3)
    assert (seen.max_level, seen.max_put_queue, seen.max_get_queue) == (1, 2, 0)
    seen.reset()
    assert (seen.utilisation, seen.puts_served, seen.max_put_queue) == (0, 0, 0)


def test_a_wish_that_is_withdrawn_leaves_the_queue(engine):
    """Who gives up after 3 has waited 3: area 3 of 10."""
    env = engine.make_environment()
    door = engine.Resource(env)
    seen = clock.observe(door)

    def truck(patience):
        with door.request() as turn:
            yield turn | env.timeout(patience)
            if turn.triggered:
                yield env.timeout(10)

    env.process(truck(99))
    env.process(truck(3))
    env.run(until=10)
    assert seen.mean_put_queue == 3 / 10


def test_statistics_are_the_same_on_both_engines():
    """Two codes, one meaning."""
    names = [name for name in dir(clock.Statistics) if not name.startswith("_") and name != "reset"]
    ours, theirs = (hospital(clock.engine(name), True) for name in clock.ENGINES)
    assert ours[0] == theirs[0]
    for one, other in zip(ours[1], theirs[1], strict=True):
        for name in names:
            assert getattr(one, name) == pytest.approx(getattr(other, name)), name


def test_watching_changes_nothing(engine):
    """A run with statistics has the same events as one without."""
    assert hospital(engine, True)[0] == hospital(engine, False)[0]


def test_limits_stop_and_the_run_goes_on(engine):
    """In pieces of 7 events, a run is the same run."""
    env = engine.make_environment()
    seen = []

    def process():
        for i in range(30):
            yield env.timeout(1)
            seen.append((env.now, i))

    env.process(process())
    reasons = []
    while not reasons or reasons[-1] == "events":
        reasons.append(clock.run(env, until=100, events=7).reason)
    assert seen == [(i + 1, i) for i in range(30)]
    assert reasons[-1] == "until"
    assert env.now == 100
    # 1 start, 30 timeouts, 1 end make 5 pieces at least; each piece's own stop is an event too.
    assert len(reasons) >= 5
    assert clock.run(env, until=100).reason == "until"


def test_a_run_that_has_nothing_left(engine):
    """The report says so, and gives the value of an event that was reached."""
    env = engine.make_environment()
    assert clock.run(env, until=env.timeout(3, "there")).value == "there"
    assert clock.run(env).reason == "empty"
    with pytest.raises(InvalidInput, match="seconds"):
        clock.run(env, seconds=-1)
    with pytest.raises(RuntimeError, match="No scheduled events left"):
        clock.run(env, until=env.event())


def test_progress_comes_now_and_then(engine):
    """A run of 0.35 s reports two or three times, with its share of the way."""
    env = engine.make_environment()
    reports = []

    def process():
        while True:
            yield env.timeout(0.001)

    env.process(process())
    clock.run(env, until=1e9, seconds=0.35, on_progress=reports.append)
    assert 1 <= len(reports) <= 4
    assert all(0 < report.share < 1 for report in reports)
    assert [report.now for report in reports] == sorted(report.now for report in reports)


def test_streams_repeat_and_differ():
    """A draw is a function of its name."""
    one, two, other = (clock.Stream(1, "gap", entity) for entity in (3, 3, 4))
    draws = [one.exponential(2) for _ in range(2000)]
    assert draws == [two.exponential(2) for _ in range(2000)]
    assert draws[:5] != [other.exponential(2) for _ in range(5)]
    # The mean of 2,000 draws has a standard error of 2 / sqrt(2000) = 0.045.
    assert sum(draws) / len(draws) == pytest.approx(2, abs=0.2)
    stays = [one.lognormal(0.75, 0.9) for _ in range(4000)]
    assert sum(stays) / len(stays) == pytest.approx(0.75, abs=0.05)
    with pytest.raises(InvalidInput):
        one.lognormal(0, 1)


def test_compiled_draws_invert_the_distribution_functions():
    """Every draw is the quantile of its uniform number, to the last bits, tails included."""

    class Known:
        """A generator whose numbers are chosen."""

        def random(self, n):
            edges = [0.0, 1e-300, 1e-17, 1e-9, 0.01, 0.075, 0.5, 0.925, 0.99, 1 - 1e-9, 1 - 2**-53]
            return np.array((edges * 50)[:n])

    quantile = NormalDist().inv_cdf
    numbers = Known().random(11)
    normal, exponential, uniform = Draws(Known()), Draws(Known()), Draws(Known())
    for p in numbers:
        assert uniform.uniform() == p
        assert normal.normal(10.0, 2.0) == pytest.approx(10 + 2 * quantile(p or 0.5**54), rel=1e-15)
        assert exponential.exponential(3.0) == pytest.approx(-3 * math.log1p(-p), rel=1e-15)


def test_draws_without_a_generator_are_an_error():
    """A subclass that forgets `__init__` gets an exception, not a crash."""
    with pytest.raises(RuntimeError, match="__init__"):
        Draws.__new__(Draws).uniform()
    with pytest.raises(ValueError, match="numbers"):
        Draws(SimpleNamespace(random=lambda n: np.zeros(3))).uniform()
