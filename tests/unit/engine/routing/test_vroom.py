"""VROOM's JSON: what it asks for is what is planned, and the answer has its form."""

import json

import pytest

from backhaul.engine import InvalidInput, Stop
from backhaul.engine.routing import read_vroom, solve, to_vroom

LINE = [[abs(10 * (i - j)) for j in range(4)] for i in range(4)]


def request(**changes):
    base = {
        "vehicles": [{"id": 7, "start_index": 0, "end_index": 0, "capacity": [2]}],
        "jobs": [{"id": i, "location_index": i, "delivery": [1], "service": 5} for i in (1, 2, 3)],
        "matrices": {"car": {"durations": LINE}},
    }
    return base | changes


def answer(asked, n=200):
    problem = read_vroom(json.dumps(asked))
    solution = solve(problem, stop=Stop(iterations=n))
    assert not set(solution.check().codes()) - {"missing_client", "group"}
    return to_vroom(solution)


def test_as_many_jobs_as_the_vehicle_holds_and_the_nearest_when_all_weigh_the_same():
    """Capacity 2 of 3 jobs on a line: leaving the far one out saves 20."""
    out = answer(request())
    assert out["summary"]["unassigned"] == 1
    assert [job["id"] for job in out["unassigned"]] == [3]
    assert out["summary"]["cost"] == 40
    (route,) = out["routes"]
    assert route["vehicle"] == 7
    assert [s["type"] for s in route["steps"]] == ["start", "job", "job", "end"]
    assert sum(step["service"] for step in route["steps"]) == 10
    assert route["steps"][0]["load"] == [2]


def test_priority_decides_which_job_is_left_out():
    jobs = request()["jobs"]
    jobs[2]["priority"] = 10
    left = answer(request(jobs=jobs))["unassigned"]
    assert len(left) == 1
    assert left[0]["id"] != 3


def test_skills_bind_jobs_to_vehicles():
    vehicles = [
        {"id": 1, "start_index": 0, "end_index": 0, "skills": [1]},
        {"id": 2, "start_index": 0, "end_index": 0, "skills": [1, 2]},
    ]
    jobs = [{"id": 5, "location_index": 3, "skills": [2]}, {"id": 6, "location_index": 1}]
    routes = answer(request(vehicles=vehicles, jobs=jobs))["routes"]
    serving = {s["id"]: r["vehicle"] for r in routes for s in r["steps"] if s["type"] == "job"}
    assert serving[5] == 2


def test_shipments_are_picked_up_before_they_are_delivered():
    shipment = {
        "amount": [2],
        "pickup": {"id": 1, "location_index": 3},
        "delivery": {"id": 1, "location_index": 1},
    }
    (route,) = answer(request(jobs=[], shipments=[shipment]))["routes"]
    steps = [(s["type"], s["load"]) for s in route["steps"]]
    assert steps == [("start", [0]), ("pickup", [2]), ("delivery", [0]), ("end", [0])]


def test_one_of_several_windows_is_kept():
    """The only vehicle is away until 100, which leaves the second window."""
    vehicles = [{"id": 1, "start_index": 0, "end_index": 0, "time_window": [100, 500]}]
    jobs = [{"id": 1, "location_index": 1, "time_windows": [[0, 50], [200, 300]]}]
    (route,) = answer(request(vehicles=vehicles, jobs=jobs))["routes"]
    assert route["steps"][1]["id"] == 1
    assert route["steps"][1]["arrival"] + route["steps"][1]["waiting_time"] == 200


def test_costs_per_hour_and_without_matrices():
    """One degree of latitude is 111.2 km; at the default speed and road factor 10,400 s."""
    vehicles = [{"id": 1, "start": [13.0, 52.0], "end": [13.0, 52.0], "costs": {"per_hour": 7200}}]
    jobs = [{"id": 1, "location": [13.0, 53.0]}]
    out = answer({"vehicles": vehicles, "jobs": jobs})
    assert out["summary"]["cost"] == 2 * out["summary"]["duration"]
    assert abs(out["summary"]["duration"] - 20_800) < 10


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"vehicles": []}, "vehicles"),
        ({"vehicles": [{"id": 1, "start_index": 0, "breaks": []}]}, "vehicles[0].breaks"),
        ({"vehicles": [{"id": 1, "end_index": 0}]}, "vehicles[0].start"),
        ({"jobs": [{"id": 1}]}, "jobs[0].location"),
        ({"jobs": [{"id": 1, "location_index": 9}]}, "matrices.car.durations"),
        ({"jobs": [{"id": 1, "location_index": 1, "delivery": [1, 2]}]}, "jobs[0].delivery"),
        ({"jobs": [{"id": -1, "location_index": 1}]}, "jobs[0].id"),
        ({"jobs": [{"id": 1, "location_index": 1, "time_windows": [3]}]},
         "jobs[0].time_windows[0]"),
        ({"matrices": {"car": {}}}, "matrices.car.durations"),
        ({"matrices": {"car": {"durations": [[0, None], [1, 0]]}}}, "matrices.car.durations"),
        ({"matrices": None}, "matrices"),
        ({"routes": []}, "request.routes"),
    ],
)  # fmt: skip
def test_wrong_requests_name_the_place(changes, path):
    with pytest.raises(InvalidInput) as caught:
        read_vroom(request(**changes))
    assert caught.value.path == path


def test_what_is_no_json_is_refused():
    with pytest.raises(InvalidInput, match="JSON"):
        read_vroom("{")
