"""Queueing systems with a known answer, as processes on either engine.

Each model runs one replication and returns figures by name. `analytic.py` compares them with the
closed forms.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from backhaul.sim.clock.engines import Engine
from backhaul.sim.clock.observing import observe
from backhaul.sim.clock.streams import Stream

__all__ = [
    "MODELS",
    "infinite_servers",
    "loss_system",
    "machine_repair",
    "priority_queue",
    "queue",
    "tandem_with_rework",
]

Figures = dict[str, float]
Draw = Callable[[], float]


class _Mean:
    """A mean of what comes after a warm-up."""

    def __init__(self, skip: int) -> None:
        self.seen, self.skip, self.total = 0, skip, 0.0

    def add(self, value: float) -> None:
        self.seen += 1
        if self.seen > self.skip:
            self.total += value

    @property
    def value(self) -> float:
        return self.total / (self.seen - self.skip)


class _Level:
    """A time-weighted mean, and the share of time at or below a bound, after a warm-up."""

    def __init__(self, env: Any, warm_up: float, bound: int = 0) -> None:
        self.env, self.start, self.bound = env, warm_up, bound
        self.count, self.last, self.area, self.low = 0, warm_up, 0.0, 0.0

    def change(self, by: int) -> None:
        now = self.env.now
        if now > self.start:
            passed = now - self.last
            self.area += passed * self.count
            if self.count <= self.bound:
                self.low += passed
            self.last = now
        self.count += by

    @property
    def mean(self) -> float:
        self.change(0)
        return self.area / (self.last - self.start)

    @property
    def low_share(self) -> float:
        self.change(0)
        return self.low / (self.last - self.start)


def queue(
    engine: Engine, rate: float, servers: int, gap: Draw, service: Draw, customers: int
) -> Figures:
    """Run a queue with `servers` servers from empty to empty; the first tenth is warm-up.

    Parameters
    ----------
    engine : Engine
        Which clock.
    rate : float
        Arrivals per unit of time, to check Little's law with.
    servers : int
        Number of servers.
    gap, service : callable
        Draw the time to the next arrival, and a time of service.
    customers : int
        How many arrive.
    """
    env = engine.make_environment()
    resource = engine.Resource(env, capacity=servers)
    waits, delayed = _Mean(customers // 10), _Mean(customers // 10)
    seen = observe(resource)
    stay = 0.0

    def customer() -> Generator[Any, Any, None]:
        nonlocal stay
        came = env.now
        with resource.request() as turn:
            yield turn
            waited = env.now - came
            waits.add(waited)
            delayed.add(waited > 0)
            yield env.timeout(service())
        stay += env.now - came

    def source() -> Generator[Any, Any, None]:
        for _ in range(customers):
            yield env.timeout(gap())
            env.process(customer())

    env.process(source())
    env.run()
    # On the cleared window, L and lambda W are the same sum in two orders (Little 1961).
    number = seen.mean_level + seen.mean_put_queue
    return {
        "wait": waits.value,
        "delayed": delayed.value,
        "little": abs(number - stay / env.now) / number,
    }


def infinite_servers(
    engine: Engine, gap: Draw, stay: Draw, bound: int, warm_up: float, length: float
) -> Figures:
    """Run customers who never wait: the mean number present, and the share of time at most `bound`."""
    env = engine.make_environment()
    level = _Level(env, warm_up, bound)

    def customer() -> Generator[Any, Any, None]:
        level.change(1)
        yield env.timeout(stay())
        level.change(-1)

    def source() -> Generator[Any, Any, None]:
        while True:
            yield env.timeout(gap())
            env.process(customer())

    env.process(source())
    env.run(until=warm_up + length)
    return {"mean": level.mean, "low": level.low_share}


def loss_system(
    engine: Engine, servers: int, room: int, gap: Draw, service: Draw, customers: int
) -> Figures:
    """Run a queue with room for `room` customers in all: the share of those turned away."""
    env = engine.make_environment()
    resource = engine.Resource(env, capacity=servers)
    lost = _Mean(customers // 10)
    inside = 0

    def customer() -> Generator[Any, Any, None]:
        nonlocal inside
        inside += 1
        with resource.request() as turn:
            yield turn
            yield env.timeout(service())
        inside -= 1

    def source() -> Generator[Any, Any, None]:
        for _ in range(customers):
            yield env.timeout(gap())
            full = inside >= room
            lost.add(full)
            if not full:
                env.process(customer())

    env.process(source())
    env.run()
    return {"lost": lost.value}


def tandem_with_rework(
    engine: Engine,
    gap: Draw,
    services: tuple[Draw, ...],
    again: Callable[[], bool],
    warm_up: float,
    length: float,
) -> Figures:
    """Run stations in series, after the last of which some start over: the mean number present."""
    env = engine.make_environment()
    stations = [engine.Resource(env, capacity=1) for _ in services]
    level = _Level(env, warm_up)

    def job() -> Generator[Any, Any, None]:
        level.change(1)
        unfinished = True
        while unfinished:
            for station, service in zip(stations, services, strict=True):
                with station.request() as turn:
                    yield turn
                    yield env.timeout(service())
            unfinished = again()
        level.change(-1)

    def source() -> Generator[Any, Any, None]:
        while True:
            yield env.timeout(gap())
            env.process(job())

    env.process(source())
    env.run(until=warm_up + length)
    return {"mean": level.mean}


def machine_repair(
    engine: Engine, machines: int, run_time: Draw, repair: Draw, warm_up: float, length: float
) -> Figures:
    """Run machines that one mechanic repairs: the share of machines that work."""
    env = engine.make_environment()
    mechanic = engine.Resource(env, capacity=1)
    working = _Level(env, warm_up)

    def machine() -> Generator[Any, Any, None]:
        working.change(1)
        while True:
            yield env.timeout(run_time())
            working.change(-1)
            with mechanic.request() as turn:
                yield turn
                yield env.timeout(repair())
            working.change(1)

    for _ in range(machines):
        env.process(machine())
    env.run(until=warm_up + length)
    return {"available": working.mean / machines}


def priority_queue(
    engine: Engine, gaps: tuple[Draw, ...], service: Draw, warm_up: float, length: float
) -> Figures:
    """Run one server with classes of customers, the first most urgent: the mean wait of each."""
    env = engine.make_environment()
    server = engine.PriorityResource(env, capacity=1)
    waits = [_Mean(0) for _ in gaps]

    def customer(priority: int) -> Generator[Any, Any, None]:
        came = env.now
        with server.request(priority=priority) as turn:
            yield turn
            if came > warm_up:
                waits[priority].add(env.now - came)
            yield env.timeout(service())

    def source(priority: int, gap: Draw) -> Generator[Any, Any, None]:
        while True:
            yield env.timeout(gap())
            env.process(customer(priority))

    for priority, gap in enumerate(gaps):
        env.process(source(priority, gap))
    env.run(until=warm_up + length)
    return {f"wait {priority}": wait.value for priority, wait in enumerate(waits)}


def _exponential(seed: int, name: str, replication: int, mean: float) -> Draw:
    stream = Stream(seed, name, replication)
    return lambda: stream.exponential(mean)


def _lognormal(seed: int, name: str, replication: int, mean: float, cv: float) -> Draw:
    stream = Stream(seed, name, replication)
    return lambda: stream.lognormal(mean, cv)


def _share(seed: int, name: str, replication: int, share: float) -> Callable[[], bool]:
    stream = Stream(seed, name, replication)
    return lambda: stream.uniform() < share


def _mmc(rate: float, servers: int) -> Model:
    def run(engine: Engine, seed: int, k: int, size: float) -> Figures:
        gap, service = (
            _exponential(seed, "gap", k, 1 / rate),
            _exponential(seed, "service", k, 1.0),
        )
        return queue(engine, rate, servers, gap, service, int(110_000 * size))

    return run


def _md1(engine: Engine, seed: int, k: int, size: float) -> Figures:
    gap = _exponential(seed, "gap", k, 1 / 0.7)
    return queue(engine, 0.7, 1, gap, lambda: 1.0, int(30_000 * size))


def _mginf(engine: Engine, seed: int, k: int, size: float) -> Figures:
    gap = _exponential(seed, "gap", k, 1 / 12)
    stay = _lognormal(seed, "stay", k, 0.75, 0.9)
    return infinite_servers(engine, gap, stay, 5, 20.0, 1_500 * size)


def _erlang_loss(engine: Engine, seed: int, k: int, size: float) -> Figures:
    gap = _exponential(seed, "gap", k, 1 / 4)
    service = _lognormal(seed, "service", k, 1.0, 0.9)
    return loss_system(engine, 5, 5, gap, service, int(10_000 * size))


def _mm26(engine: Engine, seed: int, k: int, size: float) -> Figures:
    gap = _exponential(seed, "gap", k, 1 / 3)
    service = _exponential(seed, "service", k, 1.0)
    return loss_system(engine, 2, 6, gap, service, int(8_000 * size))


def _jackson(engine: Engine, seed: int, k: int, size: float) -> Figures:
    gap = _exponential(seed, "gap", k, 1.0)
    services = tuple(
        _exponential(seed, f"service {station}", k, 1 / rate)
        for station, rate in enumerate((2.0, 1.8, 1.5))
    )
    again = _share(seed, "rework", k, 0.1)
    return tandem_with_rework(engine, gap, services, again, 500.0, 28_000 * size)


def _repair(engine: Engine, seed: int, k: int, size: float) -> Figures:
    run_time = _exponential(seed, "run", k, 300.0)
    repair = _exponential(seed, "repair", k, 30.0)
    return machine_repair(engine, 10, run_time, repair, 3_000.0, 60_000 * size)


def _priority(engine: Engine, seed: int, k: int, size: float) -> Figures:
    gaps = (
        _exponential(seed, "gap 0", k, 1 / 0.3),
        _exponential(seed, "gap 1", k, 1 / 0.5),
    )
    service = _exponential(seed, "service", k, 1.0)
    return priority_queue(engine, gaps, service, 500.0, 30_000 * size)


#: A model: engine, seed, replication, size (1 is what the tolerances need) -> figures.
Model = Callable[[Engine, int, int, float], Figures]

MODELS: dict[str, Model] = {
    "M/M/1": _mmc(0.8, 1),
    "M/M/3": _mmc(2.4, 3),
    "M/D/1": _md1,
    "M/G/inf": _mginf,
    "Erlang loss": _erlang_loss,
    "M/M/2/6": _mm26,
    "Jackson": _jackson,
    "Machine repair": _repair,
    "Priority queue": _priority,
}
