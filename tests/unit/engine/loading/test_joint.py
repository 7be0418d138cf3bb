"""Routes and loads together."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from backhaul.engine import Infeasible, InvalidInput, Stop
from backhaul.engine.loading import (
    Customer,
    JointPlan,
    JointProblem,
    Window,
    read_cvrp3l,
    solve_joint,
)
from backhaul.engine.packing import Bin, Item

DATA = Path(__file__).parents[3] / "data" / "loading"
BOX = (Item("box", (2, 2, 2), weight=3),)


def test_two_and_two():
    """A van takes two boxes: the four customers on a line are served nearest with nearest."""
    customers = [Customer(str(k), (k, 0), BOX) for k in (1, 2, 8, 9)]
    plan = solve_joint(
        JointProblem((0, 0), customers, Bin("van", (4, 2, 2))), stop=Stop(iterations=50)
    )
    assert sorted(sorted(route.customers) for route in plan.routes) == [[0, 1], [2, 3]]
    assert math.isclose(plan.cost, 2 * 2 + 2 * 9)
    assert plan.check().ok


def test_the_first_plan_fills_vans_with_many_boxes():
    """Five customers' 120 boxes fill a van of 125: before any search the fleet of two is enough."""
    boxes = (Item("box", (2, 2, 2), copies=24, orientations=("xyz",), weight=1),)
    customers = [Customer(str(k), (k + 1, 0), boxes) for k in range(10)]
    problem = JointProblem((0, 0), customers, Bin("van", (10, 10, 10)), fleet=2)
    plan = solve_joint(problem, stop=Stop(iterations=0))
    assert [len(route.customers) for route in plan.routes] == [5, 5]
    assert plan.check().ok


def test_windows_turn_the_tour():
    """The far customer closes first, so it comes first although loads allow either order."""
    customers = [
        Customer("near", (1, 0), BOX, window=Window(0, 100, 1)),
        Customer("far", (5, 0), BOX, window=Window(0, 5, 1)),
    ]
    problem = JointProblem((0, 0), customers, Bin("van", (4, 2, 2)), depot_window=Window(0, 100))
    plan = solve_joint(problem, stop=Stop(iterations=20))
    assert [route.customers for route in plan.routes] == [(1, 0)]
    assert plan.check().ok
    late = replace(customers[1], window=Window(0, 4, 1))
    with pytest.raises(Infeasible, match=r"customers\[1\]\.window"):
        solve_joint(replace(problem, customers=(customers[0], late)))


def test_a_published_instance():
    """Every load obeys every rule; nothing beats the proven optimum; files keep the plan."""
    problem = read_cvrp3l(DATA / "3l_cvrp01.json")
    plans = [solve_joint(problem, stop=Stop(iterations=60), seed=1) for _ in range(2)]
    assert plans[0].check().ok, str(plans[0].check())
    assert 301.657 <= plans[0].cost <= 1.15 * 301.658
    assert [r.customers for r in plans[0].routes] == [r.customers for r in plans[1].routes]
    back = JointPlan.from_dict(json.loads(json.dumps(plans[0].to_dict())))
    assert back.problem == problem
    assert back.check().ok
    again = solve_joint(problem, stop=Stop(iterations=4), start=plans[0])
    assert again.cost <= plans[0].cost + 1e-6


def test_a_semi_trailer_within_its_axle_limits():
    """Published axle data become limits on kingpin, tractor and trailer axles on every leg."""
    problem = read_cvrp3l(DATA / "semitrailer_01.json", axles=True)
    # trailer axles 92 behind the front wall, kingpin 76 before them
    assert [axle.x for axle in problem.vehicle.axles] == [16, 92]
    small = replace(problem, customers=problem.customers[:8], fleet=None)
    plan = solve_joint(small, stop=Stop(iterations=12))
    assert plan.check().ok, str(plan.check())
    assert {"tractor_front", "tractor_rear"} <= set(plan.routes[0].load.stages[0].axles)


def test_the_checker_sees_what_is_wrong():
    """A plan without one of its routes, or with another's load, is refused."""
    problem = read_cvrp3l(DATA / "3l_cvrp01.json")
    plan = solve_joint(problem, stop=Stop(iterations=4))
    short = replace(plan, routes=plan.routes[1:])
    assert {"customer", "cost"} <= set(short.check().codes())
    swapped = replace(plan.routes[0], load=plan.routes[1].load)
    wrong = replace(plan, routes=(swapped, *plan.routes[1:]))
    assert "goods" in wrong.check().codes()
    assert replace(plan, problem=replace(problem, fleet=1)).check().codes() == ["fleet"]


def test_bad_files_are_named(tmp_path):
    """One clear error with file and path."""
    file = tmp_path / "x.json"
    file.write_text('{"format": "cvrp3l-instance/1", "types": []}')
    with pytest.raises(InvalidInput, match=r"x\.json: instance"):
        read_cvrp3l(file)
    huge = JointProblem(
        (0, 0), [Customer("a", (1, 1), (Item("b", (9, 9, 9)),))], Bin("v", (2, 2, 2))
    )
    with pytest.raises(Infeasible, match=r"customers\[0\]\.items"):
        solve_joint(huge)
