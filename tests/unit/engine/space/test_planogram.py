"""Planograms: hand-checkable shelves, a real instance, the checker, and bad input."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.space import (
    Neighbours,
    Place,
    PlanogramProblem,
    PlanogramSolution,
    Shelf,
    ShelfProduct,
    read_planogram,
    read_shelf_space,
    solve_planogram,
)
from backhaul.engine.space.planogram_checker import check_planogram
from backhaul.engine.stop import Stop

DATA = Path(__file__).parents[3] / "data" / "space"
SHELF = Shelf(1_000, 300, 400)


def good(name="tea", **more):
    values = {"demand_per_day": 2.0, "margin_cents": 50.0, "elasticity": 0.0}
    return ShelfProduct(name, 100, 140, 100, **(values | more))


@pytest.fixture(scope="module")
def real():
    return read_planogram(DATA / "few_products.csv")


@pytest.fixture(scope="module")
def solved(real):
    return solve_planogram(real, stop=Stop(iterations=600))


def test_a_real_instance_is_geometry_clean(real, solved):
    """Blocks are rectangles, nothing overlaps or sticks out, the cost is right."""
    assert solved.check().ok, str(solved.check())
    assert solved.bound <= solved.cost
    assert len(real.blocks) == 3
    # Without blocks a planogram costs no more than with them, but for what the search leaves.
    free = read_shelf_space(DATA / "few_products.csv", DATA / "few_shelves.csv", blocks=False)
    loose = solve_planogram(free, stop=Stop(iterations=600))
    assert loose.check().ok
    assert loose.cost <= solved.cost * 1.02
    assert loose.cost <= loose.bound + 0.1 * abs(loose.bound)


def test_the_eye_level_goes_to_whoever_earns_most_there():
    """Two products, two shelves with room for one facing each: lift times margin decides."""
    shelves = [Shelf(100, 300, 400), Shelf(100, 300, 400, lift=1.3)]
    goods = [good("plain", most=1, block="a"), good("dear", most=1, margin_cents=90.0, block="b")]
    found = solve_planogram(PlanogramProblem(shelves, goods), stop=Stop(iterations=300))
    assert found.facings.tolist() == [[1, 0], [0, 1]]
    assert found.cost == pytest.approx(-(30 * 2 * 50 + 30 * 2 * 90 * 1.3))


def test_case_pack_and_cover_set_the_least_facings():
    """Four units stand behind each other: 12 in a case need 3 facings, 10 days of 2 need 5."""
    goods = [good("case", case_pack=12), good("days", cover_d=10, interval_d=10)]
    problem = PlanogramProblem([SHELF], goods)
    assert problem.least_facings.tolist() == [3, 5]
    found = solve_planogram(problem, stop=Stop(iterations=100))
    assert found.facings.sum(axis=1).min() >= 3
    assert found.check().ok


def test_stacking_counts_only_what_is_allowed_and_fits():
    """Two of 140 mm fit 300 mm; three are allowed; one alone where stacking is forbidden."""
    goods = [good("stack", stack=3), good("alone")]
    assert PlanogramProblem([SHELF], goods).units.tolist() == [[8.0], [4.0]]


def test_neighbours_that_earn_together_stand_together():
    """Three blocks of one shelf: a and c are worth 1,000 cents side by side."""
    goods = [good(name, block=name, most=3, least=3, interval_d=4) for name in "abc"]
    pair = [Neighbours("a", "c", 1_000.0), Neighbours("a", "b", -500.0)]
    problem = PlanogramProblem([Shelf(900, 300, 400)], goods, pair)
    found = solve_planogram(problem, stop=Stop(iterations=400))
    places = sorted(found.places, key=lambda name: found.places[name].x_mm)
    assert places in (["b", "c", "a"], ["a", "c", "b"])
    assert found.check().ok


def test_uncertain_demand_gets_more_room():
    """The same mean with more variation needs more units before nothing is lost."""
    sure = good("sure", interval_d=4, shortage_cents=50.0)
    unsure = replace(sure, name="unsure", variation=0.8)
    problem = PlanogramProblem([Shelf(600, 300, 400)], [sure, unsure])
    found = solve_planogram(problem, stop=Stop(iterations=200))
    sure_facings, unsure_facings = found.facings.sum(axis=1)
    assert unsure_facings > sure_facings


def test_what_fits_nowhere_is_listed_and_explained():
    """Too high, too deep, too heavy: a valid planogram of the rest, and the rule for each."""
    goods = [
        good("tea"),
        replace(good("tall"), height_mm=400),
        replace(good("deep"), depth_mm=500),
        replace(good("wide"), width_mm=1_100),
        replace(good("heavy"), weight_g=2_000_000),
    ]
    found = solve_planogram(PlanogramProblem([SHELF], goods), stop=Stop(iterations=50))
    assert found.unlisted == [1, 2, 3, 4]
    rules = [found.why_unlisted(i).split(":")[0] for i in found.unlisted]
    assert rules == ["height", "depth", "width", "weight"]
    assert found.check().ok
    assert "tall: height" in str(found.explain())


def test_more_products_than_room_leaves_the_poorest_out():
    """Ten places, twelve products; the two that earn least are unlisted."""
    goods = [good(f"p{i:02d}", margin_cents=10.0 + i, most=1) for i in range(12)]
    found = solve_planogram(PlanogramProblem([SHELF], goods), stop=Stop(iterations=400))
    assert found.unlisted == [0, 1]
    assert "others earn more with the 100 mm that it needs at least" in found.why_unlisted(0)


def test_what_need_not_stand_there_is_explained_by_the_room_of_one_facing():
    """A product without a minimum needs no 0 mm: others earn more with one facing's room."""
    goods = [good(f"p{i:02d}", margin_cents=10.0 + i, most=1, least=0) for i in range(12)]
    found = solve_planogram(PlanogramProblem([SHELF], goods), stop=Stop(iterations=400))
    assert found.unlisted == [0, 1]
    assert found.why_unlisted(0) == "others earn more with the 100 mm of one facing"


