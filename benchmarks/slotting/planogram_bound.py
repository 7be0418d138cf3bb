"""The bound of HiGHS on planograms whose blocks stand together.

Given to HiGHS as one model, blocks are tied to their places by big constants, and nothing is
proven in an hour. Here a block chooses one run of shelves, and one width on it, and what it costs
at least there is a convex function of the width: HiGHS prices the rows of the rectangle, every
product picks the best of all ways to spread its facings (Dantzig and Wolfe 1960), and every price
is a line below the true cost. HiGHS then chooses runs and widths that fit side by side, lines are
added where it chose, and it chooses again, until nothing changes. What is relaxed: facings are mixed
within a product, and widths fit shelf by shelf without a common place.
"""

from __future__ import annotations

import math
import time

import numpy as np

#: Prices of a millimetre that the first lines are drawn for, in multiples of the empty millimetre.
FIRST = (0.0, 0.4, 1.0, 2.0, 4.0, 8.0, 16.0)


def _quiet(highspy):
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    return model


def _ways(problem, i, shelves):
    """All ways to spread the facings of a product over shelves, and what they cost."""
    p = problem.products[i]
    open_ = [k for k, s in enumerate(shelves) if problem.units[i, s] > 0]
    found = []

    def spread(k, left, facings):
        if k == len(open_):
            if not any(facings) or sum(facings) >= problem.least_facings[i]:
                found.append(list(facings))
            return
        for n in range(left + 1):
            facings[open_[k]] = n
            spread(k + 1, left - n, facings)
        facings[open_[k]] = 0

    spread(0, p.most, [0] * len(shelves))
    facings = np.array(found, dtype=float)
    rate, demand = problem.period_d / p.interval_d, p.demand_per_day * p.interval_d
    short = np.maximum(0, demand - facings @ problem.units[i, shelves])
    level = p.level_cents * facings @ np.array([problem.levels[s] for s in shelves])
    fill = problem.empty_cents_per_mm * p.width_mm * facings.sum(1)
    return facings, rate * p.shortage_cents * short + level - fill


class _Run:
    """A block on a run of shelves."""

    def __init__(self, highspy, problem, members, first, last):
        self.first, self.last, self.lines = first, last, []
        rows = list(range(first, last + 1))
        ways = [_ways(problem, i, rows) for i in members]
        self.facings = np.vstack([w[0] for w in ways])
        self.cost = np.concatenate([w[1] for w in ways])
        sizes = [len(w[1]) for w in ways]
        self.begin = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.owner = np.repeat(np.arange(len(members)), sizes)
        widths = np.array([problem.products[i].width_mm for i in members], dtype=float)
        self.used = self.facings * widths[self.owner][:, None]
        self.members, self.rows = len(members), len(rows)
        self.model, self.known = _quiet(highspy), np.zeros(len(self.cost), dtype=bool)
        far = highspy.kHighsInf
        for low, high, many in ((1, 1, self.members), (-far, 0, self.rows), (1, far, self.rows)):
            for _ in range(many):
                self.model.addRow(low, high, 0, [], [])
        room = np.arange(self.members, self.members + self.rows, dtype=np.int32)
        self.model.addCol(0, 0, far, self.rows, room, -np.ones(self.rows))
        for k in range(self.rows):  # a row may stay bare at a price, so that something is feasible
            self.model.addCol(1e5, 0, far, 1, np.array([room[-1] + 1 + k]), np.ones(1))
        self._add(self.begin)
        self._add(self._cheapest(self.cost))

    def _cheapest(self, cost):
        ends = [*self.begin[1:], len(cost)]
        return [a + int(np.argmin(cost[a:b])) for a, b in zip(self.begin, ends, strict=True)]

    def _add(self, ways):
        for k in ways:
            if not self.known[k]:
                self.known[k] = True
                on = np.nonzero(self.facings[k])[0]
                rows = np.concatenate(
                    [[self.owner[k]], self.members + on, self.members + self.rows + on]
                )
                values = np.concatenate([[1.0], self.used[k, on], self.facings[k, on]])
                self.model.addCol(self.cost[k], 0, 1e30, len(rows), rows.astype(np.int32), values)

    def line(self, *, price=None, width=None):
        """Draw the line that is highest at a width, or that falls by a price."""
        self.model.changeColCost(0, 0 if price is None else price)
        self.model.changeColBounds(0, 0, 1e30 if width is None else width)
        n, r = self.members, self.rows
        for _ in range(200):
            self.model.run()
            dual = np.array(self.model.getSolution().row_dual)
            paid, bare = -np.minimum(0, dual[n : n + r]), np.maximum(0, dual[n + r :])
            reduced = self.cost + self.used @ paid - self.facings @ bare
            best = self._cheapest(reduced)
            gap = dual[:n] - reduced[best]
            if gap.max() < 1e-6 * max(1.0, float(np.abs(self.cost).max())):
                break
            self._add([k for k, g in zip(best, gap, strict=True) if g > 1e-7])
        # Whatever the duals, this is a valid line: it needs no trust in the solver's tolerances.
        # Rounded downwards, so that no coefficient is too small for the next model.
        value, slope = float(reduced[best].sum() + bare.sum()), float(paid.sum())
        return math.floor(value * 1e6) / 1e6, math.ceil(slope * 1e7) / 1e7


