"""Whole random slotting problems: every answer is held against the checker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from backhaul.engine.slotting import Affinity, Layout, Level, SlottingProblem, Zone, solve
from backhaul.engine.stop import Stop


@st.composite
def problems(draw):
    """A small warehouse with uneven levels, and products that do not all fit."""
    level = st.builds(
        Level,
        volume_cm3=st.integers(0, 3),
        weight_g=st.integers(0, 3),
        access_mm=st.integers(0, 5000),
    )
    zones = [
        Zone(name, draw(st.integers(1, 2)), tuple(draw(st.lists(level, min_size=1, max_size=2))))
        for name in ("ambient", "chill")
    ]
    layout = Layout.build(zones, bays=draw(st.integers(1, 3)), blocks=draw(st.integers(1, 3)))
    n = draw(st.integers(0, 30))
    whole = st.lists(st.integers(0, 3), min_size=n, max_size=n)
    picks = draw(st.lists(st.floats(0, 100), min_size=n, max_size=n))
    zone = draw(st.lists(st.sampled_from(["ambient", "chill"]), min_size=n, max_size=n))
    pairs = None
    if n > 1 and draw(st.booleans()):
        every = [(a, b) for a in range(n) for b in range(a + 1, n)]
        some = draw(st.lists(st.sampled_from(every), unique=True, min_size=1, max_size=20))
        a, b = zip(*some, strict=True)
        joint = draw(st.lists(st.floats(0, 10), min_size=len(some), max_size=len(some)))
        pairs = Affinity(a, b, joint)
    return SlottingProblem(layout, picks, draw(whole), draw(whole), zone, affinity=pairs)


@given(problems(), st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_answers_keep_every_rule(problem, seed):
    """Only `unplaced` may be reported, the claimed cost is right, and the bound holds."""
    solution = solve(problem, seed=seed, stop=Stop(iterations=500))
    report = solution.check()
    assert set(report.codes()) <= {"unplaced"}, str(report)
    assert solution.bound <= solution.cost + 1e-9
    # Nothing is left out that could stand somewhere: as many are placed as any matching can.
    fits = csr_matrix(
        np.array([problem.fits(i) for i in range(len(problem))]).reshape(
            len(problem), len(problem.layout)
        )
    )
    most = (
        int((maximum_bipartite_matching(fits, perm_type="column") >= 0).sum())
        if len(problem)
        else 0
    )
    assert report.figures["placed"] == most
