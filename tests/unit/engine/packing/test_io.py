"""Files are read strictly and written back to the same problem."""

import json

import pytest

from backhaul.engine.errors import InvalidInput
from backhaul.engine.packing import (
    PackedBin,
    Placement,
    layout_from_dict,
    layout_to_dict,
    problem_from_dict,
    problem_to_dict,
    read_problem,
)


def instance(**changes):
    data = {
        "format": "packing-instance/1",
        "name": "t",
        "problem": "bin_packing",
        "rules": {"min_support": 0.75},
        "bins": [{"id": "b", "size": [5.5, 4, 4], "copies": None, "max_weight": 20.25}],
        "items": [
            {"id": 7, "size": [1, 2, 3], "copies": 2, "orientations": ["xyz", "yxz"], "weight": 1.5}
        ],
    }
    data.update(changes)
    return data


def test_decimals_become_whole_numbers_of_a_smaller_unit():
    """Half a unit of length needs tenths, a quarter of a unit of weight hundredths."""
    problem = problem_from_dict(instance())
    assert problem.bins[0].size == (55, 40, 40)
    assert (problem.bins[0].max_weight, problem.items[0].weight) == (2025, 150)
    assert problem.items[0].id == "7"


def test_writing_and_reading_gives_the_same_problem():
    """A round trip loses nothing: decimals come back as the same decimals."""
    problem = problem_from_dict(instance())
    assert problem_from_dict(json.loads(json.dumps(problem_to_dict(problem)))) == problem


def test_positions_are_written_in_units_of_the_file():
    """35 tenths are 3.5."""
    problem = problem_from_dict(instance())
    bins = (PackedBin(0, (Placement(0, "yxz", (35, 0, 0), 0),)),)
    data = layout_to_dict(problem, bins)
    assert data["bins"][0]["placements"][0]["pos"] == [3.5, 0, 0]
    assert layout_from_dict(problem, data) == bins


def test_profits_beside_volumes_share_one_unit():
    """An item without profit counts its volume: 6 at sizes in tenths is 6000 tenths cubed."""
    items = [{"id": "a", "size": [1, 2, 3]}, {"id": "b", "size": [1, 1, 1.5], "profit": 4.5}]
    problem = problem_from_dict(instance(items=items))
    per_unit = problem.scale.profit
    assert [i.worth / per_unit for i in problem.items] == [6, 4.5]


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("format", {"format": "other/1"}),
        ("bins", {"bins": None}),
        ("bins", {"bins": []}),
        ("bins[0].max_wieght", {"bins": [{"id": "b", "size": [1], "max_wieght": 3}]}),
        ("bins[b].size[0]", {"bins": [{"id": "b", "size": [0, 1, 1]}]}),
        ("bins[0].size", {"bins": [{"id": "b"}]}),
        ("rules.lifoo", {"rules": {"lifoo": True}}),
        ("rules.min_support", {"rules": {"min_support": 1.5}}),
        ("items[0].size[1]", {"items": [{"id": "a", "size": [1, float("nan"), 1]}]}),
        ("items[a].size[2]", {"items": [{"id": "a", "size": [1, 1, -4]}]}),
        ("items[a].size[0]", {"items": [{"id": "a", "size": [2**31, 1, 1]}]}),
        ("items[0].size[0]", {"items": [{"id": "a", "size": [1 / 3, 1, 1]}]}),
        ("items[a].orientations", {"items": [{"id": "a", "size": [1], "orientations": []}]}),
        ("items[a].orientations", {"items": [{"id": "a", "size": [1], "orientations": ["xy"]}]}),
        ("items[a].copies", {"items": [{"id": "a", "size": [1], "copies": -1}]}),
        ("items[a].weight", {"items": [{"id": "a", "size": [1], "weight": -1}]}),
        ("items[0].id", {"items": [{"size": [1]}]}),
        ("items[a].id", {"items": [{"id": "a", "size": [1]}, {"id": "a", "size": [1]}]}),
    ],
)
def test_an_error_names_the_field(path, changes):
    """Each instance has one fault; the error names where it stands."""
    with pytest.raises(InvalidInput) as caught:
        problem_from_dict(instance(**changes))
    assert caught.value.path == path


def test_an_unreadable_file_is_named(tmp_path):
    """Not JSON, and not there at all."""
    file = tmp_path / "x.json"
    file.write_text("{")
    with pytest.raises(InvalidInput, match=r"x\.json"):
        read_problem(file)
    with pytest.raises(InvalidInput, match=r"no\.json"):
        read_problem(tmp_path / "no.json")
