"""Pallets whose load may hang over: by how much at each side, and the room that this makes."""

from __future__ import annotations

from typing import Any

from backhaul.engine.errors import InvalidInput

__all__ = ["Overhang", "overhang", "room", "sides"]

#: How far a load may reach beyond the floor at -x, +x, -y, +y.
Overhang = tuple[int, int, int, int]


def sides(given: object) -> tuple[Any, ...]:
    """Return what was given for the sides, one value or several; nothing is 0.

    Examples
    --------
    >>> sides(None), sides(20), sides([20, 0])
    ((0,), (20,), (20, 0))
    """
    if given is None:
        return (0,)
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def overhang(path: str, given: object, size: tuple[int, int, int]) -> Overhang:
    """Return how far a load may hang over, or raise `InvalidInput`.

    Parameters
    ----------
    path : str
        Where it was given.
    given : int or sequence of 2 or 4 int
        The same at all four sides; along x and along y; or at -x, +x, -y, +y
        [units of length]. At most the length or width of the floor.
    size : tuple of 3 int
        Floor and height.

    Raises
    ------
    InvalidInput
        Not such numbers.

    Examples
    --------
    >>> overhang("o", 50, (1200, 800, 1500)), overhang("o", (0, 40), (1200, 800, 1500))
    ((50, 50, 50, 50), (0, 0, 40, 40))
    """
    values = sides(given)
    which = {1: (0, 0, 0, 0), 2: (0, 0, 1, 1), 4: (0, 1, 2, 3)}.get(len(values))
    if which is None:
        raise InvalidInput(path, given, "one whole number, two (x, y) or four (-x, +x, -y, +y)")
    for k, value in enumerate(values):
        most = min(size[:2]) if len(values) == 1 else size[which.index(k) // 2]
        whole = hasattr(value, "__index__") and not isinstance(value, bool)
        if not whole or not 0 <= value.__index__() <= most:
            raise InvalidInput(f"{path}[{k}]", value, f"a whole number of 0 to {most}")
    west, east, south, north = (int(values[k]) for k in which)
    return west, east, south, north


def room(size: tuple[int, int, int], over: Overhang) -> tuple[int, int, int]:
    """Return the extents of all the room that a load may take.

    Examples
    --------
    >>> room((1200, 800, 1500), (50, 50, 0, 20))
    (1300, 820, 1500)
    """
    west, east, south, north = over
    return size[0] + west + east, size[1] + south + north, size[2]
