"""Groups, families, obstacles, duties and priorities: hand-made cases with one right answer."""

import pytest

from backhaul.engine import Stop
from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing import (
    Bin,
    Item,
    PackedBin,
    PackingProblem,
    Placement,
    Rules,
    cartonize,
    check_layout,
    problem_from_dict,
    problem_to_dict,
    solve,
)

STOP = Stop(iterations=60)
BOX = Bin("box", (4, 4, 4), copies=None)


def test_groups_that_clash_need_a_bin_each():
    """Nuts and baby food would fit into one box of 4 x 4 x 4 together; apart they need two."""
    items = [Item("nuts", (4, 4, 2), groups=("nuts",)), Item("milk", (4, 4, 2), groups=("baby",))]
    together = PackingProblem([BOX], items, "bin_packing")
    assert solve(together, stop=STOP).cost == 1
    rules = Rules(apart=(("baby", "nuts"),))
    apart = PackingProblem([BOX], items, "bin_packing", rules)
    solution = solve(apart, stop=STOP)
    assert solution.cost == 2
    assert solution.check().ok
    planted = [PackedBin(0, (Placement(0, "xyz", (0, 0, 0)), Placement(1, "xyz", (0, 0, 2))))]
    assert check_layout(apart, planted).codes() == ["apart"]


def test_a_group_may_clash_with_itself():
    """Two aerosols of one hazard class: a box each, though a box would hold both."""
    rules = Rules(apart=(("aerosol", "aerosol"),))
    items = [Item("can", (4, 4, 2), copies=2, groups=("aerosol",))]
    solution = solve(PackingProblem([BOX], items, "bin_packing", rules), stop=STOP)
    assert solution.cost == 2
    assert solution.check().ok


def test_clashing_groups_in_cartons():
    """The same for an order: two cartons, because one may not hold both."""
    items = [Item("nuts", (4, 4, 2), groups=("nuts",)), Item("milk", (4, 4, 2), groups=("baby",))]
    carton = Bin("c", (4, 4, 4), cost=3)
    rules = Rules(apart=(("baby", "nuts"),))
    done = cartonize([{0: 1, 1: 1}], items, [carton], rules=rules, threads=1)
    assert done.carton_count.tolist() == [2]


def test_a_family_travels_together_or_not_at_all():
    """The kit (2 x 32 of 64) fills a box alone; the filler must not tear it apart."""
    kit = Item("kit", (4, 4, 2), copies=2, family="kit")
    filler = Item("filler", (4, 4, 2), copies=1)
    problem = PackingProblem([BOX], [kit, filler], "bin_packing")
    solution = solve(problem, stop=STOP)
    assert solution.cost == 2
    assert solution.check().ok
    torn = [
        PackedBin(0, (Placement(0, "xyz", (0, 0, 0)), Placement(1, "xyz", (0, 0, 2)))),
        PackedBin(0, (Placement(0, "xyz", (0, 0, 0)),)),
    ]
    assert check_layout(problem, torn).codes() == ["family"]
    # One box only, and a filler worth more than the kit: the kit stays out whole.
    dear = Item("filler", (4, 4, 2), copies=1, profit=100)
    one = PackingProblem([Bin("box", (4, 4, 4))], [kit, dear])
    solution = solve(one, stop=STOP)
    assert solution.cost == 64
    assert solution.check().ok


def test_nothing_is_where_an_obstacle_stands():
    """A wheel arch of 1 x 4 x 4 leaves room for one of two crates of 3 x 4 x 4, none for a full one."""
    hold = Bin("hold", (4, 4, 4), obstacles=(((0, 0, 0), (1, 4, 4)),))
    full = Item("full", (4, 4, 4))
    crate = Item("crate", (3, 4, 4))
    solution = solve(PackingProblem([hold], [full, crate]), stop=STOP)
    assert [p.pos for b in solution.bins for p in b.placements] == [(1, 0, 0)]
    assert solution.check().ok
    planted = [PackedBin(0, (Placement(1, "xyz", (0, 0, 0)),))]
    assert check_layout(solution.problem, planted).codes() == ["obstacle"]


def test_obstacles_carry_nothing():
    """Full support: the only place for the plate would be on top of the arch."""
    hold = Bin("hold", (4, 4, 4), obstacles=(((0, 0, 0), (4, 3, 2)),))
    plate = Item("plate", (4, 3, 1))
    problem = PackingProblem([hold], [plate], rules=Rules(min_support=1.0))
    assert solve(problem, stop=STOP).packed == 0


def test_what_must_be_loaded_is_loaded_first():
    """Room for one of two: the small one is worth less and must go."""
    bin_ = Bin("box", (4, 4, 4))
    items = [Item("must", (4, 4, 3), must_load=True), Item("rich", (4, 4, 4), profit=10)]
    solution = solve(PackingProblem([bin_], items), stop=STOP)
    assert [p.item for p in solution.bins[0].placements] == [0]
    assert solution.cost == 10
    assert solution.check().ok
    both = [Item("must", (4, 4, 4), copies=2, must_load=True)]
    solution = solve(PackingProblem([bin_], both), stop=STOP)
    assert solution.status == "infeasible"
    assert solution.check().codes() == ["must_load"]


def test_higher_priority_comes_first():
    """Both fill the box; the one of priority 2 is worth half as much and is taken."""
    items = [Item("late", (4, 4, 4), priority=2, profit=32), Item("rich", (4, 4, 4), profit=64)]
    solution = solve(PackingProblem([Bin("box", (4, 4, 4))], items), stop=STOP)
    assert [p.item for p in solution.bins[0].placements] == [0]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Item("a", (1, 1, 1), groups="nuts"), "items[a].groups"),
        (lambda: Item("a", (1, 1, 1), priority=10), "items[a].priority"),
        (lambda: Item("a", (1, 1, 1), family=3), "items[a].family"),
        (lambda: Rules(apart=(("a",),)), "rules.apart[0]"),
        (lambda: Rules(apart="ab"), "rules.apart"),
        (lambda: Bin("b", (2, 2, 2), obstacles=(((1, 0, 0), (2, 1, 1)),)), "bins[b].obstacles[0]"),
        (lambda: Bin("b", (2, 2, 2), obstacles=(1,)), "bins[b].obstacles[0]"),
    ],
)
def test_bad_values_name_their_field(make, path):
    """Each value is outside what the field allows."""
    with pytest.raises(InvalidInput) as caught:
        make()
    assert caught.value.path == path


def test_stops_and_groups_are_not_answered_together():
    """The loading kernel knows no groups: better an error than a wrong answer."""
    items = [Item("a", (1, 1, 1), groups=("x",)), Item("b", (1, 1, 1), stop=1)]
    rules = Rules(lifo=True, apart=(("x", "y"),))
    with pytest.raises(InvalidInput):
        solve(PackingProblem([BOX], items, rules=rules), stop=STOP)


def test_files_keep_groups_families_and_obstacles():
    """What is written is what is read, decimals included."""
    data = {
        "bins": [
            {"id": "b", "size": [2.5, 2, 2], "obstacles": [{"pos": [0, 0, 0], "size": [0.5, 1, 1]}]}
        ],
        "items": [
            {"id": "a", "size": [1, 1, 1], "groups": ["x"], "family": "f", "must_load": True},
            {"id": "c", "size": [1, 1, 1], "priority": 3},
        ],
        "rules": {"apart": [["x", "y"]]},
    }
    problem = problem_from_dict(data)
    assert problem.bins[0].obstacles == (((0, 0, 0), (5, 10, 10)),)
    assert problem_from_dict(problem_to_dict(problem)) == problem
