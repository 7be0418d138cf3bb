"""Who travels with whom, what must go, and room that is taken already."""

from dataclasses import replace

from backhaul.engine import Status, Stop
from backhaul.engine.loading import ROAD_RULES, LoadingProblem, LoadOracle, LoadPlan, solve
from backhaul.engine.packing import Bin, Item, PackingProblem
from backhaul.engine.packing.company import native_worth

SHORT = Stop(iterations=40)
HALL = Bin("truck", (10, 10, 10))


def loaded(plan):
    """Return how many of each item are in."""
    count = dict.fromkeys((item.id for item in plan.problem.items), 0)
    for p in plan.placements:
        count[plan.problem.items[p.item].id] += 1
    return count


def test_groups_that_clash_do_not_travel_together():
    """Bleach and flour both fit, but not together: what is worth more goes, the other waits."""
    rules = replace(ROAD_RULES, apart=(("chemical", "food"),))
    items = (
        Item("bleach", (2, 2, 2), groups=("chemical",)),
        Item("flour", (3, 3, 3), groups=("food",)),
        Item("paper", (3, 3, 3)),
    )
    plan = solve(LoadingProblem(HALL, items, rules, must_load=False), stop=SHORT)
    assert plan.check().ok, str(plan.check())
    assert loaded(plan) == {"bleach": 0, "flour": 1, "paper": 1}
    assert [(out.item, out.rule) for out in plan.left_out] == [("bleach", "apart")]
    # a route with both is known to be impossible without a search
    oracle = LoadOracle(HALL, [[items[0]], [items[1]], [items[2]]], rules=rules)
    assert oracle.ask([0, 1]).value == "infeasible"
    assert oracle.ask([0, 2]).value == "feasible"


def test_a_family_goes_as_a_whole_or_stays():
    """Two of three slabs fit; of a set of three none goes, and the room is used otherwise."""
    slabs = Item("slab", (10, 10, 5), copies=3, family="set")
    crate = Item("crate", (10, 10, 5), copies=1, profit=1)
    plan = solve(LoadingProblem(HALL, (slabs, crate), must_load=False), stop=SHORT)
    assert plan.check().ok, str(plan.check())
    assert loaded(plan) == {"slab": 0, "crate": 1}
    assert {out.item: out.rule for out in plan.left_out} == {"slab": "family"}
    pair = replace(slabs, copies=2)
    plan = solve(LoadingProblem(HALL, (pair, crate), must_load=False), stop=SHORT)
    assert loaded(plan) == {"slab": 2, "crate": 0}


def test_what_must_go_goes_before_what_is_urgent_before_what_is_worth_more():
    """There is room for two of three; a rank counts more than all lower ones together."""
    small = {"size": (10, 10, 5), "copies": 1}
    items = (
        Item("dear", **small, profit=100),
        Item("urgent", **small, profit=2, priority=3),
        Item("duty", **small, profit=1, must_load=True),
    )
    problem = LoadingProblem(HALL, items, must_load=False)
    plan = solve(problem, stop=SHORT)
    assert loaded(plan) == {"dear": 0, "urgent": 1, "duty": 1}
    assert (plan.cost, plan.status) == (100, Status.FEASIBLE)
    assert plan.check().ok, str(plan.check())
    # two that must go where there is room for one: the answer says so
    flat = replace(problem, vehicle=Bin("flat", (10, 10, 5)))
    duties = replace(flat, items=(items[2], replace(items[0], must_load=True)))
    plan = solve(duties, stop=SHORT)
    assert plan.status is Status.INFEASIBLE
    assert plan.check().codes() == ["must_load"]
    back = LoadPlan.from_dict(plan.to_dict())
    assert back.problem.items[0].must_load


def test_one_urgent_item_counts_more_than_any_number_of_others():
    """The beam takes the room of a hundred boxes that are worth a hundred times as much each."""
    box = Item("box", (10, 1, 1), copies=100, orientations=("xyz",), profit=100)
    beam = Item("beam", (10, 10, 10), orientations=("xyz",), profit=1, priority=1)
    problem = LoadingProblem(Bin("hall", (10, 10, 10)), (box, beam), must_load=False)
    plan = solve(problem, stop=SHORT)
    assert loaded(plan)["beam"] == 1
    assert plan.cost == 100 * 100  # the boxes stay outside
    # ten ranks of things worth 10^12 each still follow each other strictly
    ranks = [replace(beam, id=f"r{k}", profit=10**12 - k, priority=k) for k in range(10)]
    worth = native_worth(PackingProblem([HALL], ranks, problem="knapsack"), ranks)
    assert all(sum(worth[:k]) < worth[k] for k in range(10))
    assert worth[9] < 2**62


def test_nothing_stands_in_or_on_a_wheel_arch():
    """Arches on both sides: low boxes stand between and behind them, none where they are."""
    arches = (((3, 0, 0), (4, 2, 3)), ((3, 8, 0), (4, 2, 3)))
    truck = Bin("truck", (10, 10, 6), obstacles=arches)
    boxes = Item("box", (2, 2, 3), copies=60, orientations=("xyz", "yxz"))
    plan = solve(LoadingProblem(truck, (boxes,), must_load=False), stop=SHORT)
    assert plan.check().ok, str(plan.check())
    # without arches 5 x 5 x 2 stand; they take 2 x 2 of the floor, and what stood above them
    assert 34 <= len(plan.placements) <= 46
    plank = Item("plank", (10, 10, 1))
    plan = solve(LoadingProblem(truck, (plank,), must_load=False), stop=SHORT)
    assert [(out.item, out.rule) for out in plan.left_out] == [("plank", "obstacle")]
    page = solve(LoadingProblem(truck, (boxes,), must_load=False), stop=SHORT).instructions_html()
    assert page.count('fill="#ccc"') == 4  # two arches in two drawings
