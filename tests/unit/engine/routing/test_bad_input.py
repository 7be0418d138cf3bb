"""What a caller can get wrong or take too far: a named error or a valid answer, in time."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from backhaul.engine import InvalidInput, Status, Stop
from backhaul.engine.routing import Client, Depot, RoutingProblem, VehicleType, solve

DEPOT = [Depot(0, 0)]
KIND = [VehicleType(capacity=5)]


def answer(problem, iterations=50):
    solution = solve(problem, stop=Stop(iterations=iterations))
    assert not set(solution.check().codes()) - {"missing_client"}
    return solution


def test_an_unreachable_stop_is_left_out_with_its_reason():
    """It is 50 away and the shift ends at 60."""
    problem = RoutingProblem(DEPOT, [Client(50, 0), Client(5, 0)], [VehicleType(shift=(0, 60))])
    solution = answer(problem)
    assert (solution.missing, solution.status) == ((1,), Status.INFEASIBLE)
    assert "longer shift" in str(solution.explain())


def test_demand_above_every_vehicle_is_a_result():
    solution = answer(RoutingProblem(DEPOT, [Client(1, 0, delivery=6), Client(2, 0)], KIND))
    assert solution.missing == (1,)
    assert "more capacity" in str(solution.explain())


@pytest.mark.parametrize(
    ("path", "clients", "matrix"),
    [
        ("clients[0].window", [Client(1, 0, window=(9, 3))], None),
        ("clients[0].windows[0]", [Client(1, 0, windows=((9, 3),))], None),
        ("distance[0][1]", [Client()], [[0, -1], [1, 0]]),
        ("distance[0][1]", [Client()], [[0, 2**31], [1, 0]]),
        ("distance[1][0]", [Client()], [[0.0, 1.0], [float("nan"), 0.0]]),
        ("distance", [Client()], [[0, 1]]),
        ("distance", [Client()], [[0, None], [1, 0]]),
        ("clients[1].name", [Client(1, 0, name="a"), Client(2, 0, name="a")], None),
        ("clients[0].delivery", [Client(1, 0, delivery=2**62)], None),
        ("clients[0].x, y", [Client(float("inf"), 0)], None),
        ("coordinates", [Client(2.0**31, 0)], None),
    ],
)
def test_wrong_values_are_named(path, clients, matrix):
    with pytest.raises(InvalidInput) as error:
        RoutingProblem(DEPOT, clients, KIND, distance=matrix)
    assert error.value.path == path


def test_sums_beyond_what_fits_are_refused():
    with pytest.raises(InvalidInput, match="below 2\\^58"):
        RoutingProblem(DEPOT, [Client(2**30, 0)] * 9, [VehicleType(distance_cost=2**40)])


def test_asymmetric_matrices_that_break_the_triangle_inequality():
    """Straight to 2 costs 90, by way of 1 only 20."""
    matrix = np.array([[0, 10, 90], [5, 0, 10], [7, 80, 0]])
    solution = answer(
        RoutingProblem(DEPOT, [Client(), Client()], [VehicleType(count=1)], distance=matrix)
    )
    assert solution.routes[0].stops == (1, 2)
    assert solution.cost == 27


@pytest.mark.parametrize("kinds", [[], [VehicleType(count=0)]])
def test_no_vehicles_is_an_error(kinds):
    with pytest.raises(InvalidInput, match="at least one vehicle"):
        RoutingProblem(DEPOT, [Client(1, 0)], kinds)


@pytest.mark.parametrize("count", [0, 1])
def test_no_stop_and_one_stop(count):
    assert answer(RoutingProblem(DEPOT, [Client(3, 4)] * count, KIND)).cost == 10 * count


PROGRAM = """
import signal, time
import numpy as np
from backhaul.engine import Stop
from backhaul.engine.routing import Client, Depot, RoutingProblem, VehicleType, solve
rng = np.random.default_rng(0)
clients = [Client(int(x), int(y), delivery=1, window=(0, 10**6)) for x, y in rng.integers(0, 999, (300, 2))]
problem = RoutingProblem([Depot(500, 500)], clients, [VehicleType(capacity=20)])
print("ready", flush=True)
solution = solve(problem, stop=Stop(seconds=60))
print(time.time(), len(solution.missing), solution.stats.stop_reason, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_returns_the_best_plan():
    """0.1 s is the promise; a busy machine is given a second."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    sent = time.time()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    at, missing, reason = out.split()
    assert (missing, reason) == ("0", "interrupted")
    assert float(at) - sent < 1.1
