"""Time-weighted statistics of a resource, on either engine."""

from __future__ import annotations

from typing import Any, Protocol, cast

from backhaul.sim.clock import _core

__all__ = ["Statistics", "observe"]


class Statistics(Protocol):
    """What is known of a resource that is observed.

    `level` is the number of users of a resource, the amount in a container or the number of items
    in a store. Requests wait in the put queue.
    """

    @property
    def elapsed(self) -> float:
        """The time over which the figures are taken."""

    @property
    def mean_level(self) -> float:
        """Time-weighted mean of the level."""

    @property
    def utilisation(self) -> float:
        """Mean level over capacity."""

    @property
    def mean_put_queue(self) -> float:
        """Time-weighted mean number of puts (requests) that wait."""

    @property
    def mean_get_queue(self) -> float:
        """Time-weighted mean number of gets that wait."""

    @property
    def mean_put_wait(self) -> float:
        """Mean time that served puts (requests) had waited."""

    @property
    def mean_get_wait(self) -> float:
        """Mean time that served gets had waited."""

    @property
    def puts_served(self) -> int:
        """How many puts (requests) were served."""

    @property
    def puts_delayed(self) -> int:
        """How many of them had to wait."""

    @property
    def gets_served(self) -> int:
        """How many gets (releases) were served."""

    @property
    def gets_delayed(self) -> int:
        """How many of them had to wait."""

    @property
    def max_level(self) -> float:
        """The highest level that lasted."""

    @property
    def max_put_queue(self) -> int:
        """The longest put queue that lasted."""

    @property
    def max_get_queue(self) -> int:
        """The longest get queue that lasted."""

    def reset(self) -> None:
        """Forget what was seen so far, for example at the end of a warm-up."""


def observe(resource: _core.BaseResource) -> Statistics:
    """Start to keep statistics of a resource, container or store of either engine.

    Examples
    --------
    >>> from backhaul.sim import clock
    >>> env = clock.make_environment()
    >>> door = clock.Resource(env)
    >>> seen = observe(door)
    >>> def truck(env):
    ...     with door.request() as turn:
    ...         yield turn
    ...         yield env.timeout(30)
    >>> processes = [env.process(truck(env)) for _ in range(2)]
    >>> env.run(until=100)
    >>> seen.utilisation, seen.mean_put_wait, seen.max_put_queue
    (0.6, 15.0, 1)
    """
    one: Any = resource  # SimPy's have no common type with the compiled ones
    return one.observe() if isinstance(one, _core.BaseResource) else _StockStatistics(one)


class _NotedList(list[Any]):
    """A list of SimPy's that tells when it changes."""

    def __init__(self, values: Any, statistics: _StockStatistics) -> None:
        super().__init__(values)
        self.statistics = statistics

    def append(self, value: Any) -> None:
        super().append(value)
        if hasattr(value, "callbacks"):
            value._asked = self.statistics.moment()
        self.statistics.note()

    def pop(self, place: Any = -1) -> Any:
        value = super().pop(place)
        self.statistics.note()
        return value

    def remove(self, value: Any) -> None:
        super().remove(value)
        self.statistics.note()


class _NotedSortedList(_NotedList):
    """The same for a queue by priority."""

    maxlen = None

    def append(self, value: Any) -> None:
        super().append(value)
        self.sort(key=lambda event: event.key)