def _choose(highspy, problem, runs, unlisted, whole, seconds):
    """Choose a run and a width for every block: bound, and what was chosen."""
    model = _quiet(highspy)
    model.setOptionValue("time_limit", max(1.0, seconds))
    model.setOptionValue("mip_rel_gap", 1e-4)
    room = [s.width_mm for s in problem.shelves]
    total = []
    chosen = []
    for mine, without in zip(runs, unlisted, strict=True):
        out = model.addVariable(0, 1)
        picks, terms = [out], [without * out]
        for run in mine:
            widest = min(room[run.first : run.last + 1])
            pick, width = model.addVariable(0, 1), model.addVariable(0, widest)
            cost = model.addVariable(-1e30, 1e30)
            model.addConstr(width <= widest * pick)
            for value, slope in run.lines:
                line = value * pick - slope * width if slope else value * pick
                model.addConstr(cost >= line)
            chosen.append((run, pick, width, cost))
            picks.append(pick)
            terms.append(cost)
        model.addConstr(sum(picks) == 1)
        total.extend(terms)
        if whole:
            for pick in picks:
                model.changeColIntegrality(pick.index, highspy.HighsVarType.kInteger)
    for s, wide in enumerate(room):
        model.addConstr(sum(w for run, _, w, _ in chosen if run.first <= s <= run.last) <= wide)
    model.minimize(sum(total))
    info, value = model.getInfo(), np.array(model.getSolution().col_value)
    bound = info.mip_dual_bound if whole else info.objective_function_value
    if len(value) == 0 or not np.isfinite(bound):
        return -np.inf, []
    picked = [(r, *(float(value[v.index]) for v in (p, w, c))) for r, p, w, c in chosen]
    return bound, [p for p in picked if p[1] > 1e-6]


def bound_with_blocks(problem, seconds):
    """Return a bound on every planogram of this problem with its blocks, or None without HiGHS.

    Demand must be certain and not grow with facings, as in the instances of the field.
    """
    try:
        import highspy
    except ImportError:
        return None
    if any(p.variation or p.elasticity or p.margin_cents for p in problem.products):
        raise ValueError("certain demand without elasticity, margins as shortage")
    until = time.monotonic() + seconds
    shelves = problem.shelves
    runs, unlisted = [], []
    for name in problem.blocks:
        members = [i for i, p in enumerate(problem.products) if p.block == name]
        each = [problem.products[i] for i in members]
        unlisted.append(sum(problem.period_d * p.shortage_cents * p.demand_per_day for p in each))
        fits = (problem.units[members] > 0).any(0)
        mine = []
        for first in range(len(shelves)):
            for last in range(first, len(shelves)):
                same = shelves[first].fixture == shelves[last].fixture
                if same and fits[first : last + 1].all():
                    run = _Run(highspy, problem, members, first, last)
                    scale = problem.empty_cents_per_mm
                    run.lines = [run.line(price=scale * f) for f in FIRST]
                    mine.append(run)
        runs.append(mine)
    constant = problem.empty_cents_per_mm * sum(s.width_mm for s in shelves)
    best = -np.inf
    for whole, rounds in ((False, 100), (True, 20)):
        for _ in range(rounds):
            left = until - time.monotonic()
            if left <= 0:
                break
            bound, chosen = _choose(highspy, problem, runs, unlisted, whole, left)
            stuck = not whole and bound - best < 1e-5 * max(1.0, abs(bound))
            best = max(best, bound)
            new = 0
            for run, pick, width, cost in chosen:
                value, slope = run.line(width=width / pick)
                if value * pick - slope * width > cost + 1e-4 * max(1.0, abs(cost)):
                    run.lines.append((value, slope))
                    new += 1
            if not new or stuck:
                break
    runs.clear()  # their models before the solver's own end
    return best + constant
