"""Does the clock get queueing theory right? Known values against replications, on either engine."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Literal

from backhaul.engine.errors import InvalidInput
from backhaul.sim.clock.engines import ENGINES, engine
from backhaul.sim.clock.models import MODELS

__all__ = ["KNOWN", "AnalyticRow", "Known", "analytic_rows"]

#: Two-sided Student quantiles (95 % and 99.9 %) by degrees of freedom, from 19 on; the normal ones
#: beyond the last.
_STUDENT = {19: (2.093, 3.883), 29: (2.045, 3.659), 39: (2.023, 3.558), 59: (2.001, 3.460)}
_NORMAL = (1.960, 3.291)


@dataclass(frozen=True, slots=True)
class Known:
    """A figure whose value is known.

    Parameters
    ----------
    name, parameters, source : str
        What it is, of which system, and who derived it.
    model, figure : str
        Which model gives it, and under which name.
    value : float
        What theory says.
    tolerance : float
        Bound on the half-width of the 95 % interval (``kind`` relative: as a share of the value),
        or on the distance itself (absolute).
    """

    name: str
    parameters: str
    model: str
    figure: str
    value: float
    tolerance: float
    kind: Literal["relative", "absolute", "identity"]
    source: str


@dataclass(frozen=True, slots=True)
class AnalyticRow:
    """One figure on one engine: what is known, what was got, and whether they agree.

    `half_width` is that of the 95 % interval. `inside` says that the 99.9 % interval covers the
    known value (a 95 % interval misses one time in twenty by right) and that the interval is as
    narrow as asked; for an absolute tolerance, that the distance is within it; for an identity,
    that it holds in every single run.
    """

    name: str
    engine: str
    known: float
    got: float
    half_width: float
    inside: bool
    source: str


_KLEINROCK = "Kleinrock, Queueing Systems vol. 1 (1975)"
_INF = "lambda=12/h, stay lognormal mean 0.75 h CV 0.9"

KNOWN: tuple[Known, ...] = (
    Known(
        "M/M/1 mean wait in queue",
        "lambda=0.8 mu=1",
        "M/M/1",
        "wait",
        4.0,
        0.02,
        "relative",
        _KLEINROCK,
    ),
    Known(
        "M/M/3 mean wait in queue",
        "lambda=2.4 mu=1 c=3",
        "M/M/3",
        "wait",
        1.0786517,
        0.02,
        "relative",
        f"Erlang C; {_KLEINROCK}",
    ),
    Known(
        "M/M/3 probability of waiting",
        "lambda=2.4 mu=1 c=3",
        "M/M/3",
        "delayed",
        0.64719101,
        0.02,
        "relative",
        "Erlang C",
    ),
    Known(
        "M/D/1 mean wait in queue (dock with fixed unloading time)",
        "lambda=0.7 service=1 fixed",
        "M/D/1",
        "wait",
        1.1666667,
        0.02,
        "relative",
        "Pollaczek-Khinchine",
    ),
    Known(
        "M/G/inf mean customers in store (Palm)",
        _INF,
        "M/G/inf",
        "mean",
        9.0,
        0.02,
        "relative",
        "Palm 1938",
    ),
    Known(
        "M/G/inf P(in store<=5)",
        _INF,
        "M/G/inf",
        "low",
        0.11569052,
        0.005,
        "absolute",
        "Palm 1938",
    ),
    Known(
        "Erlang loss: share of vans turned away, 5 docks",
        "lambda=4 mu=1 c=5 no queue, service lognormal CV 0.9",
        "Erlang loss",
        "lost",
        0.19906687,
        0.02,
        "relative",
        "Erlang B",
    ),
    Known(
        "M/M/2/6 loss probability",
        "lambda=3 mu=1 c=2 room for 6 in all",
        "M/M/2/6",
        "lost",
        0.3596448,
        0.02,
        "relative",
        "birth-death balance",
    ),
    Known(
        "Jackson tandem with rework: mean number in network",
        "external lambda=1, mu=2, 1.8, 1.5 in series; 10% of the last go back to the first",
        "Jackson",
        "mean",
        5.7200461,
        0.02,
        "relative",
        "Jackson 1957",
    ),
    Known(
        "Machine repair: vehicle availability, 1 mechanic",
        "10 trucks, MTBF 300 h exp, repair 30 h exp, 1 mechanic",
        "Machine repair",
        "available",
        0.78541766,
        0.02,
        "relative",
        "finite-source birth-death (Palm's machine interference)",
    ),
    Known(
        "Priority queue (non-preemptive), urgent class mean wait",
        "lambda1=0.3 lambda2=0.5 mu=1 both",
        "Priority queue",
        "wait 0",
        1.1428571,
        0.02,
        "relative",
        "Cobham 1954",
    ),
    *(
        Known(
            "Little's law on every run",
            f"{model}: |L - lambda W| / L on the cleared window",
            model,
            "little",
            0.0,
            1e-9,
            "identity",
            "Little 1961",
        )
        for model in ("M/M/1", "M/M/3", "M/D/1")
    ),
)


def _quantiles(replications: int) -> tuple[float, float]:
    """Return the 95 % and 99.9 % quantiles, from the side that makes intervals wider."""
    known = [degrees for degrees in _STUDENT if degrees <= replications - 1]
    return _STUDENT[max(known)] if replications <= 100 else _NORMAL


def _judge(known: Known, name: str, got: list[float]) -> AnalyticRow:
    mean = statistics.fmean(got)
    error = statistics.stdev(got) / math.sqrt(len(got))
    at_95, at_999 = _quantiles(len(got))
    distance = abs(mean - known.value)
    if known.kind == "relative":
        narrow = at_95 * error <= known.tolerance * abs(known.value)
        inside = narrow and distance <= at_999 * error
    elif known.kind == "absolute":
        inside = distance <= known.tolerance
    else:
        mean = max(got)
        inside = mean <= known.tolerance
    return AnalyticRow(known.name, name, known.value, mean, at_95 * error, inside, known.source)


def analytic_rows(
    engines: tuple[str, ...] = ENGINES,
    *,
    seed: int = 1,
    replications: int = 20,
    size: float = 1.0,
) -> list[AnalyticRow]:
    """Run every queueing system on the engines, and compare with what is known.

    Parameters
    ----------
    engines : tuple of str
        Names of engines; with the same seed both give the same figures, to the last bit.
    seed : int
        Of the random streams.
    replications : int
        Independent runs, at least 20.
    size : float
        Length of each run; 1 is what the bounds on the half-widths need.

    Raises
    ------
    InvalidInput
        An engine is unknown, or there are too few replications.

    Examples
    --------
    >>> rows = analytic_rows(("compiled",), size=0.01)
    >>> rows[-1].name, rows[-1].inside
    ("Little's law on every run", True)
    """
    if replications < 20:
        raise InvalidInput("replications", replications, "at least 20")
    rows = []
    for name in engines:
        clock = engine(name)
        figures = {
            model: [run(clock, seed, k, size) for k in range(replications)]
            for model, run in MODELS.items()
        }
        for known in KNOWN:
            got = [run[known.figure] for run in figures[known.model]]
            rows.append(_judge(known, name, got))
    return rows
