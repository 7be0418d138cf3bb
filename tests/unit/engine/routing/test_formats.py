"""Readers and writers: published plans must cost what their files say."""

from pathlib import Path

import pytest

from backhaul.engine import InvalidInput
from backhaul.engine.routing import RoutingSolution, read, read_solution, write_solution

DATA = Path(__file__).parents[3] / "data" / "routing"


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("X-n101-k25", 27591),  # CVRPLIB, proven optimal
        ("RC204R0.5", 17494),  # reloads and release times, in tenths
        ("M-n101-k10-C34-V4", 458),  # clusters
        ("PR07", 2166886),  # vehicles that refuse clients, in thousandths
    ],
)
def test_a_published_plan_is_valid_and_costs_what_its_file_says(name, cost):
    problem = read(DATA / f"{name}.vrp")
    solution = read_solution(problem, DATA / f"{name}.sol")
    assert str(solution.check()) == "OK"
    assert solution.cost == cost


def test_a_written_solution_is_read_back(tmp_path):
    """Vehicle numbers are kept: with several types, route #k belongs to vehicle k."""
    problem = read(DATA / "PR07.vrp")
    solution = read_solution(problem, DATA / "PR07.sol")
    write_solution(solution, tmp_path / "plan.sol")
    again = read_solution(problem, tmp_path / "plan.sol")
    assert _routes(again) == _routes(solution)


def _routes(solution):
    return sorted((kind, stops) for kind, _, stops in solution.plan)


def test_a_solomon_table_keeps_unrounded_distances():
    """From (35, 35) to (41, 49): the root of 36 + 196 is 15.2315."""
    problem = read(DATA / "r101.25.txt")
    assert problem.between(0, 1) / problem.cost_divisor == pytest.approx(15.2315, abs=1e-4)


def test_li_and_lim_pairs_name_each_other():
    problem = read(DATA / "lc101.txt")
    assert len(problem.pairs) == 53
    for pickup, delivery in problem.pairs:
        assert problem.client(pickup).pickup == problem.client(delivery).delivery > 0


TINY = """NAME : tiny
TYPE : CVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : {kind}
{format}CAPACITY : 5
{section}
DEMAND_SECTION
1 0
2 1
3 2
DEPOT_SECTION
1
-1
EOF
"""
SQUARE = "NODE_COORD_SECTION\n1 0 0\n2 2 4\n3 0 0"


@pytest.mark.parametrize(
    ("form", "rows"),
    [
        ("FULL_MATRIX", "0 3 4\n3 0 5\n4 5 0"),
        ("LOWER_ROW", "3\n4 5"),
        ("UPPER_ROW", "3 4 5"),
        ("LOWER_DIAG_ROW", "0 3 0 4 5 0"),
        ("UPPER_DIAG_ROW", "0 3 4 0 5 0"),
        ("UPPER_COL", "3 4 5"),
        ("LOWER_COL", "3 4 5"),
    ],
)
def test_explicit_matrices(tmp_path, form, rows):
    """All forms describe the same triangle with sides 3, 4 and 5."""
    text = TINY.format(
        kind="EXPLICIT",
        format=f"EDGE_WEIGHT_FORMAT : {form}\n",
        section=f"EDGE_WEIGHT_SECTION\n{rows}",
    )
    (tmp_path / "a.vrp").write_text(text)
    problem = read(tmp_path / "a.vrp")
    assert [problem.between(0, 1), problem.between(0, 2), problem.between(1, 2)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("EUC_2D", 4), ("CEIL_2D", 5), ("MAN_2D", 6), ("MAX_2D", 4), ("ATT", 2)],
)
def test_coordinate_distances(tmp_path, kind, expected):
    """From (0, 0) to (2, 4): the root of 20 is 4.47, the root of 2 is 1.41."""
    (tmp_path / "a.vrp").write_text(TINY.format(kind=kind, format="", section=SQUARE))
    assert read(tmp_path / "a.vrp").between(0, 1) == expected


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("DIMENSION : 3", "DIMENSION : 4", "NODE_COORD_SECTION"),
        ("2 1\n", "2 -1\n", "DEMAND_SECTION[2]"),
        ("2 1\n", "2 x\n", "DEMAND_SECTION[2]"),
        ("TYPE : CVRP", "TYPE : XYZ", "TYPE"),
        ("TYPE : CVRP", "COLOUR : red", "line 2"),
        ("DEPOT_SECTION\n1", "DEPOT_SECTION\n3", "DEPOT_SECTION"),
        ("CAPACITY : 5", "CAPACITY : nan", "CAPACITY"),
        ("1 0 0", "1 0 inf", "NODE_COORD_SECTION[1]"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, old, new, path):
    good = TINY.format(kind="EUC_2D", format="", section=SQUARE)
    assert old in good
    (tmp_path / "a.vrp").write_text(good.replace(old, new, 1))
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path / "a.vrp")
    assert caught.value.path == path
    assert "a.vrp" in str(caught.value)


@pytest.mark.parametrize("text", ["", "hello", "\x00\x01", "Route #1: 1"])
def test_nonsense_is_refused(tmp_path, text):
    (tmp_path / "a.vrp").write_text(text)
    with pytest.raises(InvalidInput):
        read(tmp_path / "a.vrp")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidInput, match=r"nowhere\.vrp"):
        read(tmp_path / "nowhere.vrp")


def test_a_solution_with_an_unknown_location_is_refused():
    problem = read(DATA / "r101.25.txt")
    with pytest.raises(InvalidInput, match=r"routes\[0\]"):
        RoutingSolution.of_routes(problem, [[problem.locations]])
