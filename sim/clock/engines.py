"""The two engines behind one set of names."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Literal

from backhaul.engine.errors import InvalidInput
from backhaul.sim.clock import _core, core, rt
from backhaul.sim.clock.core import SimTime

__all__ = ["ENGINES", "Engine", "EngineName", "engine", "make_environment"]

EngineName = Literal["compiled", "simpy"]
ENGINES: tuple[EngineName, ...] = ("compiled", "simpy")


@dataclass(frozen=True, slots=True)
class Engine:
    """The classes of one engine, under SimPy's names.

    The types are the compiled ones; SimPy's classes have the same methods and attributes.
    """

    name: EngineName
    Environment: type[core.Environment]
    RealtimeEnvironment: type[rt.RealtimeEnvironment]
    Event: type[_core.Event]
    Timeout: type[_core.Timeout]
    Process: type[_core.Process]
    Condition: type[_core.Condition]
    AllOf: type[_core.AllOf]
    AnyOf: type[_core.AnyOf]
    Resource: type[_core.Resource]
    PriorityResource: type[_core.PriorityResource]
    PreemptiveResource: type[_core.PreemptiveResource]
    Preempted: type[_core.Preempted]
    Container: type[_core.Container]
    Store: type[_core.Store]
    PriorityStore: type[_core.PriorityStore]
    PriorityItem: type[_core.PriorityItem]
    FilterStore: type[_core.FilterStore]
    SimPyException: type[_core.SimPyException]
    Interrupt: type[_core.Interrupt]

    def make_environment(self, initial_time: SimTime = 0) -> core.Environment:
        """Return a new environment that starts at `initial_time`."""
        return self.Environment(initial_time)


COMPILED = Engine(
    "compiled",
    core.Environment,
    rt.RealtimeEnvironment,
    _core.Event,
    _core.Timeout,
    _core.Process,
    _core.Condition,
    _core.AllOf,
    _core.AnyOf,
    _core.Resource,
    _core.PriorityResource,
    _core.PreemptiveResource,
    _core.Preempted,
    _core.Container,
    _core.Store,
    _core.PriorityStore,
    _core.PriorityItem,
    _core.FilterStore,
    _core.SimPyException,
    _core.Interrupt,
)


def stock() -> Engine:
    """Return SimPy itself as an engine; imported only when asked for."""
    modules = ("simpy", "simpy.events", "simpy.resources.resource")
    found: dict[str, Any] = {}
    for name in modules:
        found.update(vars(importlib.import_module(name)))
    fields = [name for name in Engine.__dataclass_fields__ if name != "name"]
    return Engine("simpy", *(found[name] for name in fields))


def engine(name: str = "compiled") -> Engine:
    """Return an engine by its name.

    Parameters
    ----------
    name : str
        ``compiled`` or ``simpy``.

    Raises
    ------
    InvalidInput
        There is no engine of that name.

    Examples
    --------
    >>> engine("simpy").Environment.__module__
    'simpy.core'
    """
    if name == "compiled":
        return COMPILED
    if name == "simpy":
        return stock()
    raise InvalidInput("engine", name, " or ".join(ENGINES))


# The parameter hides the function of that name.
_engine = engine


def make_environment(engine: str = "compiled", initial_time: SimTime = 0) -> core.Environment:
    """Return a new environment of an engine.

    Parameters
    ----------
    engine : str
        ``compiled`` or ``simpy``: the same events in the same order, at different speed.
    initial_time : int or float
        Where the clock starts, in whatever unit the model uses (the twin: whole seconds).

    Raises
    ------
    InvalidInput
        There is no engine of that name.

    Examples
    --------
    >>> env = make_environment("compiled", initial_time=5)
    >>> env.run(until=env.timeout(3, "done")), env.now
    ('done', 8)
    """
    return _engine(engine).make_environment(initial_time)
