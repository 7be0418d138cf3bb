"""The one hierarchy of errors. Nothing else leaves the API.

Every error has a `code` (stable, listed in `ERROR_CODES`), a `cause` and an `action`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from backhaul_native import NativeError

__all__ = [
    "ERROR_CODES",
    "BackhaulError",
    "CorruptRun",
    "Infeasible",
    "InvalidInput",
    "InvariantBroken",
    "Stopped",
    "native_errors",
]


class BackhaulError(Exception):
    """Base of every error raised by Backhaul.

    Attributes
    ----------
    code : str
        Stable short name, one of `ERROR_CODES`.
    exit_code : int
        What the command line exits with.
    """

    code: ClassVar[str] = "backhaul_error"
    exit_code: ClassVar[int] = 1
    action: ClassVar[str] = "See the message."


class InvalidInput(BackhaulError):
    """A value that was given is not allowed.

    Parameters
    ----------
    path : str
        Where the value stands, for example ``stops[3].demand`` or ``network.stores.dc``.
    value : object
        What was found there.
    allowed : str
        What would have been allowed.
    file : str, optional
        The file that it was read from.

    Examples
    --------
    >>> print(InvalidInput("stops[3].demand", -1, "a whole number of at least 0"))
    stops[3].demand: found -1, allowed: a whole number of at least 0
    """

    code = "invalid_input"
    exit_code = 2
    action = "Change the value to one that is allowed."

    def __init__(self, path: str, value: object, allowed: str, file: str | None = None) -> None:
        self.path, self.value, self.allowed, self.file = path, value, allowed, file
        super().__init__(path, value, allowed, file)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.path, self.value, self.allowed, self.file))

    def __str__(self) -> str:
        shown = self.value if isinstance(self.value, str) else repr(self.value)
        if len(shown) > 120:
            shown = shown[:117] + "..."
        place = f"{self.file}: {self.path}" if self.file else self.path
        return f"{place}: found {shown or 'nothing'}, allowed: {self.allowed}"


class Infeasible(InvalidInput):
    """No answer satisfies the constraints; `path` says which."""

    code = "infeasible"
    exit_code = 3
    action = "Relax the constraint that is named."


class Stopped(BackhaulError):
    """The deadline or an interrupt came before there was any answer."""

    code = "stopped"
    exit_code = 4
    action = "Give more time."


class InvariantBroken(BackhaulError):
    """A conservation law of the twin does not hold: a defect of ours, never of the input."""

    code = "invariant_broken"
    exit_code = 6
    action = "Report it, with the scenario and the seed."


class CorruptRun(BackhaulError):
    """A run folder is incomplete, or its parts contradict each other."""

    code = "corrupt_run"
    exit_code = 5
    action = "Run the scenario again."


def _rebuild(
    kind: type[InvalidInput], path: str, value: object, allowed: str, file: str | None
) -> InvalidInput:
    return kind(path, value, allowed, file=file)


ERROR_CODES: dict[str, type[BackhaulError]] = {
    kind.code: kind
    for kind in (BackhaulError, InvalidInput, Infeasible, Stopped, InvariantBroken, CorruptRun)
}


@contextmanager
def native_errors(*, file: str | None = None) -> Iterator[None]:
    """Turn an error of the compiled kernels into its public class."""
    try:
        yield
    except NativeError as error:
        kind, path, value, allowed = error.args
        if kind == "stopped":
            raise Stopped(f"{path}: stopped before there was an answer") from None
        public = InvalidInput if kind == "invalid_input" else Infeasible
        raise public(path, value, allowed, file=file) from None
