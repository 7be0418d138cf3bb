"""What users build on the clock: subclasses, own attributes, monitors, other kinds of numbers."""

import os
import shutil
import subprocess
import sys
import threading
from decimal import Decimal
from fractions import Fraction

import pytest

from backhaul.sim import clock
from backhaul.sim.clock import _core


@pytest.fixture(params=clock.ENGINES)
def engine(request):
    return clock.engine(request.param)


def test_events_and_resources_take_attributes(engine):
    """SimPy's objects are ordinary ones; models hang things on them."""
    env = engine.make_environment()
    for thing in (env, env.event(), env.timeout(1), engine.Resource(env), engine.Store(env)):
        thing.label = "mine"
        assert thing.label == "mine"
        assert vars(thing)["label"] == "mine"
        del thing.label
        assert not hasattr(thing, "label")


def test_a_resource_of_ones_own(engine):
    """A subclass may decide itself what is granted: here only on even minutes."""

    class Fussy(engine.Resource):
        def __init__(self, env):
            super().__init__(env, capacity=1)
            self.asked = []

        def _do_put(self, event):
            self.asked.append(self._env.now)
            if self._env.now % 2 == 0:
                return super()._do_put(event)
            return None

        def release(self, request):
            self.asked.append("released")
            return super().release(request)

    env = engine.make_environment()
    fussy = Fussy(env)
    got = []

    def process(start):
        yield env.timeout(start)
        with fussy.request() as turn:
            yield turn | env.timeout(4)
            got.append((env.now, turn.triggered))

    for start in (0, 1, 2):
        env.process(process(start))
    env.run()
    # Asked at 1, it says no; the next wish, at 2, has it look at its queue again.
    assert got == [(0, True), (2, True), (2, True)]
    assert fussy.asked.count("released") == 3


def test_the_fussy_resource_is_the_same_on_both():
    """The whole log of calls is SimPy's."""
    logs = []
    for name in clock.ENGINES:
        engine = clock.engine(name)
        log = []

        class Logged(engine.PriorityResource):
            def _do_put(self, event, log=log):
                log.append(("put", self._env.now, event.priority))
                return super()._do_put(event)

            def _trigger_get(self, event, log=log):
                log.append(("get", self._env.now, event is None))
                return super()._trigger_get(event)

        env = engine.make_environment()
        desk = Logged(env, capacity=1)

        def process(env, desk, priority):
            yield env.timeout(priority % 2)
            with desk.request(priority=priority) as turn:
                yield turn
                yield env.timeout(3)

        for priority in (3, 1, 2, 0):
            env.process(process(env, desk, priority))
        env.run()
        logs.append(log)
    assert logs[0] == logs[1]


def test_an_event_class_of_ones_own(engine):
    """`BoundClass` makes it a method, as SimPy's guide shows."""
    bound = clock.BoundClass if engine.name == "compiled" else __import__("simpy").core.BoundClass

    class Coffee(engine.Timeout):
        def __init__(self, env, cups):
            super().__init__(env, cups * 4, value=f"{cups} cups")

    class Kitchen(engine.Environment):
        coffee = bound(Coffee)

    env = Kitchen()
    assert env.run(until=env.coffee(2)) == "2 cups"
    assert env.now == 8


def test_a_schedule_of_ones_own(engine):
    """A subclass that sees every event as it is scheduled sees them all."""
    seen = []

    class Noted(engine.Environment):
        def schedule(self, event, priority=1, delay=0):
            seen.append((type(event).__name__, priority, delay))
            super().schedule(event, priority, delay)

    env = Noted()

    def process():
        yield env.timeout(2)
        yield env.event().succeed()

    env.process(process())
    env.run()
    assert seen == [
        ("Initialize", 0, 0),
        ("Timeout", 1, 2),
        ("Event", 1, 0),
        ("Process", 1, 0),
    ]


def test_a_step_of_ones_own(engine):
    """The monitor of SimPy's guide replaces `env.step` and looks at the calendar."""
    env = engine.make_environment()
    step, seen = env.step, []

    def traced():
        if len(env._queue):
            time, priority, number, event = env._queue[0]
            seen.append((time, priority, number, type(event).__name__))
        step()

    env.step = traced
    env.timeout(2)
    env.timeout(1)
    env.run()
    assert seen == [(1, 1, 1, "Timeout"), (2, 1, 0, "Timeout")]


@pytest.mark.parametrize("kind", [Decimal, Fraction])
def test_times_of_other_kinds(engine, kind):
    """Whatever adds and compares is a time: exact decimals for one."""
    env = engine.make_environment(kind(0))
    times = []

    def process():
        for _ in range(3):
            yield env.timeout(kind(1) / 10)
            times.append(env.now)

    env.process(process())
    env.timeout(kind(2) / 10).callbacks.append(lambda event: times.append("mark"))
    env.run()
    assert times == [kind(1) / 10, "mark", kind(2) / 10, kind(3) / 10]
    assert type(env.now) is kind


def test_whole_times_beyond_what_a_float_holds(engine):
    """Nanoseconds since 1970 stay exact, and keep their order with what was scheduled before."""
    start = 2**53 - 2
    env = engine.make_environment(start)
    order = []
    for delay in (5, 1, 3, 2**70, 4, 2):
        env.timeout(delay).callbacks.append(lambda event: order.append(env.now - start))
    env.run()
    assert order == [1, 2, 3, 4, 5, 2**70]


def test_environments_side_by_side_in_threads():
    """Each thread has its own clock; what they do does not mix."""
    results = {}

    def work(number):
        env = clock.make_environment()
        store = clock.Store(env, capacity=2)
        got = []

        def producer():
            for i in range(300):
                yield store.put((number, i))
                yield env.timeout(0.5)

        def consumer():
            while True:
                got.append((yield store.get()))

        env.process(producer())
        env.process(consumer())
        env.run()
        results[number] = got

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: [(n, i) for i in range(300)] for n in range(8)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_run_goes_on_in_both_processes():
    """A fork copies the clock: parent and child go on from the same state, each for itself."""
    env = clock.make_environment()

    def process():
        for _ in range(10):
            yield env.timeout(1)
        return "done"

    running = env.process(process())
    env.run(until=5)
    child = os.fork()
    if child == 0:
        os._exit(0 if env.run(until=running) == "done" and env.now == 10 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert env.now == 5
    assert env.run(until=running) == "done"


def test_the_compiled_module_stands_alone(tmp_path):
    """It imports nothing but the standard library, so that other projects can take it."""
    shutil.copy(_core.__file__, tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import _core; "
        "env = _core.Environment(3); env.timeout(4); env._loop(); assert env.now == 7; "
        "assert not {'backhaul', 'backhaul_native', 'simpy', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True)
