"""Either engine is had by its name, and gives the same classes."""

import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.sim import clock


@pytest.fixture(params=clock.ENGINES)
def engine(request):
    return clock.engine(request.param)


def test_an_unknown_engine_is_named():
    """A misspelt setting must say what is allowed."""
    with pytest.raises(InvalidInput, match="compiled or simpy"):
        clock.make_environment("fast")


@pytest.mark.parametrize(
    ("start", "delay", "kind"), [(0, 3, int), (0, 0.5, float), (1.5, 2, float)]
)
def test_time_stays_whole_as_long_as_delays_are(engine, start, delay, kind):
    """The twin counts whole seconds: 2**53 of them must not become floats on the way."""
    env = engine.make_environment(start)
    env.run(until=env.timeout(delay))
    assert env.now == start + delay
    assert type(env.now) is kind


def test_a_queue_at_a_dock(engine):
    """Two trucks, one door, 20 minutes each: the second leaves at 40."""
    env = engine.make_environment()
    dock = engine.Resource(env, capacity=1)
    left = []

    def truck():
        with dock.request() as turn:
            yield turn
            yield env.timeout(20)
        left.append(env.now)

    env.process(truck())
    env.process(truck())
    env.run()
    assert left == [20, 40]
