"""TSPLIB distances other than EUC_2D (Reinelt 1995)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.formats.numbers import whole

__all__ = ["read_matrix"]


def read_matrix(
    kind: str,
    headers: dict[str, str],
    sections: dict[str, list[list[str]]],
    xy: npt.NDArray[np.float64],
) -> npt.NDArray[np.int64]:
    """Return the full matrix of EXPLICIT, CEIL_2D, GEO, ATT, MAN_2D or MAX_2D distances."""
    n = len(xy)
    if kind == "EXPLICIT":
        return _explicit(headers.get("EDGE_WEIGHT_FORMAT", "FULL_MATRIX"), sections, n)
    step = xy[:, None, :] - xy[None, :, :]
    if kind == "CEIL_2D":
        return np.asarray(np.ceil(np.sqrt((step * step).sum(axis=2)) - 1e-9), dtype=np.int64)
    if kind == "ATT":
        length = np.sqrt((step * step).sum(axis=2) / 10)
        return np.asarray(np.ceil(length), dtype=np.int64)
    if kind == "MAN_2D":
        return np.asarray(np.floor(np.abs(step).sum(axis=2) + 0.5), dtype=np.int64)
    if kind == "MAX_2D":
        return np.asarray(np.floor(np.abs(step) + 0.5).max(axis=2), dtype=np.int64)
    if kind == "GEO":
        whole_degrees = np.trunc(xy)
        angle = math.pi * (whole_degrees + 5 * (xy - whole_degrees) / 3) / 180
        latitude, longitude = angle[:, 0], angle[:, 1]
        q1 = np.cos(longitude[:, None] - longitude[None, :])
        q2 = np.cos(latitude[:, None] - latitude[None, :])
        q3 = np.cos(latitude[:, None] + latitude[None, :])
        inner = np.clip(0.5 * ((1 + q1) * q2 - (1 - q1) * q3), -1, 1)
        matrix: npt.NDArray[np.int64] = np.trunc(6378.388 * np.arccos(inner) + 1).astype(np.int64)
        np.fill_diagonal(matrix, 0)
        return matrix
    allowed = "EUC_2D, CEIL_2D, ATT, MAN_2D, MAX_2D, GEO or EXPLICIT"
    raise InvalidInput("EDGE_WEIGHT_TYPE", kind, allowed)


def _explicit(form: str, sections: dict[str, list[list[str]]], n: int) -> npt.NDArray[np.int64]:
    place = "EDGE_WEIGHT_SECTION"
    if "EDGE_WEIGHT" not in sections:
        raise InvalidInput(place, "nothing", "distances")
    words = [whole(word, place) for row in sections["EDGE_WEIGHT"] for word in row]
    cells: dict[str, list[tuple[int, int]]] = {
        "FULL_MATRIX": [(i, j) for i in range(n) for j in range(n)],
        "LOWER_ROW": [(i, j) for i in range(n) for j in range(i)],
        "LOWER_DIAG_ROW": [(i, j) for i in range(n) for j in range(i + 1)],
        "UPPER_ROW": [(i, j) for i in range(n) for j in range(i + 1, n)],
        "UPPER_DIAG_ROW": [(i, j) for i in range(n) for j in range(i, n)],
    }
    # By columns of one triangle is by rows of the other.
    cells["UPPER_COL"], cells["LOWER_COL"] = cells["LOWER_ROW"], cells["UPPER_ROW"]
    if form not in cells:
        raise InvalidInput("EDGE_WEIGHT_FORMAT", form, ", ".join(cells))
    if len(words) != len(cells[form]):
        raise InvalidInput(place, f"{len(words)} numbers", f"{len(cells[form])} numbers")
    matrix = np.zeros((n, n), dtype=np.int64)
    for (i, j), value in zip(cells[form], words, strict=True):
        matrix[i, j] = value
        if form != "FULL_MATRIX":
            matrix[j, i] = value
    return matrix
