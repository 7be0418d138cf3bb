"""Whole random batching problems: every answer is held against the checker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine.slotting import BatchingProblem, Dock, Layout, PickTimes, solve_batching
from backhaul.engine.stop import Stop


@st.composite
def problems(draw):
    """A small warehouse with docks, orders of up to four lines, perhaps due times."""
    aisles, blocks = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    crosses = [3_000 * i for i in range(blocks + 1)]
    dock = st.builds(
        Dock, st.integers(0, aisles - 1), st.integers(0, blocks), st.integers(0, 2_000)
    )
    slots = 12
    layout = Layout.from_spots(
        [2_000 * i for i in range(aisles)],
        crosses,
        aisle=draw(st.lists(st.integers(0, aisles - 1), min_size=slots, max_size=slots)),
        y_mm=draw(st.lists(st.integers(0, crosses[-1]), min_size=slots, max_size=slots)),
        starts=draw(st.lists(dock, min_size=1, max_size=2)),
        ends=draw(st.none() | st.lists(dock, min_size=1, max_size=2)),
    )
    rows = draw(st.lists(st.lists(st.integers(0, slots - 1), max_size=4), max_size=8))
    n = len(rows)
    times = None
    if draw(st.booleans()):
        whole = st.lists(st.integers(0, 60), min_size=n, max_size=n)
        times = PickTimes(draw(st.integers(1, 3)), draw(whole), draw(whole), draw(whole))
    return BatchingProblem(
        layout,
        np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(int),
        [s for r in rows for s in r],
        np.array([[len(r), 1] for r in rows], dtype=np.int64).reshape(n, 2),
        [draw(st.integers(4, 9)), 3],
        times=times,
    )


@given(problems(), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_answers_keep_every_rule(problem, seed):
    """Nothing may be reported: every order fits a cart alone, so that a whole plan exists."""
    solution = solve_batching(problem, seed=seed, stop=Stop(iterations=300))
    report = solution.check()
    assert report.ok, str(report)
    assert solution.bound <= solution.cost + 1e-9
    again = solve_batching(problem, start=solution.batch, seed=seed, stop=Stop(iterations=50))
    assert again.cost <= solution.cost + 1e-9
