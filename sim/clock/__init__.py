"""The clock of the twin: stock SimPy or a compiled, drop-in event core, with one setting.

Code that is written once for both takes its classes from an engine:

>>> clock = engine("compiled")
>>> env = clock.make_environment(initial_time=0)
>>> dock = clock.Resource(env, capacity=1)
>>> def truck(env, name, minutes):
...     with dock.request() as turn:
...         yield turn
...         yield env.timeout(minutes)
...     print(env.now, name)
>>> started = [env.process(truck(env, name, 20)) for name in ("first", "second")]
>>> env.run()
20 first
40 second

Code for the compiled engine alone may import the same names from this module, as it would from
`simpy`.
"""

from __future__ import annotations

from backhaul.sim.clock._core import (
    AllOf,
    AnyOf,
    BaseResource,
    Condition,
    ConditionValue,
    Container,
    Event,
    FilterStore,
    Interrupt,
    Preempted,
    PreemptiveResource,
    PriorityItem,
    PriorityRequest,
    PriorityResource,
    PriorityStore,
    Process,
    Release,
    Request,
    Resource,
    SimPyException,
    Store,
    Timeout,
)
from backhaul.sim.clock.core import (
    BoundClass,
    EmptySchedule,
    Environment,
    Infinity,
    SimTime,
    StopSimulation,
)
from backhaul.sim.clock.engines import ENGINES, Engine, EngineName, engine, make_environment
from backhaul.sim.clock.observing import Statistics, observe
from backhaul.sim.clock.rt import RealtimeEnvironment
from backhaul.sim.clock.running import Progress, RunReport, Trace, TraceRow, run
from backhaul.sim.clock.streams import Stream
from backhaul.sim.clock.util import start_delayed, subscribe_at

__all__ = [
    "ENGINES",
    "AllOf",
    "AnyOf",
    "BaseResource",
    "BoundClass",
    "Condition",
    "ConditionValue",
    "Container",
    "EmptySchedule",
    "Engine",
    "EngineName",
    "Environment",
    "Event",
    "FilterStore",
    "Infinity",
    "Interrupt",
    "Preempted",
    "PreemptiveResource",
    "PriorityItem",
    "PriorityRequest",
    "PriorityResource",
    "PriorityStore",
    "Process",
    "Progress",
    "RealtimeEnvironment",
    "Release",
    "Request",
    "Resource",
    "RunReport",
    "SimPyException",
    "SimTime",
    "Statistics",
    "StopSimulation",
    "Store",
    "Stream",
    "Timeout",
    "Trace",
    "TraceRow",
    "engine",
    "make_environment",
    "observe",
    "run",
    "start_delayed",
    "subscribe_at",
]
