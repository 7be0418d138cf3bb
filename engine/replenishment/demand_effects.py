"""What drives demand: season, weekday, price and promotion, fitted to all series at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.replenishment.arrays import Reals
from backhaul.engine.replenishment.lost_sales import Rows, whole_table

__all__ = ["DemandEffects", "fit_effects"]

#: Most steps of the fit; stock-outs make it slower.
STEPS = 50


@dataclass(frozen=True, slots=True, eq=False)
class DemandEffects:
    """Base rate of each series, shape (n,), and its effects, shape (n, drivers), on the logarithm of demand."""

    base: Reals
    effects: Reals

    def mean(self, drivers: npt.NDArray[np.float64]) -> Reals:
        """Return mean demand for given drivers.

        Parameters
        ----------
        drivers : array of float64, shape (periods, drivers) or (n, periods, drivers)
            As in the fit.

        Returns
        -------
        array of float64, shape (n, periods)
            Units a period.

        Raises
        ------
        InvalidInput
            Drivers of another shape or number than in the fit.

        Examples
        --------
        >>> doubles = DemandEffects(np.array([5.0]), np.array([[np.log(2)]]))
        >>> doubles.mean(np.array([[0.0], [1.0]])).round(6).tolist()
        [[5.0, 10.0]]
        """
        table = _drivers("drivers", drivers, len(self.base), None)
        rate: Reals = self.base[:, None] * self.factors(table, len(self.base), table.shape[1])
        return rate

    def factors(
        self,
        drivers: npt.NDArray[np.float64],
        series: int,
        periods: int,
        name: str = "drivers",
    ) -> Reals:
        """Return what the drivers multiply the base rate by.

        Parameters
        ----------
        drivers : array of float64, shape (periods, drivers) or (n, periods, drivers)
            As in the fit.
        series, periods : int
            Rows and columns of the answer.
        name : str
            What the drivers are called where they are wrong.

        Returns
        -------
        array of float64, shape (series, periods)
            Above 0, without unit.

        Raises
        ------
        InvalidInput
            Drivers of another shape or number than in the fit.

        Examples
        --------
        >>> doubles = DemandEffects(np.array([5.0]), np.array([[np.log(2)]]))
        >>> doubles.factors(np.array([[0.0], [1.0]]), 1, 2).round(6).tolist()
        [[1.0, 2.0]]
        """
        if len(self.base) != series:
            raise InvalidInput("effects", f"of {len(self.base)} series", f"of {series} series")
        table = _drivers(name, drivers, series, periods)
        if table.shape[2] != self.effects.shape[1]:
            raise InvalidInput(name, table.shape[2], f"{self.effects.shape[1]} drivers")
        score = np.einsum("ntk,nk->nt", table, self.effects)
        # Beyond a factor of about 400,000 a driver is a mistake, not an effect.
        return np.ascontiguousarray(np.exp(np.clip(score, -13.0, 13.0)))


def _drivers(name: str, drivers: npt.NDArray[np.float64], n: int, periods: int | None) -> Reals:
    table = np.asarray(drivers)
    if table.dtype != np.float64 or table.ndim not in (2, 3):
        allowed = "float64, shape (periods, drivers) or (series, periods, drivers)"
        raise InvalidInput(name, f"{table.dtype}, shape {table.shape}", allowed)
    if table.ndim == 2:
        table = np.broadcast_to(table, (n, *table.shape))
    if len(table) != n or (periods is not None and table.shape[1] != periods):
        allowed = f"{n} series" + (f" of {periods} periods" if periods is not None else "")
        raise InvalidInput(name, f"shape {table.shape}", allowed)
    for place in np.argwhere(~(np.abs(table) <= 1e3))[:1]:
        path = name + "".join(f"[{k}]" for k in place)
        raise InvalidInput(path, float(table[tuple(place)]), "-1000 to 1000")
    return table


def fit_effects(
    sales: Rows,
    drivers: npt.NDArray[np.float64],
    censored: npt.NDArray[np.bool_] | None = None,
    *,
    shrink: float = 1.0,
) -> DemandEffects:
    """Return how demand of every series moves with its drivers.

    Demand is Poisson with mean ``base * exp(drivers @ effects)``: a driver is for example a 0 or 1 for a
    weekday or a month (leave one out), the logarithm of the price over its usual level (the effect is the
    elasticity), or a 0 or 1 for a promotion.

    Parameters
    ----------
    sales : array of int32, shape (n, periods)
        Units sold a period.
    drivers : array of float64, shape (periods, drivers) or (n, periods, drivers)
        Common to all series, or of each.
    censored : array of bool, shape (n, periods), optional
        Periods that ended with an empty shelf: demand was at least the sales.
    shrink : float
        Weight of the belief that an effect is zero, in units of information; keeps the effects of drivers
        that a short series hardly shows near zero.

    Returns
    -------
    DemandEffects

    Raises
    ------
    InvalidInput
        Negative sales by row and period, drivers that are not numbers, or shapes that do not fit.

    Notes
    -----
    Iteratively reweighted least squares of the Poisson regression (Nelder and Wedderburn 1972) with a ridge,
    all series side by side; hidden demand is replaced by its expectation at every step (Dempster, Laird
    and Rubin 1977).

    Examples
    --------
    A promotion doubles sales: the effect is log 2.

    >>> fit = fit_effects([[10, 20] * 50], np.array([[0.0], [1.0]] * 50), shrink=0.0)
    >>> round(float(fit.base[0]), 3), round(float(np.exp(fit.effects[0, 0])), 3)
    (10.0, 2.0)
    """
    from scipy.special import pdtrc

    table = whole_table("sales", sales).astype(np.float64)
    for row, period in np.argwhere(table < 0)[:1]:
        raise InvalidInput(f"sales[{row}][{period}]", table[row, period], "at least 0 units")
    n, periods = table.shape
    hidden = np.zeros(table.shape, dtype=np.bool_) if censored is None else np.asarray(censored)
    if hidden.dtype != np.bool_ or hidden.shape != table.shape:
        allowed = f"bool, shape {table.shape}, as sales"
        raise InvalidInput("censored", f"{hidden.dtype}, shape {hidden.shape}", allowed)
    if not 0 <= shrink < np.inf:
        raise InvalidInput("shrink", shrink, "a finite number of at least 0")
    known = _drivers("drivers", drivers, n, periods)
    design = np.concatenate([np.ones((n, periods, 1)), known], axis=2)
    width = design.shape[2]
    ridge = np.diag([0.0] + [shrink] * (width - 1)) + 1e-9 * np.eye(width)
    weights = np.zeros((n, width))
    weights[:, 0] = np.log(np.maximum(table.mean(axis=1), 1e-6))
    demand = table
    for _ in range(STEPS):
        score = np.clip(np.einsum("ntk,nk->nt", design, weights), -20, 16)
        rate = np.exp(score)
        if hidden.any():
            # E[Y | Y >= c] = rate * P(Y >= c - 1) / P(Y >= c); far out, take the sales.
            above = np.where(table >= 1, pdtrc(table - 1, rate), 1.0)
            before = np.where(table >= 2, pdtrc(np.maximum(table - 2, 0), rate), 1.0)
            expected = rate * before / np.maximum(above, 1e-12)
            demand = np.where(hidden, np.where(above > 1e-10, expected, table), table)
        slope = np.einsum("ntk,nt->nk", design, demand - rate) - weights @ ridge
        bend = np.einsum("ntk,nt,ntl->nkl", design, rate, design, optimize=True) + ridge
        step = np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
        step = np.clip(step, -1.0, 1.0)
        weights = weights + step
        if np.abs(step).max(initial=0.0) < 1e-6:
            break
    return DemandEffects(np.exp(weights[:, 0]), weights[:, 1:])
