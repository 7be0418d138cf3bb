"""Files of the field: VRPLIB and its dialects, Solomon, Li & Lim, and solution files."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from backhaul.engine.errors import InvalidInput
from backhaul.engine.routing.formats.sol import read_solution, write_solution
from backhaul.engine.routing.formats.tables import is_table, read_table
from backhaul.engine.routing.formats.vrplib import read_vrplib
from backhaul.engine.routing.model import RoutingProblem

__all__ = ["Convention", "read", "read_solution", "write_solution"]

Convention = Literal["round", "dimacs", "exact", "double"]

MAX_BYTES = 400_000_000


def read(
    path: str | Path,
    *,
    family: str | None = None,
    convention: Convention | None = None,
    vehicles_first: bool = False,
) -> RoutingProblem:
    """Read an instance file; its format is told by its contents.

    Parameters
    ----------
    path : str or Path
        A VRPLIB file, or a Solomon, Gehring & Homberger or Li & Lim table.
    family : str, optional
        Such as ``"cvrp"`` or ``"vrptw"``; None: the file's TYPE, else guessed from its sections.
    convention : {"round", "dimacs", "exact", "double"}, optional
        Distances rounded, ten times truncated, a thousand times rounded, or as they are; None:
        the custom of the family.
    vehicles_first : bool
        Fewest vehicles first, then distance.

    Raises
    ------
    InvalidInput
        The file cannot be read; the message names file, place and value.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput("FILE", str(path), f"a readable file ({error.strerror})") from None
    except ValueError:
        raise InvalidInput("FILE", str(path), "a readable file") from None
    if len(data) > MAX_BYTES:
        raise InvalidInput("FILE", len(data), f"at most {MAX_BYTES} bytes", file=str(path))
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    if not text.strip():
        raise InvalidInput("FILE", "an empty file", "an instance", file=str(path))
    try:
        if is_table(text):
            return read_table(text, vehicles_first=vehicles_first)
        return read_vrplib(
            text, family=family, convention=convention, vehicles_first=vehicles_first
        )
    except InvalidInput as error:
        if error.file is not None:
            raise
        raise InvalidInput(error.path, error.value, error.allowed, file=str(path)) from None
