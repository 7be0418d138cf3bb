"""Demand from history: fits that see through stock-outs, and quantile forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Reals, Whole, real_number
from backhaul.engine.replenishment.demand_effects import DemandEffects, fit_effects
from backhaul.engine.replenishment.lost_sales import Rows, whole_table
from backhaul_native import replenishment as native

__all__ = ["Method", "fit_demand", "forecast_demand"]

Table = npt.NDArray[np.float64]
Method = Literal["best", "smoothing", "croston", "sba", "tsb"]


def fit_demand(
    sales: Rows, censored: npt.NDArray[np.bool_] | None = None, *, threads: int = 1
) -> tuple[Reals, Reals]:
    """Return mean and variance over mean of the demand behind every row of sales.

    Parameters
    ----------
    sales : array of int32, shape (n, periods)
        Units sold a period.
    censored : array of bool, shape (n, periods), optional
        Periods that ended with an empty shelf: demand was at least the sales.
    threads : int
        Threads.

    Returns
    -------
    (array of float64, array of float64), shape (n,)
        Mean, and variance over mean (1 or more).

    Raises
    ------
    InvalidInput
        Negative sales by row and period, or tables of different shape or dtype.

    Notes
    -----
    Expectation and maximisation (Dempster, Laird and Rubin 1977): hidden demand is replaced by its
    expectation, given the sales, under the negative binomial with the moments found so far.

    Examples
    --------
    >>> mean, ratio = fit_demand([[2, 4, 3, 3]])
    >>> float(mean[0]), float(ratio[0])
    (3.0, 1.0)
    """
    table = whole_table("sales", sales)
    hidden = np.zeros((0, 0), dtype=np.bool_) if censored is None else np.asarray(censored)
    if hidden.dtype != np.bool_ or hidden.ndim != 2 or not hidden.flags.c_contiguous:
        raise InvalidInput("censored", f"{hidden.dtype}, shape {hidden.shape}", "a table of bool")
    if censored is not None and hidden.shape != table.shape:
        raise InvalidInput("censored", f"shape {hidden.shape}", f"shape {table.shape}, as sales")
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    with native_errors():
        return native.fit_demand(table, hidden, threads)


def forecast_demand(
    sales: Rows,
    horizon: int,
    *,
    season: int = 1,
    method: Method = "best",
    quantiles: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    drivers: Table | None = None,
    drivers_ahead: Table | None = None,
    effects: DemandEffects | None = None,
    threads: int = 1,
) -> Whole:
    """Return quantiles of demand in the next periods for every row of sales.

    A level is followed (exponential smoothing; Croston 1972; Syntetos and Boylan 2005; Teunter, Syntetos
    and Babai 2011; or ``best``: the one with the least squared one-step error), after seasonal factors
    that are shrunk where sales are few; the spread is that of the one-step errors, in a Poisson or
    negative binomial. What prices, promotions and other drivers are known to do is taken out of the history
    first and put into the periods to come.

    Parameters
    ----------
    sales : array of int32, shape (n, periods)
        Units sold a period.
    horizon : int
        Periods to forecast.
    season : int
        Periods of a season, for example 7 for days of a week; 1 is none.
    method : {"best", "smoothing", "croston", "sba", "tsb"}
        How the level is followed.
    quantiles : sequence of float
        Rising, above 0 and below 1.
    drivers : array of float64, shape (periods, k) or (n, periods, k), optional
        What moved demand in the history, as `fit_effects` takes it.
    drivers_ahead : array of float64, shape (horizon, k) or (n, horizon, k)
        The same for the periods to come; with `drivers`.
    effects : DemandEffects, optional
        What the drivers do; fitted to this history unless given.
    threads : int
        Threads.

    Returns
    -------
    array of int32, shape (n, horizon, len(quantiles))
        Units a period, by series, period and quantile.

    Raises
    ------
    InvalidInput
        Negative sales by row and period, drivers that do not fit, or a parameter that is not allowed.

    Examples
    --------
    >>> forecast_demand([[4] * 40], 2, quantiles=[0.5])[0, :, 0]
    array([4, 4], dtype=int32)

    Every other period was a promotion that tripled sales; the next two are one, and none:

    >>> promotion = np.array([[0.0], [1.0]] * 30)
    >>> forecast_demand([[10, 30] * 30], 2, quantiles=[0.5], drivers=promotion,
    ...     drivers_ahead=np.array([[1.0], [0.0]]))[0, :, 0]
    array([30, 10], dtype=int32)
    """
    table = whole_table("sales", sales)
    if method not in get_args(Method):
        raise InvalidInput("method", method, " or ".join(get_args(Method)))
    for name, number in (("horizon", horizon), ("season", season), ("threads", threads)):
        if number < 1:
            raise InvalidInput(name, number, "at least 1")
    levels = [real_number(f"quantiles[{k}]", q) for k, q in enumerate(quantiles)]
    past = ahead = None
    if drivers is not None or drivers_ahead is not None or effects is not None:
        if drivers is None or drivers_ahead is None:
            name = "drivers" if drivers is None else "drivers_ahead"
            raise InvalidInput(name, None, "drivers of the history and of the periods to come")
        known = fit_effects(table, drivers) if effects is None else effects
        past = known.factors(drivers, len(table), table.shape[1], "drivers")
        ahead = known.factors(drivers_ahead, len(table), horizon, "drivers_ahead")
    with native_errors():
        found = native.forecast_demand(
            table,
            past=past,
            ahead=ahead,
            season=season,
            horizon=horizon,
            method=method,
            quantiles=levels,
            threads=threads,
        )
    return found.reshape(len(table), horizon, len(quantiles))
