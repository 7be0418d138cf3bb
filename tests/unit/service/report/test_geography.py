"""The projection, against Snyder's worked example."""

import math

import pytest

from backhaul.service.report.geography import EARTH_KM, _inside, _outlines, albers


def test_snyders_worked_example():
    """Snyder 1987, p. 291: sphere of radius 1, parallels 29.5 and 45.5, origin 23 N 96 W."""
    # the function's middle is 37.5 N, so heights are compared as a difference from 23 N
    project = albers(25.5, 49.5, -96.0)
    x, y = project(35.0, -75.0)
    _, origin = project(23.0, -96.0)
    assert x / EARTH_KM == pytest.approx(0.2952720, abs=1e-6)
    assert (y - origin) / EARTH_KM == pytest.approx(0.2416774, abs=1e-6)


def test_equal_area():
    """A cell of one degree has the same area on the map as on the sphere."""
    project = albers(30.0, 45.0, -95.0)
    steps = 50
    ring = [(40.0, -80.0 + k / steps) for k in range(steps)]
    ring += [(40.0 + k / steps, -79.0) for k in range(steps)]
    ring += [(41.0, -79.0 - k / steps) for k in range(steps)]
    ring += [(41.0 - k / steps, -80.0) for k in range(steps)]
    points = [project(*at) for at in ring]
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2
    sphere = (
        EARTH_KM**2 * math.radians(1) * (math.sin(math.radians(41)) - math.sin(math.radians(40)))
    )
    assert area == pytest.approx(sphere, rel=1e-4)


def test_outlines_cover_the_contiguous_states():
    """The vendored file reaches from Florida's keys to the 49th parallel, from sea to sea."""
    points = [at for kind in ("outline", "borders") for line in _outlines()[kind] for at in line]
    lon, lat = zip(*points, strict=True)
    assert -125 < min(lon) < -124
    assert -68 < max(lon) < -66
    assert 24 < min(lat) < 26
    assert 49 <= max(lat) < 50


def test_clipping_keeps_a_line_that_crosses_without_a_point_inside():
    """A long straight border has no point near the stores, and must be drawn."""
    line = [[-110.0, 40.0], [-90.0, 40.0], [-90.0, 60.0], [-80.0, 60.0]]
    assert list(_inside(line, -101.0, 39.0, -99.0, 41.0)) == [line[:2]]
