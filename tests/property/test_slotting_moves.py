"""Whole random re-slottings: every plan can be carried out and saves what it claims."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.slotting import Layout, SlotRule, SlottingProblem, Zone, plan_moves, solve
from backhaul.engine.slotting.moves_checker import check_moves
from backhaul.engine.stop import Stop

LAYOUT = Layout.build([Zone("a", 2), Zone("b", 1)], bays=2)


@st.composite
def problems(draw):
    """Up to twenty products under up to two rules that leave everybody some slot."""
    n = draw(st.integers(1, 20))
    picks = draw(st.lists(st.floats(0, 50), min_size=n, max_size=n))
    zone = draw(st.lists(st.sampled_from(["a", "b"]), min_size=n, max_size=n))
    rules = []
    for r in range(draw(st.integers(0, 2))):
        some = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=n))
        inside = np.flatnonzero(np.arange(len(LAYOUT)) % 5 > r)
        rules.append(SlotRule(f"rule {r}", some, inside))
    ones = [1] * n
    return SlottingProblem(LAYOUT, picks, ones, ones, zone, rules=rules)


@given(problems(), st.integers(0, 5), st.one_of(st.none(), st.floats(0, 4000)), st.booleans())
@settings(max_examples=80, deadline=None)
def test_every_plan_can_be_carried_out(problem, seed, labour, staging):
    """Start from any allowed slotting; the checker carries the moves out one by one."""
    goal = solve(problem)
    assert set(goal.check().codes()) <= {"unplaced"}, str(goal.check())
    generator = np.random.default_rng(seed)
    start, taken = np.full(len(problem), -1), set()
    for i in generator.permutation(len(problem)).tolist():
        able = [s for s in np.flatnonzero(problem.fits(i)).tolist() if s not in taken]
        if able and goal.slot[i] >= 0:
            start[i] = generator.choice(able)
            taken.add(int(start[i]))
    plan = plan_moves(problem, start, goal.slot, labour_seconds=labour, staging=staging)
    report = check_moves(plan, labour)
    assert report.ok, str(report)
    assert plan.metres_per_day >= 0
    assert solve(problem, start=plan.slot, stop=Stop(iterations=0)) is not None