class _StockStatistics:
    """The compiled `Statistics`, kept in Python by watching a resource of SimPy's."""

    def __init__(self, resource: Any) -> None:
        self.resource = resource
        by_priority = hasattr(resource.put_queue, "maxlen")
        self.note_nothing = True
        kind = _NotedSortedList if by_priority else _NotedList
        resource.put_queue = kind(resource.put_queue, self)
        resource.get_queue = _NotedList(resource.get_queue, self)
        if hasattr(resource, "users"):
            resource.queue = resource.put_queue
        self._watch("_do_put", put=True)
        self._watch("_do_get", put=False)
        self.note_nothing = False
        self.reset()

    def _watch(self, name: str, *, put: bool) -> None:
        original = getattr(self.resource, name)

        def watched(event: Any) -> Any:
            result = original(event)
            if event.triggered:
                self.served(event, put=put)
            self.note()
            return result

        setattr(self.resource, name, watched)

    def moment(self) -> float:
        """Return the current time."""
        return float(self.resource._env.now)

    def current_level(self) -> float:
        """Return the level of whatever kind of resource it is."""
        for name in ("users", "items"):
            if hasattr(self.resource, name):
                return float(len(getattr(self.resource, name)))
        return float(self.resource.level)

    def reset(self) -> None:
        """Forget what was seen so far."""
        self.since = self.last = self.moment()
        self.level, self.top_level = self.current_level(), 0.0
        self.puts = self.gets = self.top_puts = self.top_gets = 0
        self.level_area = self.puts_area = self.gets_area = 0.0
        self.put_wait_sum = self.get_wait_sum = 0.0
        self.puts_served = self.gets_served = self.puts_delayed = self.gets_delayed = 0
        self.note()

    def note(self) -> None:
        """Add the time since the last change at the old state, and take over the new one."""
        if self.note_nothing:
            return
        now = self.moment()
        passed, self.last = now - self.last, now
        if passed > 0:
            # Only a state that lasted counts: an event may pass through a queue in no time.
            self.level_area += passed * self.level
            self.puts_area += passed * self.puts
            self.gets_area += passed * self.gets
            self.top_level = max(self.top_level, self.level)
            self.top_puts = max(self.top_puts, self.puts)
            self.top_gets = max(self.top_gets, self.gets)
        self.level = self.current_level()
        # An event that was granted still stands in its queue until the resource takes it out.
        self.puts = sum(not event.triggered for event in self.resource.put_queue)
        self.gets = sum(not event.triggered for event in self.resource.get_queue)

    def served(self, event: Any, *, put: bool) -> None:
        """Count a request that was served, and how long it had waited."""
        waited = self.moment() - cast("float", event._asked)
        if put:
            self.puts_served += 1
            self.put_wait_sum += waited
            self.puts_delayed += waited > 0
        else:
            self.gets_served += 1
            self.get_wait_sum += waited
            self.gets_delayed += waited > 0

    @property
    def elapsed(self) -> float:
        """The time over which the figures are taken."""
        return self.moment() - self.since

    def _mean(self, area: float) -> float:
        return area / self.elapsed if self.elapsed > 0 else 0.0

    @property
    def mean_level(self) -> float:
        """Time-weighted mean of the level."""
        self.note()
        return self._mean(self.level_area)

    @property
    def mean_put_queue(self) -> float:
        """Time-weighted mean number of puts that wait."""
        self.note()
        return self._mean(self.puts_area)

    @property
    def mean_get_queue(self) -> float:
        """Time-weighted mean number of gets that wait."""
        self.note()
        return self._mean(self.gets_area)

    @property
    def utilisation(self) -> float:
        """Mean level over capacity."""
        return self.mean_level / float(self.resource.capacity)

    @property
    def mean_put_wait(self) -> float:
        """Mean time that served puts had waited."""
        return self.put_wait_sum / self.puts_served if self.puts_served else 0.0

    @property
    def mean_get_wait(self) -> float:
        """Mean time that served gets had waited."""
        return self.get_wait_sum / self.gets_served if self.gets_served else 0.0

    @property
    def max_level(self) -> float:
        """The highest level that lasted."""
        self.note()
        return self.top_level

    @property
    def max_put_queue(self) -> int:
        """The longest put queue that lasted."""
        self.note()
        return self.top_puts

    @property
    def max_get_queue(self) -> int:
        """The longest get queue that lasted."""
        self.note()
        return self.top_gets
