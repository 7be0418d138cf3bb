"""Whole problems, generated: every answer is held against the independent checkers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backhaul.engine import Status, Stop
from backhaul.engine.loading import (
    DockProblem,
    Door,
    LoadingProblem,
    Transfer,
    Truck,
    schedule_docks,
    solve,
)
from backhaul.engine.packing import ORIENTATIONS, Axle, Bin, Item, Rules, Tractor

DOORS = st.lists(st.sampled_from(("+x", "-x", "+y", "-y", "+z")), min_size=1, unique=True)


@st.composite
def problems(draw):
    size = tuple(draw(st.integers(6, 20)) for _ in range(3))
    items = tuple(
        Item(
            f"i{k}",
            tuple(draw(st.integers(1, 9)) for _ in range(3)),
            copies=draw(st.integers(0, 3)),
            orientations=tuple(draw(st.sets(st.sampled_from(ORIENTATIONS), min_size=1))),
            weight=draw(st.integers(0, 30)),
            stop=draw(st.integers(0, 3)),
            fragile=draw(st.booleans()),
            stackable=draw(st.integers(0, 5)) > 0,
            max_load=draw(st.none() | st.integers(0, 40)),
            groups=tuple(draw(st.sets(st.sampled_from(("a", "b", "c"))))),
            family=draw(st.sampled_from((None, None, None, "f", "g"))),
            must_load=draw(st.integers(0, 6)) == 0,
            priority=draw(st.sampled_from((0, 0, 0, 2))),
        )
        for k in range(draw(st.integers(0, 7)))
    )
    axles, tractor, cog = (), None, {}
    if draw(st.booleans()):
        axles = (
            Axle("a", draw(st.integers(-4, 3)), max=draw(st.integers(20, 120)), tare=5),
            Axle("b", size[0] - draw(st.integers(-2, 2)), max=draw(st.integers(20, 120)), min=0),
        )
        if draw(st.booleans()):
            tractor = Tractor(10, draw(st.integers(0, 10)), 3, 4, 90, 90)
    elif draw(st.booleans()):
        cog = {"x": (0.2, 0.8), "y": (0.2, 0.9)}
    obstacles = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
        at = tuple(draw(st.integers(0, s - 1)) for s in size)
        obstacles.append((at, tuple(draw(st.integers(1, min(4, s - a)))
                                    for a, s in zip(at, size, strict=True))))  # fmt: skip
    vehicle = Bin(
        "v", size, obstacles=tuple(obstacles), max_weight=draw(st.none() | st.integers(0, 150)), doors=tuple(draw(DOORS)),
        axles=axles, tractor=tractor, cog=cog,
    )  # fmt: skip
    rules = Rules(
        min_support=draw(st.sampled_from((0.0, 0.5, 0.75, 1.0))),
        lifo=draw(st.booleans()),
        lifo_above=draw(st.sampled_from(("column", "contact"))),
        fragility=draw(st.booleans()),
        check_sequence=True,
        axle_every_leg=draw(st.booleans()),
        apart=draw(st.sampled_from(((), (), (("a", "b"),), (("c", "c"),)))),
    )
    return LoadingProblem(vehicle, items, rules, must_load=False)


@settings(max_examples=80, deadline=None)
@given(problem=problems(), seed=st.integers(0, 5), threads=st.sampled_from((1, 1, 1, 2)))
def test_every_load_obeys_every_rule(problem, seed, threads):
    plan = solve(problem, stop=Stop(iterations=12), seed=seed, threads=threads)
    report = plan.check()
    # what must go and does not is said twice: by the status, and by the checker
    assert set(report.codes()) <= {"must_load"}, str(report)
    assert ("must_load" in report.codes()) == (plan.status is Status.INFEASIBLE)
    ranked = any(item.must_load or item.priority for item in problem.items)
    assert plan.bound is not None or ranked
    assert plan.bound is None or plan.bound <= plan.cost
    missing = sum(item.copies for item in problem.items) - len(plan.placements)
    assert sum(left.copies for left in plan.left_out) == missing


@st.composite
def docks(draw):
    doors = tuple(Door(str(k), draw(st.integers(0, 20))) for k in range(draw(st.integers(1, 3))))
    names = [door.id for door in doors]
    trucks = tuple(
        Truck(
            f"t{k}",
            draw(st.integers(0, 50)),
            draw(st.integers(0, 90)),
            draw(st.integers(0, 30)),
            weight=draw(st.integers(0, 5)),
            waiting=draw(st.integers(0, 3)),
            crew=draw(st.integers(0, 2)),
            doors=tuple(draw(st.sets(st.sampled_from(names), min_size=1))),
        )
        for k in range(draw(st.integers(0, 6)))
    )
    transfers = ()
    if len(trucks) > 2:
        transfers = (Transfer("t0", "t1", draw(st.integers(0, 9))), Transfer("t1", "t2"))
    crew = draw(st.none() | st.integers(2, 4))
    return DockProblem(trucks, doors, crew, draw(st.integers(0, 5)), transfers)


@settings(max_examples=80, deadline=None)
@given(problem=docks(), seed=st.integers(0, 3))
def test_every_schedule_obeys_every_rule(problem, seed):
    schedule = schedule_docks(problem, stop=Stop(iterations=60), seed=seed)
    report = schedule.check()
    assert report.ok, str(report)
    assert schedule.bound is not None
    assert schedule.bound <= schedule.cost


@settings(max_examples=6, deadline=None)
@given(problem=docks())
def test_the_bound_of_the_relaxation_holds(problem):
    schedule = schedule_docks(problem, stop=Stop(iterations=300), prove=True)
    assert schedule.bound is not None
    assert schedule.bound <= schedule.cost + 1e-6
