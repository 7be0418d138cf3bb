"""Two functions of SimPy's: start a process later, and be interrupted when an event happens."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from backhaul.sim.clock._core import Event, Process
from backhaul.sim.clock.core import Environment, SimTime

__all__ = ["start_delayed", "subscribe_at"]


def start_delayed(env: Environment, generator: Generator[Any, Any, Any], delay: SimTime) -> Process:
    """Start a process after a delay; returns the process that does so.

    Parameters
    ----------
    env : Environment
        Where to start it.
    generator : generator
        What to run.
    delay : int or float
        More than 0, in units of the clock.

    Raises
    ------
    ValueError
        The delay is not positive.

    Examples
    --------
    >>> def report(env):
    ...     print("at", env.now)
    ...     yield env.timeout(1)
    >>> env = Environment()
    >>> starter = start_delayed(env, report(env), 5)
    >>> env.run()
    at 5
    """
    if delay <= 0:
        raise ValueError(f"delay(={delay}) must be > 0.")

    def starter() -> Generator[Event, Any, Process]:
        yield env.timeout(delay)
        return env.process(generator)

    return env.process(starter())


def subscribe_at(event: Event) -> None:
    """Have the active process interrupted, with (event, value) as cause, when an event happens.

    Raises
    ------
    RuntimeError
        The event has already happened.
    """
    if event.callbacks is None:
        raise RuntimeError(f"{event} has already terminated.")
    env = event.env
    receiver = env.active_process
    assert receiver is not None

    def signaller() -> Generator[Event, Any, None]:
        value = yield event
        if receiver.is_alive:
            receiver.interrupt((event, value))

    env.process(signaller())
