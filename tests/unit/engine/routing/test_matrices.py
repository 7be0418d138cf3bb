"""Distances on the globe, and routing servers played by a local stub."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from backhaul.engine import InvalidInput
from backhaul.engine.errors import Stopped
from backhaul.engine.routing import fetch_matrices, great_circle

PLACES = [(13.40, 52.52), (13.45, 52.50), (13.30, 52.55)]


class Stub(BaseHTTPRequestHandler):
    """Answers with |i - j| kilometres and 60 |i - j| seconds, after `failures` refusals."""

    failures = 0
    broken = ""
    asked = 0

    def log_message(self, *_):
        pass

    def _send(self, code, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _number(self, lon):
        return [p[0] for p in PLACES].index(lon)

    def _refused(self):
        type(self).asked += 1
        if type(self).failures > 0:
            type(self).failures -= 1
            self._send(503, {})
            return True
        if self.broken == "text":
            self._send(200, b"hello")
            return True
        if self.broken == "request":
            self._send(400, {"code": "InvalidQuery"})
            return True
        return False

    def do_GET(self):
        if self._refused():
            return
        path, query = self.path.split("?")
        assert path.startswith("/table/v1/driving/")
        at = [self._number(float(p.split(",")[0])) for p in path.rsplit("/", 1)[1].split(";")]
        args = dict(part.split("=") for part in query.split("&"))
        rows = [at[int(k)] for k in args["sources"].split(";")]
        columns = [at[int(k)] for k in args["destinations"].split(";")]
        metres = [[1000.0 * abs(i - j) for j in columns] for i in rows]
        if self.broken == "island":
            metres[0][-1] = None
        seconds = [[59.5 * abs(i - j) for j in columns] for i in rows]
        self._send(200, {"code": "Ok", "distances": metres, "durations": seconds})

    def do_POST(self):
        if self._refused():
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert (self.path, body["costing"]) == ("/sources_to_targets", "auto")
        rows, columns = ([self._number(p["lon"]) for p in body[k]] for k in ("sources", "targets"))
        cells = [
            [{"distance": abs(i - j), "time": 59.5 * abs(i - j)} for j in columns] for i in rows
        ]
        self._send(200, {"sources_to_targets": cells})


@pytest.fixture
def url():
    Stub.failures, Stub.broken, Stub.asked = 0, "", 0
    server = HTTPServer(("127.0.0.1", 0), Stub)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("server", ["osrm", "valhalla"])
@pytest.mark.parametrize("block", [100, 2])
def test_tables_are_put_together_from_blocks(url, server, block):
    metres, seconds = fetch_matrices(PLACES, url, server=server, block=block)
    steps = np.abs(np.subtract.outer(range(3), range(3)))
    np.testing.assert_array_equal(metres, 1000 * steps)
    np.testing.assert_array_equal(seconds, np.ceil(59.5 * steps))
    assert Stub.asked == (1 if block == 100 else 4)


def test_a_busy_server_is_asked_again(url):
    Stub.failures = 1
    assert fetch_matrices(PLACES, url, retries=1)[0][0, 1] == 1000
    Stub.failures = 9
    with pytest.raises(Stopped, match="HTTP 503"):
        fetch_matrices(PLACES, url, retries=0)


def test_nobody_listens(url):
    with pytest.raises(Stopped, match="no answer in 1 attempts"):
        fetch_matrices(PLACES, "http://127.0.0.1:9", retries=0, timeout_s=0.2)


@pytest.mark.parametrize(
    ("broken", "text"), [("text", "JSON"), ("request", "400"), ("island", "0 to 2")]
)
def test_bad_answers_are_named(url, broken, text):
    Stub.broken = broken
    with pytest.raises(InvalidInput, match=text):
        fetch_matrices(PLACES, url, retries=0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"url": "ftp://host"},
        {"url": "localhost"},
        {"server": "gpx"},
        {"block": 0},
        {"retries": -1},
        {"timeout_s": 0.0},
        {"lon_lat": [(200.0, 0.0)]},
        {"lon_lat": [(0.0, float("nan"))]},
    ],
)
def test_wrong_arguments(arguments):
    with pytest.raises(InvalidInput):
        fetch_matrices(**({"lon_lat": PLACES, "url": "http://127.0.0.1:9"} | arguments))


def test_great_circles():
    """A quarter of the equator is a quarter of 2 pi R; the way there is the way back."""
    metres, seconds = great_circle([(0, 0), (90, 0)], road_factor=2, metres_per_second=1)
    assert metres[0, 1] == metres[1, 0] == int(np.ceil(np.pi * 6_371_008.8))
    assert seconds[0, 1] == metres[0, 1]
    assert metres[0, 0] == 0
    with pytest.raises(InvalidInput):
        great_circle([(0, 0)], road_factor=0)
