"""The environment of the compiled clock: the two methods that show in a traceback, and what SimPy has beside it.

The calendar and the loop are compiled (`bindings/events`). `run` and `step` are Python, so that a
failure that nobody handled shows where it left the simulation, with readable source lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MethodType
from typing import Any

from backhaul.sim.clock import _core
from backhaul.sim.clock._core import EmptySchedule, Event, StopSimulation

__all__ = [
    "BoundClass",
    "EmptySchedule",
    "Environment",
    "Infinity",
    "SimTime",
    "StopSimulation",
]

Infinity = float("inf")
SimTime = int | float


class BoundClass:
    """Makes a class callable like a method: the instance becomes its first argument.

    Parameters
    ----------
    cls : type
        For example a subclass of `Request`, to be the `request` of a resource.
    """

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls

    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Any:
        """Return the class itself on a class, and a bound constructor on an instance."""
        return self.cls if instance is None else MethodType(self.cls, instance)

    @staticmethod
    def bind_early(instance: object) -> None:
        """Bind the instance's own `BoundClass` attributes once, to save the look-up of each use."""
        for name, value in type(instance).__dict__.items():
            if type(value) is BoundClass:
                setattr(instance, name, getattr(instance, name))


class _Calendar(Sequence[tuple[SimTime, int, int, Event]]):
    """What is to come, as (time, priority, number, event), read from the compiled calendar."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __len__(self) -> int:
        return self._environment._pending()

    def __getitem__(self, place: Any) -> Any:
        if place == 0:
            first = self._environment._first_entry()
            if first is not None:
                return first
        return self._environment._entries()[place]

    def __iter__(self) -> Iterator[tuple[SimTime, int, int, Event]]:
        return iter(self._environment._entries())


@_core.own_methods
class Environment(_core.Environment):
    """Lets time pass, from event to event.

    Parameters
    ----------
    initial_time : int or float
        Where the clock starts. As long as it and all delays are whole, so is `now`.

    Examples
    --------
    >>> def truck(env):
    ...     yield env.timeout(90)
    ...     return "unloaded"
    >>> env = Environment()
    >>> env.run(until=env.process(truck(env)))
    'unloaded'
    >>> env.now
    90
    """

    @property
    def _queue(self) -> _Calendar:
        return _Calendar(self)

    def step(self) -> None:
        """Process the next event.

        Raises
        ------
        EmptySchedule
            There is no further event.
        Exception
            The event had failed, and nobody took care of it.
        """
        exc = self._step()
        if exc is not None:
            raise exc

    def run(self, until: SimTime | Event | None = None) -> Any:
        """Process events until there are none left, or until `until`.

        Parameters
        ----------
        until : number or Event, optional
            A time to stop at, before the events of that time; or an event, whose value is
            returned when it happens.

        Raises
        ------
        ValueError
            The time to stop at is not in the future.
        RuntimeError
            The event to stop at cannot happen any more.
        """
        stop = self._stop_at(until)
        if stop is not None and stop.callbacks is None:
            return stop.value
        if stop is not None:
            stop.callbacks.append(StopSimulation.callback)
        # A subclass's or a user's own step: every event goes through it. (Looking into __dict__
        # would say it too, but make the interpreter keep a slower kind of dictionary.)
        if getattr(self.step, "__func__", None) is not Environment.step:
            try:
                while True:
                    self.step()
            except StopSimulation as stopped:
                return stopped.args[0]
            except EmptySchedule:
                return self._ran_dry(stop)
        outcome, value = self._loop()
        if outcome == _core.Outcome.FAILED:
            self.step()
        if outcome == _core.Outcome.STOPPED:
            return value
        return self._ran_dry(stop)

    def _stop_at(self, until: SimTime | Event | None) -> Event | None:
        """Return the event at which a run ends, made of a number if need be."""
        if until is None or isinstance(until, Event):
            return until
        at: SimTime = until if isinstance(until, int) else float(until)
        if not at > self.now:
            raise ValueError(f"until ({at}) must be greater than the current simulation time")
        stop = Event(self)
        stop._ok = True
        stop._value = None
        self.schedule(stop, _core.URGENT, at - self.now)
        return stop

    def _ran_dry(self, stop: Event | None) -> None:
        if stop is not None:
            raise RuntimeError(
                f'No scheduled events left but "until" event was not triggered: {stop}'
            ) from None