def test_the_same_seed_gives_the_same_planogram(real):
    """No clock is read with an iteration limit alone."""
    one, two = (solve_planogram(real, seed=5, stop=Stop(iterations=200)) for _ in range(2))
    assert one.facings.tolist() == two.facings.tolist()
    assert one.places == two.places


def test_a_start_is_kept_where_nothing_is_tried(real, solved):
    """With no iterations the rectangles of the start stand, pushed to the left."""
    found = solve_planogram(real, start=solved.places, stop=Stop(iterations=0))
    shapes = {name: (r.first, r.last, r.width_mm) for name, r in found.places.items()}
    assert shapes == {n: (r.first, r.last, r.width_mm) for n, r in solved.places.items()}
    assert found.check().ok


def test_there_and_back_as_json(real, solved, tmp_path):
    """The problem inside a saved solution is the problem."""
    data = json.loads(json.dumps(solved.to_dict()))
    again = PlanogramSolution.from_dict(data)
    assert again.check().ok, str(again.check())
    assert again.facings.tolist() == solved.facings.tolist()
    file = tmp_path / "shelf.json"
    file.write_text(json.dumps(data["problem"]))
    assert read_planogram(file).products == real.products


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x_mm": -1}, "shelf"),
        ({"x_mm": 10_000}, "shelf"),
        ({"high": 9}, "height"),
        ({"high": 2}, "stack"),
        ({"facings": 5}, "facings"),
    ],
)
def test_the_checker_finds_what_is_wrong(real, solved, change, code):
    """One run of facings is spoiled at a time."""
    runs = list(solved.standing)
    runs[0] = replace(runs[0], **change)
    assert code in check_planogram(real, runs, solved.places, solved.cost).codes()


def test_the_checker_finds_overlaps_and_strays(real, solved):
    """Everything at the left end; a block moved away; a block in a wrong place."""
    runs = [replace(run, x_mm=0) for run in solved.standing]
    assert "overlap" in check_planogram(real, runs, solved.places).codes()
    name = next(iter(solved.places))
    moved = dict(solved.places) | {name: Place(0, 0, 0, 1)}
    assert {"block"} <= set(check_planogram(real, solved.standing, moved).codes())
    wide = {n: Place(0, 3, 0, 1_200) for n in solved.places}
    assert "rectangle" in check_planogram(real, solved.standing, wide).codes()
    assert "cost" in check_planogram(real, solved.standing, solved.places, 1.0).codes()


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: PlanogramProblem([], [good()]), "shelves"),
        (lambda: PlanogramProblem([replace(SHELF, width_mm=0)], []), "shelves[0].width_mm"),
        (lambda: PlanogramProblem([replace(SHELF, lift=np.nan)], []), "shelves[0].lift"),
        (lambda: PlanogramProblem([SHELF], [good(), good()]), "products[1].name"),
        (lambda: PlanogramProblem([SHELF], [good(least=3, most=2)]), "products[0].most"),
        (
            lambda: PlanogramProblem([SHELF], [good(demand_per_day=-1)]),
            "products[0].demand_per_day",
        ),
        (
            lambda: PlanogramProblem([SHELF], [good()], [Neighbours("", "x", 1)]),
            "neighbours[0].second",
        ),
        (
            lambda: PlanogramProblem([SHELF, replace(SHELF, fixture="b"), SHELF], [good()]),
            "shelves[2].fixture",
        ),
    ],
)
def test_bad_problems_are_named(make, path):
    """The path says which entry is wrong."""
    with pytest.raises(InvalidInput) as caught:
        make()
    assert caught.value.path == path


def test_a_start_wider_than_the_shelf_is_named(real):
    """Planograms wider than the shelf are refused."""
    wide = {name: Place(0, 3, 0, 900) for name in real.blocks}
    with pytest.raises(InvalidInput, match="side by side"):
        solve_planogram(real, start=wide)
    with pytest.raises(InvalidInput, match="nobody"):
        solve_planogram(real, start={"nobody": Place(0, 0, 0, 10)})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("width", "breadth", "no such column"), ("100,150", "x,150", r"row 2\.width: found x")],
)
def test_broken_tables_are_named(tmp_path, old, new, says):
    """A missing column, and a word where a number should be."""
    text = (DATA / "few_products.csv").read_text().replace(old, new, 1)
    (tmp_path / "few_products.csv").write_text(text)
    (tmp_path / "few_shelves.csv").write_text((DATA / "few_shelves.csv").read_text())
    with pytest.raises(InvalidInput, match=says):
        read_planogram(tmp_path / "few_products.csv")


def test_it_can_be_explained_and_drawn(real, solved):
    """A product's place, its second-best place; one trace a block and one for the hover."""
    product = int(np.argmax(solved.facings.sum(axis=1)))
    assert "second-best place" in str(solved.explain(product))
    assert "products listed" in str(solved.explain())
    figure = solved.plot()
    assert len(figure.data) == 2 * len(solved.places)
