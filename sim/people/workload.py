"""From volumes to hours: standard minutes per driver, and Erlang's formula for queues of calls."""

from __future__ import annotations

import math
from collections.abc import Mapping

from backhaul.sim.world import Role, Staff

__all__ = ["erlang_c_agents", "erlang_c_service", "required_s"]


def required_s(staff: Staff, role: Role, volumes: Mapping[str, float], *, days: int = 1) -> int:
    """Return the seconds of a role's work at one site for the volumes of some days.

    Parameters
    ----------
    staff : Staff
        Its standards say how long one unit of each driver takes.
    role : Role
        Its fixed hours come on top.
    volumes : mapping of str to float
        By driver of workload (``baskets, cases, lines``); drivers without a standard do not count.
    days : int
        Days that the volumes span, for the fixed hours.
    """
    variable = sum(
        standard.seconds * volumes.get(standard.driver, 0.0)
        for standard in staff.standards
        if standard.role == role.name
    )
    return round(variable + role.fixed_hours_per_week * 3600 / 7 * days)


def erlang_c_service(
    calls_per_h: float, handle_s: float, agents: int, answer_within_s: float
) -> float:
    """Return the share of calls answered in time with so many agents (Erlang 1917, M/M/c).

    Examples
    --------
    >>> round(erlang_c_service(250, 330, 28, 30), 3)
    0.857
    """
    load = calls_per_h * handle_s / 3600
    if load == 0:
        return 1.0
    if agents <= load:
        return 0.0
    # Erlang B by its recursion, then C: no factorials, no overflow.
    blocked = 1.0
    for c in range(1, agents + 1):
        blocked = load * blocked / (c + load * blocked)
    waits = blocked / (1 - load / agents * (1 - blocked))
    return 1 - waits * math.exp(-(agents - load) * answer_within_s / handle_s)


def erlang_c_agents(
    calls_per_h: float, handle_s: float, *, share: float = 0.8, answer_within_s: float = 20
) -> int:
    """Return the fewest agents that answer `share` of the calls in time.

    Examples
    --------
    >>> erlang_c_agents(250, 330, share=0.8, answer_within_s=30)
    28
    >>> erlang_c_agents(200, 180, share=0.8, answer_within_s=20)
    14
    """
    agents = max(1, math.ceil(calls_per_h * handle_s / 3600))
    while erlang_c_service(calls_per_h, handle_s, agents, answer_within_s) < share:
        agents += 1
    return agents
