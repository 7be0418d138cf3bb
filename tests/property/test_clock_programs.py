"""Random process programs give the same trace of events on SimPy and on the compiled clock."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.sim import clock

UNTIL_END = 60
SIMPY, COMPILED = clock.engine("simpy"), clock.engine("compiled")
N_EVENTS, N_RESOURCES = 3, 5

delays = st.sampled_from([0, 0, 1, 1, 2, 5, 0.5, 0.1, 0.2, 0.3])
small = st.integers(0, 4)
wish = st.tuples(
    st.sampled_from(["request", "urgent", "put", "get", "store", "take", "match"]), small
)
waits = st.recursive(
    st.one_of(
        st.tuples(st.just("timeout"), delays),
        st.tuples(st.just("event"), st.integers(0, N_EVENTS - 1)),
        st.tuples(st.just("child"), small),
    ),
    lambda inner: st.tuples(st.sampled_from(["any", "all"]), st.lists(inner, max_size=3)),
    max_leaves=4,
)
actions = st.one_of(
    st.tuples(st.just("wait"), waits),
    st.tuples(st.just("guarded"), waits),
    st.tuples(st.just("use"), wish, delays),
    st.tuples(st.just("patience"), wish, delays),
    st.tuples(st.just("forget"), wish),
    st.tuples(st.just("spawn"), small),
    st.tuples(st.just("interrupt"), small),
    st.tuples(st.just("succeed"), st.integers(0, N_EVENTS - 1)),
    st.tuples(st.just("fail"), st.integers(0, N_EVENTS - 1)),
    st.tuples(st.just("crash"), st.integers(0, 9)),
    st.tuples(st.just("resume"), small),
)
bodies = st.lists(st.lists(actions, max_size=6), min_size=5, max_size=5)


class World:
    """One run of a program on one engine, and all that can be seen of it."""

    def __init__(self, engine, bodies, start):
        self.engine, self.bodies = engine, bodies
        self.env = engine.make_environment(start)
        self.seen = []
        self.processes = []
        self.budget = 60  # processes at most: a program may spawn itself
        self.events = [self.env.event() for _ in range(N_EVENTS)]
        self.resource = engine.Resource(self.env, capacity=2)
        self.priority = engine.PriorityResource(self.env)
        self.preemptive = engine.PreemptiveResource(self.env)
        self.container = engine.Container(self.env, capacity=7, init=2)
        self.store = engine.Store(self.env, capacity=2)
        self.filtered = engine.FilterStore(self.env, capacity=3)
        self.ordered = engine.PriorityStore(self.env, capacity=3)

    def note(self, *what):
        self.seen.append((self.env.now, type(self.env.now).__name__, *what))

    def spawn(self, body):
        if self.budget:
            self.budget -= 1
            number = len(self.processes)
            self.processes.append(None)
            self.processes[number] = self.env.process(self.process(number, body))

    def wait(self, what):
        kind, rest = what
        if kind == "timeout":
            return self.env.timeout(rest, value=f"after {rest}")
        if kind == "event":
            return self.events[rest]
        if kind == "child":
            return self.processes[rest % len(self.processes)]
        parts = [self.wait(part) for part in rest]
        return self.env.any_of(parts) if kind == "any" else self.env.all_of(parts)

    def wish(self, what):
        kind, n = what
        if kind == "request":
            return self.resource.request()
        if kind == "urgent":
            queue = self.priority if n % 2 else self.preemptive
            return queue.request(priority=n // 2, preempt=n != 3)
        if kind == "put":
            return self.container.put(n + 1) if n < 3 else self.ordered.put(n)
        if kind == "get":
            return self.container.get(n + 1) if n < 3 else self.ordered.get()
        if kind == "store":
            return (self.store if n % 2 else self.filtered).put(n)
        if kind == "take":
            return self.store.get()
        return self.filtered.get(lambda item: item >= n)

    def shown(self, value):
        """Say what a value is without naming objects by their address."""
        if hasattr(value, "todict"):
            return [(type(event).__name__, self.shown(got)) for event, got in value.items()]
        if isinstance(value, str):
            return re.sub("0x[0-9a-f]+", "ADDRESS", value)
        if isinstance(value, (int, float, type(None))):
            return value
        if isinstance(value, BaseException):
            return type(value).__name__, [self.shown(arg) for arg in value.args]
        return type(value).__name__

    def act(self, number, action):
        kind, *rest = action
        if kind == "wait":
            self.note(number, "got", self.shown((yield self.wait(rest[0]))))
        elif kind == "guarded":
            try:
                self.note(number, "got", self.shown((yield self.wait(rest[0]))))
            except RuntimeError as error:
                self.note(number, "caught", self.shown(error), self.shown(error.__cause__))
        elif kind == "use":
            with self.wish(rest[0]) as granted:
                self.note(number, "has", self.shown((yield granted)))
                yield self.env.timeout(rest[1])
                self.note(number, "used since", getattr(granted, "usage_since", None))
        elif kind == "patience":
            with self.wish(rest[0]) as granted:
                got = yield granted | self.env.timeout(rest[1])
                self.note(number, "waited", granted in got, self.shown(got))
        elif kind == "forget":
            self.wish(rest[0])
        elif kind == "spawn":
            self.spawn(rest[0])
        elif kind == "interrupt":
            target = self.processes[rest[0] % len(self.processes)]
            if target is not None and target.is_alive and target is not self.env.active_process:
                target.interrupt(number)
        elif kind == "succeed":
            if not self.events[rest[0]].triggered:
                self.events[rest[0]].succeed(number)
                self.events[rest[0]] = self.env.event()
        elif kind == "fail":
            self.events[rest[0]].fail(RuntimeError("failed", number))
            self.events[rest[0]] = self.env.event()
        elif kind == "crash" and rest[0] == 0:
            raise RuntimeError("crash", number)
        elif kind == "resume":
            self.note(number, "levels", self.container.level, len(self.store.items))
            self.note(number, "queues", self.resource.count, len(self.priority.queue))

    def process(self, number, body):
        for action in self.bodies[body]:
            try:
                yield from self.act(number, action)
            except self.engine.Interrupt as interrupt:
                cause = interrupt.cause
                if isinstance(cause, self.engine.Preempted):
                    by = self.processes.index(cause.by) if cause.by in self.processes else None
                    cause = ("preempted", by, cause.usage_since)
                self.note(number, "interrupted", cause, str(type(interrupt).__name__))
        return number

    def run(self, until, pieces, *, stepped=True):
        """Run to the end or to a failure; returns the trace of events and what processes saw."""
        trace = []

        def tracer(time, priority, number, event):
            value = event._value if event.triggered else None
            trace.append((time, priority, number, type(event).__name__, self.shown(value)))

        if stepped:
            step = self.env.step

            def traced():
                if self.env._queue:
                    tracer(*self.env._queue[0])
                step()

            self.env.step = traced
        else:
            self.env._trace(tracer)
        for body in range(len(self.bodies)):
            self.spawn(body)
        for piece in range(1, pieces + 1):
            try:
                self.env.run(until=self.env.now + until * piece if piece < pieces else UNTIL_END)
                self.note("ran", self.env.peek(), len(self.env._queue))
            except (RuntimeError, ValueError) as error:
                self.note("raised", self.shown(error), self.shown(error.__cause__))
        self.note("left", next(self.env._eid))
        return trace, self.seen


@settings(max_examples=250, deadline=None)
@given(bodies, st.sampled_from([0, 0.0, 3]), st.sampled_from([1, 0.7]), st.integers(1, 3))
def test_the_same_trace_on_both_engines(bodies, start, until, pieces):
    """The compiled clock is a drop-in: every event, time, order, value and failure is SimPy's."""
    theirs = World(SIMPY, bodies, start).run(until, pieces)
    for stepped in (False, True):  # the compiled loop, and its Python face step by step
        ours = World(COMPILED, bodies, start).run(until, pieces, stepped=stepped)
        assert ours[1] == theirs[1]
        assert ours[0] == theirs[0]
