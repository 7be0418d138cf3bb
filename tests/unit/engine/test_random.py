"""Streams drawn by NumPy and by the compiled side are the same, bit for bit."""

import numpy as np
import pytest

from backhaul.engine.random import generator, purpose, uniforms


@pytest.mark.parametrize(("seed", "entity", "time"), [(0, 0, 0), (1, 7, 3), (2**63, 2**40, 99)])
def test_numpy_and_native_draw_the_same(seed, entity, time):
    """Both are Philox 4x64-10 keyed by (seed, purpose) with the counter (block, time, entity, 0)."""
    ours = uniforms(seed, "demand", entity, time, n=10)
    assert np.array_equal(generator(seed, "demand", entity, time).random(10), ours)


def test_purposes_differ():
    """Two purposes give unrelated streams."""
    assert purpose("demand") != purpose("visits")
    assert not np.array_equal(uniforms(1, "demand"), uniforms(1, "visits"))
