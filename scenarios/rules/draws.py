"""Draws by product: the same product draws the same whatever else is in the range."""

from __future__ import annotations

import numpy as np

from backhaul.engine import random
from backhaul.sim.world.arrays import Floats, Ints

__all__ = ["normals", "product_uniforms", "rotation"]

#: Irrational steps of the rotations, linearly independent over the rationals, so that rotations by
#: different steps are jointly equidistributed (Weyl 1916).
STEPS = {
    "discount": 0.6180339887498949,
    "depth": 0.41421356237309515,
    "mailer": 0.7320508075688772,
    "display": 0.23606797749978969 + 0.5,
}


def product_uniforms(seed: int, purpose: str, ids: Ints, n: int) -> Floats:
    """Return `n` uniforms on [0, 1) for each product, (P, n)."""
    rows = [random.uniforms(seed, f"scenario.{purpose}", int(entity), n=n) for entity in ids]
    return np.array(rows).reshape(len(ids), n)


def normals(uniforms: Floats) -> Floats:
    """Turn pairs of uniforms, (P, 2), into standard normals, (P,) (Box and Muller 1958)."""
    radius = np.sqrt(-2.0 * np.log1p(-uniforms[:, 0]))
    drawn: Floats = radius * np.cos(2 * np.pi * uniforms[:, 1])
    return drawn


def rotation(step: str, phase: Floats, weeks: Ints) -> Floats:
    """Return points on [0, 1) by week and product, (W, P), spread evenly over the weeks.

    With one draw a product, a share f of weeks lies below f to within about one week: a calendar
    holds its frequency even in a quarter.
    """
    points: Floats = (phase[None, :] + weeks[:, None] * STEPS[step]) % 1.0
    return points
