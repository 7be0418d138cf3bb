"""People: workload from volumes, rosters, absence, turnover, hiring and training."""

from backhaul.sim.people.roster import roster_shifts
from backhaul.sim.people.staff import Headcount, WorkDay
from backhaul.sim.people.workload import erlang_c_agents, erlang_c_service, required_s

__all__ = [
    "Headcount",
    "WorkDay",
    "erlang_c_agents",
    "erlang_c_service",
    "required_s",
    "roster_shifts",
]
