"""What the clock is timed on: small programs, written once, that run on either engine.

Each takes an engine and a size and returns how many units of work it did. Random numbers are drawn
before the clock starts, to time the engines and not the generator; the programs that draw on the
way, as models do, say so in their names.
"""

import random
from collections import deque
from collections.abc import Callable
from functools import cache
from itertools import cycle

from backhaul.sim.clock import Engine, Stream

Exponential = Callable[[float], float]  # a mean -> a draw
Normal = Callable[[float, float], float]  # a mean and a standard deviation -> a draw


def timeout_chain(engine: Engine, n: int) -> int:
    """One process that waits again and again."""
    env = engine.make_environment()

    def process():
        for _ in range(n):
            yield env.timeout(1)

    env.process(process())
    env.run()
    return n


def timeout_1000_processes(engine: Engine, n: int) -> int:
    """A thousand processes whose waits interleave."""
    env = engine.make_environment()
    rounds = max(1, n // 1000)

    def process(delay):
        for _ in range(rounds):
            yield env.timeout(delay)

    for i in range(1000):
        env.process(process(1 + i % 17 * 0.37))
    env.run()
    return 1000 * rounds


def spawn_join(engine: Engine, n: int) -> int:
    """A parent that starts a child and waits for it, again and again."""
    env = engine.make_environment()

    def child():
        return 1
        yield

    def parent():
        for _ in range(n):
            yield env.process(child())

    env.process(parent())
    env.run()
    return n


def event_pingpong(engine: Engine, n: int) -> int:
    """Two processes that wake each other."""
    env = engine.make_environment()
    box = [env.event(), env.event()]

    def player(mine, other):
        for _ in range(n):
            yield box[mine]
            box[mine] = env.event()
            box[other].succeed()

    env.process(player(0, 1))
    env.process(player(1, 0))
    box[0].succeed()
    env.run()
    return n


def resource_free(engine: Engine, n: int) -> int:
    """Request and release with nobody else there."""
    env = engine.make_environment()
    resource = engine.Resource(env, capacity=1)

    def process():
        for _ in range(n):
            with resource.request() as request:
                yield request

    env.process(process())
    env.run()
    return n


def contended(engine: Engine, resource, n: int, request: Callable) -> int:
    """Ten processes that share two slots."""
    env = resource._env

    def process(i):
        for _ in range(n // 10):
            with request(i) as turn:
                yield turn
                yield env.timeout(1)

    for i in range(10):
        env.process(process(i))
    env.run()
    return n // 10 * 10


def resource_contended(engine: Engine, n: int) -> int:
    """Ten processes that share two slots, first come first served."""
    resource = engine.Resource(engine.make_environment(), capacity=2)
    return contended(engine, resource, n, lambda i: resource.request())


def priority_resource(engine: Engine, n: int) -> int:
    """The same by priority."""
    resource = engine.PriorityResource(engine.make_environment(), capacity=2)
    return contended(engine, resource, n, lambda i: resource.request(priority=i % 3))


def preemptive_resource(engine: Engine, n: int) -> int:
    """An urgent process that takes the only slot from a patient one, again and again."""
    env = engine.make_environment()
    resource = engine.PreemptiveResource(env, capacity=1)

    def urgent():
        for _ in range(n):
            yield env.timeout(2)
            with resource.request(priority=0) as turn:
                yield turn
                yield env.timeout(1)

    def patient():
        while True:
            with resource.request(priority=1) as turn:
                try:
                    yield turn
                    yield env.timeout(1000)
                except engine.Interrupt:
                    pass

    env.process(patient())
    env.run(until=env.process(urgent()))
    return n


def store_put_get(engine: Engine, n: int) -> int:
    """A producer and a consumer at a store."""
    env = engine.make_environment()
    store = engine.Store(env, capacity=10)

    def producer():
        for i in range(n):
            yield store.put(i)

    def consumer():
        for _ in range(n):
            yield store.get()

    env.process(producer())
    env.process(consumer())
    env.run()
    return n


def container_put_get(engine: Engine, n: int) -> int:
    """A producer and a consumer at a container."""
    env = engine.make_environment()
    container = engine.Container(env, capacity=10)

    def producer():
        for _ in range(n):
            yield container.put(1)

    def consumer():
        for _ in range(n):
            yield container.get(1)

    env.process(producer())
    env.process(consumer())
    env.run()
    return n


def any_of_two(engine: Engine, n: int) -> int:
    """Wait for the first of two timeouts."""
    env = engine.make_environment()

    def process():
        for _ in range(n):
            yield env.timeout(1) | env.timeout(2)

    env.process(process())
    env.run()
    return n


def all_of_ten(engine: Engine, n: int) -> int:
    """Wait for ten timeouts."""
    env = engine.make_environment()

    def process():
        for _ in range(n):
            yield env.all_of([env.timeout(i) for i in range(10)])

    env.process(process())
    env.run()
    return n


def interrupts(engine: Engine, n: int) -> int:
    """Interrupt a sleeper again and again."""
    env = engine.make_environment()
    woken = deque(maxlen=1)

    def sleeper():
        while True:
            try:
                yield env.timeout(1000)
            except engine.Interrupt:
                woken.append(env.now)

    def waker(process):
        for _ in range(n):
            yield env.timeout(1)
            process.interrupt("up")

    env.run(until=env.process(waker(env.process(sleeper()))))
    return n


@cache
def draws(seed: int, n: int) -> tuple[float, ...]:
    """Return n exponential numbers of mean 1."""
    draw = random.Random(seed).expovariate
    return tuple(draw(1.0) for _ in range(n))


def mm3(engine: Engine, n: int, *, statistics: bool = False) -> int:
    """An M/M/3 queue: a process a customer."""
    env = engine.make_environment()
    servers = engine.Resource(env, capacity=3)
    if statistics:
        servers.observe()

    def customer(service):
        with servers.request() as turn:
            yield turn
            yield env.timeout(service)

    def source():
        for gap, service in zip(draws(1, n), draws(2, n), strict=True):
            yield env.timeout(gap / 2.4)
            env.process(customer(service))

    env.process(source())
    env.run()
    return n


def mm3_drawing(engine: Engine, n: int, *, draw: Exponential) -> int:
    """The same with the numbers drawn while the clock runs."""
    env = engine.make_environment()
    servers = engine.Resource(env, capacity=3)

    def customer():
        with servers.request() as turn:
            yield turn
            yield env.timeout(draw(1.0))

    def source():
        for _ in range(n):
            yield env.timeout(draw(1 / 2.4))
            env.process(customer())

    env.process(source())
    env.run()
    return n


def machine_shop(
    engine: Engine, n: int, *, normal: Normal | None = None, exponential: Exponential | None = None
) -> int:
    """Ten machines that break down, and one repairman whom they take from other work.

    After the machine shop of SimPy's documentation, with breakdowns every 60 units of time. Without
    the two draws, a part takes 10 units and the breakdowns are drawn beforehand.
    """
    env = engine.make_environment()
    repairman = engine.PreemptiveResource(env, capacity=1)
    made = [0] * 10
    broken = [False] * 10
    gaps = cycle(draws(3, 10_000))

    def working(number):
        while True:
            done_in = abs(normal(10.0, 2.0)) if normal else 10.0
            while done_in:
                start = env.now
                try:
                    yield env.timeout(done_in)
                    done_in = 0
                except engine.Interrupt:
                    broken[number] = True
                    done_in -= env.now - start
                    with repairman.request(priority=1) as turn:
                        yield turn
                        yield env.timeout(3.0)
                    broken[number] = False
            made[number] += 1

    def break_down(number, machine):
        while True:
            yield env.timeout(exponential(60.0) if exponential else 60.0 * next(gaps))
            if not broken[number]:
                machine.interrupt()

    def other_jobs():
        while True:
            done_in = 30.0
            while done_in:
                with repairman.request(priority=2) as turn:
                    yield turn
                    start = env.now
                    try:
                        yield env.timeout(done_in)
                        done_in = 0
                    except engine.Interrupt:
                        done_in -= env.now - start

    for number in range(10):
        env.process(break_down(number, env.process(working(number))))
    env.process(other_jobs())
    env.run(until=n * 1.2)
    return sum(made)


def by_mean(generator: random.Random) -> Exponential:
    """Draw exponential numbers of a mean from the standard library."""
    draw = generator.expovariate
    return lambda mean: draw(1 / mean)


def with_stream(work: Callable[..., int], **draws: str) -> Callable[[Engine, int], int]:
    """Let a program draw from the clock's own random streams, the same on both engines."""

    def run(engine: Engine, n: int) -> int:
        stream = Stream(1, "benchmark")
        return work(engine, n, **{name: getattr(stream, draw) for name, draw in draws.items()})

    return run


def with_random(work: Callable[..., int], **draws: str) -> Callable[[Engine, int], int]:
    """Let a program draw from the standard library's generator, written in Python for the most."""

    def run(engine: Engine, n: int) -> int:
        generator = random.Random(1)
        known = {"exponential": by_mean(generator), "normal": generator.gauss}
        return work(engine, n, **{name: known[draw] for name, draw in draws.items()})

    return run


#: name, workload, size, what a unit is, ratio to reach
WORKLOADS: list[tuple[str, Callable[[Engine, int], int], int, str, float | None]] = [
    ("timeouts, one process", timeout_chain, 200_000, "timeouts", 6.0),
    ("timeouts, 1,000 processes", timeout_1000_processes, 200_000, "timeouts", 5.0),
    ("spawn and join", spawn_join, 50_000, "processes", 6.0),
    ("event ping-pong", event_pingpong, 60_000, "round trips", 6.0),
    ("resource, free", resource_free, 40_000, "cycles", 8.0),
    ("resource, contended", resource_contended, 30_000, "cycles", 8.0),
    ("priority resource", priority_resource, 20_000, "cycles", 8.0),
    ("preemptive resource", preemptive_resource, 10_000, "cycles", 8.0),
    ("store put and get", store_put_get, 40_000, "puts and gets", 8.0),
    ("container put and get", container_put_get, 40_000, "puts and gets", 8.0),
    ("any of two", any_of_two, 40_000, "conditions", 3.5),
    ("all of ten", all_of_ten, 12_000, "conditions", 3.5),
    ("interrupts", interrupts, 25_000, "interrupts", 3.5),
    ("M/M/3", mm3, 15_000, "customers", 5.0),
    ("machine shop", machine_shop, 40_000, "parts", 5.0),
    (
        "M/M/3, drawing from Stream",
        with_stream(mm3_drawing, draw="exponential"),
        15_000,
        "customers",
        5.0,
    ),
    (
        "machine shop, drawing from Stream",
        with_stream(machine_shop, normal="normal", exponential="exponential"),
        40_000,
        "parts",
        5.0,
    ),
    # The generator's time is in both: what is left to gain is bounded by it, not by the engine.
    (
        "M/M/3, drawing from random",
        with_random(mm3_drawing, draw="exponential"),
        15_000,
        "customers",
        None,
    ),
    (
        "machine shop, drawing from random",
        with_random(machine_shop, normal="normal", exponential="exponential"),
        40_000,
        "parts",
        None,
    ),
]
