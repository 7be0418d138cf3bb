"""The call centre: calls come by the hour, agents answer, the patient wait."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from backhaul.engine.random import generator
from backhaul.sim.people import erlang_c_agents
from backhaul.sim.spine import HOUR_S, Gate

__all__ = ["CallCentre", "agents_by_erlang", "agents_fixed"]

ANSWER_WITHIN_S = 20


def agents_by_erlang(calls_per_h: float, handle_s: float, _busiest: float) -> int:
    """Return the fewest agents that answer 80 % of the calls within 20 s (Erlang C)."""
    return erlang_c_agents(calls_per_h, handle_s, share=0.8, answer_within_s=ANSWER_WITHIN_S)


def agents_fixed(_calls_per_h: float, handle_s: float, average: float) -> int:
    """Return a team for the average hour, the same all day."""
    return max(1, round(average * handle_s / HOUR_S * 1.25))


class CallCentre:
    """Answers calls on the clock: one process a call, a resource of agents.

    Parameters
    ----------
    engine : object
        The engine's classes (`Resource`).
    env : object
        The clock.
    gate : Gate
        Must know ``call_staffing``.
    handle_s : float
        Mean length of a call (exponential).
    seed : int
    """

    def __init__(
        self,
        engine: Any,  # noqa: ANN401 - either engine's module
        env: Any,  # noqa: ANN401
        gate: Gate,
        handle_s: float,
        seed: int,
    ) -> None:
        self._engine, self._env, self._gate = engine, env, gate
        self.handle_s, self._seed = handle_s, seed
        self.calls = self.in_time = self.talk_s = self.staffed_s = 0

    def day(self, day: int, calls_by_hour: list[float]) -> Generator[Any, Any, None]:
        """Run one day: staff each hour, let calls arrive."""
        env = self._env
        open_hours = [calls for calls in calls_by_hour if calls > 0]
        average = sum(open_hours) / max(len(open_hours), 1)
        rng = generator(self._seed, "calls", 0, day)
        for hour, mean in enumerate(calls_by_hour):
            start = day * 24 * HOUR_S + hour * HOUR_S
            if env.now < start:
                yield env.timeout(start - env.now)
            number = int(rng.poisson(mean)) if mean > 0 else 0
            if mean <= 0:
                continue
            agents = self._gate.decide("call_staffing", mean, self.handle_s, average)
            self.staffed_s += agents * HOUR_S
            team = self._engine.Resource(env, capacity=agents)
            moments = sorted(int(x) for x in rng.integers(0, HOUR_S, number))
            lengths = [max(1, round(x)) for x in rng.exponential(self.handle_s, number)]
            for moment, length in zip(moments, lengths, strict=True):
                env.process(self._call(team, start + moment - int(env.now), length))

    def _call(self, team: Any, wait_s: int, length_s: int) -> Generator[Any, Any, None]:  # noqa: ANN401
        yield self._env.timeout(wait_s)
        rang = self._env.now
        with team.request() as agent:
            yield agent
            self.calls += 1
            self.in_time += self._env.now - rang <= ANSWER_WITHIN_S
            self.talk_s += length_s
            yield self._env.timeout(length_s)
