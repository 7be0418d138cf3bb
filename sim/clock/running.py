"""Run with a limit on the wall clock or on events, and with progress; record what happens.

Both work on either engine. With none of it in use, a run pays nothing.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from backhaul.engine.errors import InvalidInput
from backhaul.sim.clock import _core, core
from backhaul.sim.clock.core import SimTime

__all__ = ["Progress", "RunReport", "Trace", "TraceRow", "run"]

#: Seconds between two reports of progress.
EVERY_S = 0.1
#: Events between two looks at the wall clock on SimPy, whose loop is Python.
LOOK_EVERY = 32


class Progress(NamedTuple):
    """How far a run is: time of the clock, share of the way to `until`, and wall-clock seconds."""

    now: SimTime
    share: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended.

    Parameters
    ----------
    reason : str
        ``until`` (the time or event was reached), ``empty`` (nothing was left to do), or the limit
        that was reached: ``seconds`` or ``events``. After a limit the run can go on.
    value : object
        Value of the event that it ran to.
    now : int or float
        Time of the clock at the end.
    seconds : float
        Wall-clock time that it took.
    """

    reason: Literal["until", "empty", "seconds", "events"]
    value: Any
    now: SimTime
    seconds: float


class _Limits:
    """The limits of one run, and when progress is due."""

    def __init__(
        self,
        env: Any,
        until: Any,
        seconds: float | None,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self.env, self.on_progress = env, on_progress
        self.started = time.monotonic()
        self.deadline = math.inf if seconds is None else self.started + seconds
        self.next_report = self.started + EVERY_S
        self.begin = env.now
        self.end = until if isinstance(until, int | float) else None

    def tick(self, now_s: float) -> None:
        """Report progress if it is time to."""
        if self.on_progress is not None and now_s >= self.next_report:
            self.next_report = now_s + EVERY_S
            now = self.env.now
            share = None
            if self.end is not None:
                share = float((now - self.begin) / (self.end - self.begin))
            self.on_progress(Progress(now, share, now_s - self.started))


def run(
    env: core.Environment,
    until: SimTime | _core.Event | None = None,
    *,
    seconds: float | None = None,
    events: int | None = None,
    on_progress: Callable[[Progress], object] | None = None,
) -> RunReport:
    """Run an environment of either engine, within limits.

    Parameters
    ----------
    env : Environment
        Of either engine.
    until : number or Event, optional
        As for `Environment.run`; but to run to where the clock stands already is no error, so that
        a run can be made in parts.
    seconds : float, optional
        Wall-clock limit; the run stops after the event during which it passes.
    events : int, optional
        How many events to process at most.
    on_progress : callable, optional
        Called about ten times a second with a `Progress`.

    Raises
    ------
    InvalidInput
        A limit is negative or not a number.

    Examples
    --------
    >>> from backhaul.sim import clock
    >>> env = clock.make_environment()
    >>> def forever(env):
    ...     while True:
    ...         yield env.timeout(0)
    >>> process = env.process(forever(env))
    >>> run(env, until=10, events=1000).reason
    'events'
    """
    for name, limit in (("seconds", seconds), ("events", events)):
        if limit is not None and not (limit >= 0 and math.isfinite(limit)):
            raise InvalidInput(f"run.{name}", limit, "a finite number of at least 0")
    limits = _Limits(env, until, seconds, on_progress)
    if limits.end is not None and limits.end == env.now:
        return RunReport("until", None, env.now, 0.0)  # reached by an earlier part of the run
    compiled = isinstance(_untyped(env), _core.Environment)
    run_one = _run_compiled if compiled else _run_stepwise
    reason, value = run_one(env, until, limits, events)
    return RunReport(reason, value, env.now, time.monotonic() - limits.started)


_Ended = tuple[Literal["until", "empty", "seconds", "events"], Any]


def _run_compiled(env: core.Environment, until: Any, limits: _Limits, events: int | None) -> _Ended:
    if events == 0:
        return "events", None
    stop = env._stop_at(until)
    if stop is not None:
        if stop.callbacks is None:
            return "until", stop.value
        stop.callbacks.append(core.StopSimulation.callback)
    env._limit(
        limits.deadline if limits.deadline < math.inf else 0.0,
        events or 0,
        limits.tick if limits.on_progress is not None else None,
    )
    try:
        outcome, value = env._loop()
    finally:
        env._limit(0.0, 0, None)
    if outcome == _core.Outcome.FAILED:
        env.step()
    if outcome == _core.Outcome.STOPPED:
        return "until", value
    if outcome == _core.Outcome.PAUSED:
        _forget(stop, core.StopSimulation.callback)
        return "seconds" if time.monotonic() >= limits.deadline else "events", None
    env._ran_dry(stop)
    return "empty", None


def _run_stepwise(env: Any, until: Any, limits: _Limits, events: int | None) -> _Ended:
    """Do the same by SimPy's public methods."""
    from simpy import Event
    from simpy.core import EmptySchedule, StopSimulation

    stop = until
    if until is not None and not isinstance(until, Event):
        if not until > env.now:
            raise ValueError(f"until ({until}) must be greater than the current simulation time")
        stop = Event(env)
        stop._ok, stop._value = True, None
        env.schedule(stop, _core.URGENT, until - env.now)
    if stop is not None:
        if stop.callbacks is None:
            return "until", stop.value
        stop.callbacks.append(StopSimulation.callback)
    done = 0
    try:
        while events is None or done < events:
            if done % LOOK_EVERY == 0:
                now_s = time.monotonic()
                limits.tick(now_s)
                if now_s >= limits.deadline:
                    _forget(stop, StopSimulation.callback)
                    return "seconds", None
            env.step()
            done += 1
    except StopSimulation as stopped:
        return "until", stopped.args[0]
    except EmptySchedule:
        if stop is not None:
            raise RuntimeError(
                f'No scheduled events left but "until" event was not triggered: {stop}'
            ) from None
        return "empty", None
    _forget(stop, StopSimulation.callback)
    return "events", None


def _forget(stop: Any, callback: Any) -> None:
    """Let a later run pass the event at which this one was to stop."""
    if stop is not None and stop.callbacks is not None:
        stop.callbacks.remove(callback)


def _untyped(env: core.Environment) -> Any:
    """Return an environment as what it may be: SimPy's have no type in common with ours."""
    return env


class TraceRow(NamedTuple):
    """One event: its time, priority and number on the calendar, its class and process."""

    time: SimTime
    priority: int
    number: int
    kind: str
    process: str


class Trace:
    """Records every event of an environment of either engine, in order.

    Parameters
    ----------
    env : Environment
        What to record, from now until `stop` or the end of the `with` block.

    Examples
    --------
    >>> from backhaul.sim import clock
    >>> env = clock.make_environment()
    >>> def truck(env):
    ...     yield env.timeout(5)
    >>> process = env.process(truck(env))
    >>> with Trace(env) as trace:
    ...     env.run()
    >>> [(row.time, row.kind, row.process) for row in trace.rows]
    [(0, 'Initialize', ''), (5, 'Timeout', ''), (5, 'Process', 'truck')]
    """

    def __init__(self, env: core.Environment) -> None:
        self.rows: list[TraceRow] = []
        self._env = _untyped(env)
        self._step: Any = None
        if isinstance(self._env, _core.Environment):
            self._env._trace(self._record)
        else:
            self._step = self._env.step
            self._env.step = self._traced_step

    def _record(self, time: SimTime, priority: int, number: int, event: Any) -> None:
        name = event.name if hasattr(event, "is_alive") else ""
        self.rows.append(TraceRow(time, int(priority), number, type(event).__name__, name))

    def _traced_step(self) -> None:
        if self._env._queue:
            self._record(*self._env._queue[0])
        self._step()

    def stop(self) -> None:
        """Stop to record."""
        if self._step is None:
            self._env._trace(None)
        else:
            del self._env.step

    def __enter__(self) -> Self:
        """Record inside a `with` block."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop at the end of the block."""
        self.stop()
