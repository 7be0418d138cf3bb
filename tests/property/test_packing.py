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
            groups=tuple(draw(st.lists(st.sampled_from("abc"), max_size=2))),
            family=draw(st.sampled_from([None, None, None, "f", "g"])),
            must_load=draw(st.sampled_from([False, False, False, True])),
            priority=draw(st.integers(0, 2)),
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
            obstacles=tuple(((0, 0, z), (1, 1, 1)) for z in draw(st.lists(st.just(0), max_size=1))),
            cog=draw(
                st.sampled_from([{}, {}, {"x": (0.4, 0.6)}, {"y": (0.3, 0.5), "z": (0, 0.4)}])
            ),
            overhang=draw(st.sampled_from([0, 0, 1, (0, 1), (1, 0, 0, 1)])),
        )
        for k in range(draw(st.integers(1, 3)))
    ]
    rules = Rules(
        min_support=draw(st.sampled_from([0, 0.5, 0.75, 1])),
        fragility=draw(st.booleans()),
        apart=tuple(draw(st.lists(st.tuples(*[st.sampled_from("abc")] * 2), max_size=2))),
    )
    kind = draw(st.sampled_from(["knapsack", "bin_packing"]))
    return PackingProblem(bins, items, kind, rules)


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 3))
def test_every_answer_keeps_every_rule(problem, seed):
    """Violations can only be items that an answer admits to have left out."""
    solution = solve(problem, stop=Stop(iterations=60), seed=seed)
    report = solution.check()
    assert set(report.codes()) <= {"missing_item", "must_load"}
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
