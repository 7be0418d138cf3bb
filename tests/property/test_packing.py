"""Whole problems are generated; every answer must pass the checker, and claims must be true."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine import Stop
from backhaul.engine.packing import ORIENTATIONS, Bin, Item, PackingProblem, Rules, solve

sizes = st.tuples(*[st.integers(1, 12)] * 3)
orientations = st.lists(st.sampled_from(ORIENTATIONS), min_size=1, max_size=6, unique=True)
maybe = st.none() | st.integers(0, 40)


@st.composite
def problems(draw):
    items = [
        Item(
            f"i{k}",
            draw(sizes),
            copies=draw(st.integers(0, 9)),
            orientations=tuple(draw(orientations)),
            weight=draw(st.integers(0, 9)),
            profit=draw(maybe),
            max_load=draw(maybe),
            stackable=draw(st.booleans()),
            fragile=draw(st.booleans()),
        )
        for k in range(draw(st.integers(0, 6)))
    ]
    bins = [
        Bin(
            f"b{k}",
            draw(sizes),
            copies=draw(st.none() | st.integers(0, 3)),
            cost=draw(st.integers(0, 5)),
            max_weight=draw(maybe),
        )
        for k in range(draw(st.integers(1, 3)))
    ]
    rules = Rules(
        min_support=draw(st.sampled_from([0, 0.5, 0.75, 1])), fragility=draw(st.booleans())
    )
    kind = draw(st.sampled_from(["knapsack", "bin_packing"]))
    return PackingProblem(bins, items, kind, rules)


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 3))
def test_every_answer_keeps_every_rule(problem, seed):
    """Violations can only be items that an answer admits to have left out."""
    solution = solve(problem, stop=Stop(iterations=60), seed=seed)
    report = solution.check()
    assert set(report.codes()) <= {"missing_item"}
    assert report.ok or solution.status == "infeasible"
    assert solution.bound <= solution.cost
    assert report.figures["missing"] == sum(out.count for out in solution.left_out)


@settings(max_examples=20, deadline=None)
@given(problems())
def test_the_same_seed_gives_the_same_answer(problem):
    """Limited by work, an answer is a function of problem and seed alone, whatever the threads."""
    stop = Stop(iterations=40)
    one = solve(problem, stop=stop, seed=5)
    assert solve(problem, stop=stop, seed=5).bins == one.bins
