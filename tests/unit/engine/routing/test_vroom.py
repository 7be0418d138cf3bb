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


def test_breaks_are_taken_and_told():
    """The break may start between 10 and 25: the drive of 30 is interrupted at 25."""
    vehicle = {"id": 1, "start_index": 0, "end_index": 0,
               "breaks": [{"id": 4, "time_windows": [[10, 25]], "service": 7}]}  # fmt: skip
    jobs = [{"id": 1, "location_index": 3}]
    (route,) = answer(request(vehicles=[vehicle], jobs=jobs))["routes"]
    steps = [(s["type"], s["arrival"], s["service"], s["duration"]) for s in route["steps"]]
    assert steps == [
        ("start", 0, 0, 0),
        ("break", 25, 7, 25),
        ("job", 37, 0, 30),
        ("end", 67, 0, 60),
    ]


def test_a_break_fits_into_a_wait():
    """The job opens at 50; the vehicle is there at 10 and has its break of 7 from 20."""
    vehicle = {"id": 1, "start_index": 0, "end_index": 0,
               "breaks": [{"id": 4, "time_windows": [[20, 45]], "service": 7}]}  # fmt: skip
    jobs = [{"id": 1, "location_index": 1, "time_windows": [[50, 60]]}]
    (route,) = answer(request(vehicles=[vehicle], jobs=jobs))["routes"]
    assert [(s["type"], s["arrival"]) for s in route["steps"]][1:3] == [("break", 20), ("job", 10)]
    assert route["steps"][2]["waiting_time"] == 33


def test_faster_vehicles_cost_less_by_the_hour_and_serve_in_their_own_time():
    vehicles = [
        {"id": 1, "start_index": 0, "end_index": 0, "type": "van"},
        {"id": 2, "start_index": 0, "end_index": 0, "speed_factor": 1.25, "type": "moped"},
    ]
    jobs = [{"id": 1, "location_index": 3, "service": 9, "service_per_type": {"moped": 4}}]
    out = answer(request(vehicles=vehicles, jobs=jobs))
    (route,) = out["routes"]
    assert (route["vehicle"], route["duration"], route["service"]) == (2, 48, 4)
    assert out["summary"]["cost"] == 48


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
        ({"vehicles": [{"id": 1, "start_index": 0, "breaks": [{"id": 1, "service": 5}]}]},
         "vehicles[0].breaks[0].time_windows"),
        ({"vehicles": [{"id": 1, "start_index": 0, "speed_factor": 9}]},
         "vehicles[0].speed_factor"),
        ({"vehicles": [{"id": 1, "start_index": 0, "profile": "a"},
                       {"id": 2, "start_index": 0}]}, "vehicles[].profile"),
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
