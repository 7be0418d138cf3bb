"""Mistakes are answered as SimPy answers them: same exception, same meaning, never a crash."""

import pickle
import re
from contextlib import suppress

import pytest

from backhaul.sim import clock


@pytest.fixture(params=clock.ENGINES)
def engine(request):
    return clock.engine(request.param)


@pytest.fixture
def env(engine):
    return engine.make_environment()


def test_a_negative_delay(env):
    """Nothing happens in the past."""
    with pytest.raises(ValueError, match="Negative delay -1"):
        env.timeout(-1)


def test_a_delay_that_is_no_number():
    """SimPy takes NaN and loses the order of all events; the compiled clock refuses it."""
    with pytest.raises(ValueError, match="Invalid delay nan"):
        clock.make_environment().timeout(float("nan"))


def test_a_delay_of_a_wrong_type(env):
    """Text is no delay."""
    with pytest.raises(TypeError):
        env.timeout("soon")


@pytest.mark.parametrize("until", [0, -3, 0.0])
def test_running_into_the_past(env, until):
    """The end of a run must lie ahead."""
    with pytest.raises(ValueError, match="must be greater than the current simulation time"):
        env.run(until=until)


@pytest.mark.parametrize("thing", [None, 5, "text", object()])
def test_yielding_what_is_no_event(env, thing):
    """The message shows the line that yielded it."""

    def process():
        yield thing

    env.process(process())
    with pytest.raises(
        RuntimeError, match=re.compile("in process.*Invalid yield value", re.DOTALL)
    ):
        env.run()


def test_a_process_that_is_no_generator(env):
    """A plain function cannot be resumed."""
    with pytest.raises(ValueError, match="is not a generator"):
        env.process(lambda: 5)


def test_triggering_twice(env):
    """An event happens once."""
    event = env.event().succeed(1)
    with pytest.raises(RuntimeError, match="has already been triggered"):
        event.succeed(2)
    with pytest.raises(RuntimeError, match="has already been triggered"):
        event.fail(ValueError())


def test_failing_with_what_is_no_exception(env):
    """Only an exception can be raised in whoever waits."""
    with pytest.raises(TypeError, match="is not an exception"):
        env.event().fail("broken")


def test_events_of_two_environments(engine, env):
    """A condition cannot wait on two clocks."""
    with pytest.raises(ValueError, match="different environments"):
        engine.AllOf(env, [env.event(), engine.make_environment().event()])


def test_an_exception_in_a_callback(env):
    """It comes out of run, and the run can go on after it."""

    def callback(event):
        raise KeyError("callback")

    env.timeout(1).callbacks.append(callback)
    later = env.timeout(2)
    with pytest.raises(KeyError, match="callback"):
        env.run()
    env.run()
    assert later.processed


def test_a_failure_that_nobody_handles(env):
    """It stops the run, with its cause."""

    def process():
        yield env.timeout(3)
        raise ValueError("tyre", 4)

    env.process(process())
    with pytest.raises(ValueError, match="tyre") as caught:
        env.run()
    assert caught.value.args == ("tyre", 4)
    assert isinstance(caught.value.__cause__, ValueError)
    assert env.now == 3


def test_a_process_that_never_ends_under_a_budget(env):
    """A loop of zero delays ends with the budget, and goes on with the next."""

    def process():
        while True:
            yield env.timeout(0)

    env.process(process())
    assert clock.run(env, until=5, events=1000).reason == "events"
    report = clock.run(env, seconds=0.05)
    assert report.reason == "seconds"
    assert 0.05 <= report.seconds < 0.15


def test_interrupting_the_dead_and_oneself(env):
    """Both are errors of the program."""

    def process():
        with pytest.raises(RuntimeError, match="not allowed to interrupt itself"):
            env.active_process.interrupt()
        yield env.timeout(1)

    dead = env.process(process())
    env.run()
    with pytest.raises(RuntimeError, match="has terminated and cannot be interrupted"):
        dead.interrupt()


def test_values_before_their_time(env):
    """An event that has not happened has no value and no success."""
    event = env.event()
    with pytest.raises(AttributeError, match="not yet available"):
        _ = event.value
    with pytest.raises(AttributeError):
        _ = event.ok


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [("Resource", (0,)), ("Container", (0,)), ("Container", (5, 6)), ("Store", (-1,))],
)
def test_impossible_resources(engine, env, kind, arguments):
    """A capacity is positive, and holds what is there at the start."""
    with pytest.raises(ValueError, match="must be"):
        getattr(engine, kind)(env, *arguments)


def test_impossible_amounts(engine, env):
    """Nothing is not an amount."""
    with pytest.raises(ValueError, match="must be > 0"):
        engine.Container(env).put(0)


def test_a_running_clock_is_not_pickled(env):
    """Generators cannot be pickled, so neither engine's processes can."""

    def process():
        yield env.timeout(1)

    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(env.process(process()))


def test_an_interrupt_is_pickled():
    """It may travel from a worker process with its cause."""
    copy = pickle.loads(pickle.dumps(clock.Interrupt("strike")))
    assert (type(copy), copy.cause) == (clock.Interrupt, "strike")


def test_objects_whose_init_was_skipped():
    """A subclass that forgets `super().__init__` gets an error, not a crash."""
    for kind in (clock.Event, clock.Timeout, clock.Process, clock.Condition, clock.Request):
        bare = kind.__new__(kind)
        for use in (
            lambda one: one.succeed(),
            lambda one: one.trigger(one),
            lambda one: one & one,
            lambda one: one.interrupt(),
            lambda one: one.cancel(),
            lambda one: one._resume(one),
            lambda one: one._check(one),
            lambda one: repr(one),
        ):
            with suppress(AttributeError, TypeError, RuntimeError):
                use(bare)
    for kind in (clock.Resource, clock.Container, clock.Store, clock.PreemptiveResource):
        bare = kind.__new__(kind)
        for name, arguments in (("request", ()), ("put", (1,)), ("get", ()), ("observe", ())):
            if hasattr(bare, name):
                with pytest.raises((AttributeError, TypeError)):
                    getattr(bare, name)(*arguments)
    with pytest.raises(TypeError):
        clock.Event(None)
