"""Who works where: hours budgets, absence, overtime, turnover, hiring and the learning curve.

Staff are counted by site and role, in seconds of work; draws come from streams named by site, role and
day, so that the same people fall ill on the same day whatever the strategy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.random import uniforms
from backhaul.sim.world import Role

__all__ = ["Headcount", "WorkDay"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WorkDay:
    """What became of one day's roster at one site, by role; all in seconds."""

    required_s: npt.NDArray[np.int64]
    rostered_s: npt.NDArray[np.int64]
    absent_s: npt.NDArray[np.int64]
    overtime_s: npt.NDArray[np.int64]
    worked_s: npt.NDArray[np.int64]
    covered_s: npt.NDArray[np.int64]


class Headcount:
    """Headcount by site and role.

    Parameters
    ----------
    roles : sequence of Role
    headcount : array of float, shape (sites, roles)
        People in service on the first day (whole numbers).
    seed : int
    overtime_limit : float
        Overtime of a day, at most this share of the rostered time.
    """

    def __init__(
        self,
        roles: Sequence[Role],
        headcount: npt.NDArray[np.int64],
        seed: int,
        *,
        overtime_limit: float = 0.15,
    ) -> None:
        self.roles = tuple(roles)
        self.headcount = headcount.astype(np.int64)
        self._seed, self._overtime_limit = seed, overtime_limit
        self._joining: list[tuple[int, int, int, int]] = []  # day, site, role, people
        self._new: list[tuple[int, int, int, int]] = []  # start day, site, role, people
        self.hired = self.left = 0

    def capacity_s(self) -> npt.NDArray[np.float64]:
        """Return a day's contracted seconds by site and role, before absence."""
        hours = np.array([role.hours_per_week for role in self.roles])
        return np.asarray(self.headcount * hours * 3600 / 7)

    def work(self, day: int, site: int, required_s: Ints, rostered_s: Ints) -> WorkDay:
        """Draw absence from a rostered day, and fill the gap to the need with overtime."""
        absence = np.array([role.absence_share for role in self.roles])
        draw = uniforms(self._seed, "absence", site, day, len(self.roles))
        absent = (rostered_s * np.clip(absence * (0.5 + draw), 0, 1)).astype(np.int64)
        present = rostered_s - absent
        speed = self._speed(day, site)
        gap = np.maximum(required_s - present * speed, 0)
        overtime = np.minimum(gap, present * self._overtime_limit).astype(np.int64)
        worked = present + overtime
        covered = np.minimum(required_s, (worked * speed).astype(np.int64))
        return WorkDay(required_s, rostered_s, absent, overtime, worked, covered)

    def _speed(self, day: int, site: int) -> npt.NDArray[np.float64]:
        """Return the average speed of each role's people: newcomers are slower."""
        speed = np.ones(len(self.roles))
        for start, where, role, people in self._new:
            if where == site and self.headcount[site, role] > 0:
                r = self.roles[role]
                behind = (1 - r.learning_start_share) * max(
                    0.0, 1 - (day - start) / max(7 * r.learning_weeks, 1)
                )
                speed[role] -= behind * people / self.headcount[site, role]
        return np.maximum(speed, 0.3)

    def leave(self, day: int) -> npt.NDArray[np.int64]:
        """Draw who leaves today, by site and role; return how many."""
        sites, roles = self.headcount.shape
        hazard = np.array([role.turnover_per_year for role in self.roles]) / 365
        leavers = np.zeros_like(self.headcount)
        for site in range(sites):
            draw = uniforms(self._seed, "turnover", site, day, roles)
            mean = self.headcount[site] * hazard
            # One draw decides a Poisson count by inversion: coupled between strategies.
            probability = np.exp(-mean)
            total, count = probability.copy(), np.zeros(roles, dtype=np.int64)
            while (more := draw > total).any() and count.max() < 50:
                count[more] += 1
                probability = probability * mean / np.maximum(count, 1)
                total = np.where(more, total + probability, total)
            leavers[site] = np.minimum(count, self.headcount[site])
        self.headcount -= leavers
        self.left += int(leavers.sum())
        return leavers

    def hire(self, day: int, people: npt.NDArray[np.int64]) -> int:
        """Start hiring, by site and role; return what recruiting costs in cents."""
        cost = 0
        for site, role in zip(*np.nonzero(people), strict=True):
            number = int(people[site, role])
            lead = self.roles[role].hire_lead_d
            self._joining.append((day + lead, int(site), int(role), number))
            cost += number * self.roles[role].hire_cents
        self.hired += int(people.sum())
        return cost

    def join(self, day: int) -> list[tuple[int, int, int]]:
        """Let those whose day has come begin; return (site, role, people)."""
        begin = [entry for entry in self._joining if entry[0] <= day]
        self._joining = [entry for entry in self._joining if entry[0] > day]
        for _, site, role, number in begin:
            self.headcount[site, role] += number
            self._new.append((day, site, role, number))
        longest = max((7 * role.learning_weeks for role in self.roles), default=0)
        self._new = [entry for entry in self._new if day - entry[0] <= longest]
        return [(site, role, number) for _, site, role, number in begin]

    def coming(self) -> npt.NDArray[np.int64]:
        """Return how many are hired and not yet there, by site and role."""
        table = np.zeros_like(self.headcount)
        for _, site, role, number in self._joining:
            table[site, role] += number
        return table
