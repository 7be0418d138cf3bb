"""Nothing leaks: references, cycles, and memory over many events."""

import gc
import sys
import tracemalloc
import weakref

import pytest

from backhaul.sim import clock


class Marked:
    """Something whose end can be seen."""


def test_an_abandoned_environment_is_collected():
    """A run that stopped early leaves cycles through the calendar, which the collector must see."""

    def abandon():
        env = clock.make_environment()
        resource = clock.Resource(env)
        mark = Marked()

        def process(mark):
            with resource.request() as turn:
                yield turn
                yield env.timeout(100) | env.event()

        for _ in range(3):
            env.process(process(mark))
        env.timeout(7, value=mark)
        env.event().succeed(mark)
        env.run(until=5)
        return weakref.ref(mark), weakref.ref(env)

    refs = abandon()
    gc.collect()
    assert [ref() for ref in refs] == [None, None]


def test_values_are_let_go():
    """An event's value lives as long as the event, no longer."""
    env = clock.make_environment()

    def process(mark):
        yield env.timeout(1, value=mark)

    mark = Marked()
    ref = weakref.ref(mark)
    env.process(process(mark))
    del mark
    env.run()
    gc.collect()
    assert ref() is None


@pytest.mark.parametrize("to_the_end", [True, False])
def test_references_balance(to_the_end):
    """After every kind of event, what was passed around has as many references as before."""
    sentinel = Marked()

    def program():
        env = clock.make_environment()
        store, level = clock.Store(env), clock.Container(env)
        desk = clock.PreemptiveResource(env)
        lost = []

        def worker(priority):
            try:
                with desk.request(priority=priority) as turn:
                    yield turn
                    yield store.put(sentinel)
                    yield level.put(1)
                    got = yield store.get() & env.timeout(1, sentinel)
                    assert sentinel in got.values()
                    yield level.get(1) | env.timeout(9, sentinel)
            except clock.Interrupt as interrupt:
                lost.append(interrupt.cause.resource)
            return sentinel

        def failing():
            yield env.process(worker(1))
            raise ValueError(sentinel)

        for priority in (2, 1, 0):
            env.process(worker(priority))
        child = env.process(failing())
        child.callbacks.append(lambda event: setattr(event, "defused", True))
        env.run(until=None if to_the_end else 0.5)
        assert set(lost) == {desk}

    program()
    gc.collect()
    before = sys.getrefcount(sentinel)
    for _ in range(50):
        program()
    gc.collect()
    assert sys.getrefcount(sentinel) == before


def test_memory_does_not_grow_with_events():
    """Two hundred thousand events leave the heap where two thousand did."""

    def run(n):
        env = clock.make_environment()
        resource = clock.Resource(env)

        def process():
            for _ in range(n):
                with resource.request() as turn:
                    yield turn
                yield env.timeout(1)
                yield env.timeout(1) | env.timeout(2)

        env.process(process())
        env.run()

    run(500)
    gc.collect()
    tracemalloc.start()
    run(500)
    gc.collect()
    small = tracemalloc.get_traced_memory()[0]
    run(30_000)
    gc.collect()
    large = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert large - small < 20_000


def test_a_waiting_process_takes_less_memory_than_simpys():
    """A million sleeping processes must fit."""

    def size(engine):
        def process(env):
            yield env.timeout(1)

        env = engine.make_environment()
        tracemalloc.start()
        processes = [env.process(process(env)) for _ in range(2000)]
        env.run(until=0.5)
        gc.collect()
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size / len(processes)

    assert size(clock.engine("compiled")) < 0.75 * size(clock.engine("simpy"))
