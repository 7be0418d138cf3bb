"""A clock that keeps pace with the wall clock."""

from __future__ import annotations

from time import monotonic, sleep

from backhaul.sim.clock.core import EmptySchedule, Environment, Infinity, SimTime

__all__ = ["RealtimeEnvironment"]


class RealtimeEnvironment(Environment):
    """Processes each event when its time has come on the wall clock.

    Parameters
    ----------
    initial_time : int or float
        Where the clock starts.
    factor : float
        Seconds of wall clock per unit of time.
    strict : bool
        Whether falling behind by more than one unit of time is an error.

    Examples
    --------
    >>> env = RealtimeEnvironment(factor=0.001)
    >>> env.run(until=env.timeout(2, "two milliseconds later"))
    'two milliseconds later'
    """

    def __init__(self, initial_time: SimTime = 0, factor: float = 1.0, strict: bool = True) -> None:
        super().__init__(initial_time)
        self.env_start = initial_time
        self.real_start = monotonic()
        self._factor = factor
        self._strict = strict

    @property
    def factor(self) -> float:
        """Seconds of wall clock per unit of time."""
        return self._factor

    @property
    def strict(self) -> bool:
        """Whether falling behind is an error."""
        return self._strict

    def sync(self) -> None:
        """Start to count from now, after work that took real time before the run."""
        self.real_start = monotonic()

    def step(self) -> None:
        """Process the next event when its time has come.

        Raises
        ------
        RuntimeError
            `strict`, and the event is late by more than one unit of time.
        """
        due = self.peek()
        if due == Infinity:
            raise EmptySchedule
        real = self.real_start + (due - self.env_start) * self._factor
        late = monotonic() - real
        if self._strict and late > self._factor:
            raise RuntimeError(f"Simulation too slow for real time ({late:.3f}s).")
        while (rest := real - monotonic()) > 0:
            sleep(rest)
        super().step()
