"""One slotting for several seasons: good on their mean, or in the worst of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Floats, floats, frozen, whole
from backhaul.engine.slotting.checker import check_walks
from backhaul.engine.slotting.problem import Orders, SlottingProblem
from backhaul.engine.slotting.routes import route_lengths
from backhaul.engine.slotting.solution import SlottingSolution
from backhaul.engine.slotting.solve import solve
from backhaul.engine.solution import CheckReport
from backhaul.engine.stop import OnProgress, Stop

__all__ = ["SeasonalSlotting", "solve_seasons"]

#: Times that a season's orders may be repeated for its weight.
_MOST = 20


@dataclass(frozen=True, eq=False)
class SeasonalSlotting:
    """A slotting, and what it makes pickers walk in each season.

    Parameters
    ----------
    solution : SlottingSolution
        The slotting; its own cost is that of the mixed orders it was found with.
    seasons : tuple of Orders
        Order lines of each season.
    weights : array of float64, shape (seasons,)
        Shares of the year, summing to 1.
    metres_per_day : array of float64, shape (seasons,)
        Walk in each season.
    reference : array of float64, shape (seasons,)
        Walk of the velocity slotting in each, against which seasons are compared.
    """

    solution: SlottingSolution
    seasons: tuple[Orders, ...]
    weights: Floats
    metres_per_day: Floats
    reference: Floats

    @property
    def mean(self) -> float:
        """Metres a day over the year."""
        return float(self.weights @ self.metres_per_day)

    @property
    def worst(self) -> float:
        """Walk of the worst season, as a share of its reference."""
        return float(np.max(self.metres_per_day / self.reference))

    def check(self) -> CheckReport:
        """Verify the slotting, and the walk of every season, with separate code."""
        report = self.solution.check()
        found, slot = list(report.violations), self.solution.slot
        for orders, metres in zip(self.seasons, self.metres_per_day.tolist(), strict=True):
            own = replace(self.solution.problem, orders=orders, congestion=None)
            walked = np.rint(_lengths(own, slot) * 1000).astype(np.int64).tolist()
            found += check_walks(own, slot.tolist(), walked, metres).violations
        return CheckReport(tuple(found), report.figures)


def _lengths(problem: SlottingProblem, slot: npt.NDArray[np.int64]) -> Floats:
    orders = problem.orders
    assert orders is not None
    slots = slot[orders.product]
    placed = slots >= 0
    ends = np.concatenate([[0], np.cumsum(placed)])[orders.pointer]
    return np.asarray(route_lengths(problem.layout, ends, slots[placed]), dtype=np.float64)


def _mix(seasons: Sequence[Orders], share: Floats) -> Orders:
    """All orders together, those of a season repeated until days count by their share."""
    per_day = share / np.array([orders.days for orders in seasons])
    times = np.clip(np.rint(per_day / per_day[per_day > 0].min()), 0, _MOST).astype(int)
    rows = [orders for orders, k in zip(seasons, times.tolist(), strict=True) for _ in range(k)]
    lines = np.concatenate([np.diff(orders.pointer) for orders in rows])
    pointer = np.concatenate([[0], np.cumsum(lines)])
    return Orders(pointer, np.concatenate([orders.product for orders in rows]))


def solve_seasons(
    problem: SlottingProblem,
    seasons: Sequence[Orders],
    *,
    weights: Sequence[float] | npt.ArrayLike | None = None,
    worst: bool = False,
    rounds: int = 4,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> SeasonalSlotting:
    """Find one slotting for several seasons.

    The mean is one solve over the orders of all seasons, each repeated for its weight. For the worst
    season, seasons that walk long against their reference (velocity slotting of all orders) gain
    weight from round to round (multiplicative weights, Arora, Hazan and Kale 2012), and the
    slotting with the best worst season is kept.

    Parameters
    ----------
    problem : SlottingProblem
        Products and layout; its own orders are not looked at.
    seasons : sequence of Orders
        Order lines of each season, with their days.
    weights : sequence of float, shape (seasons,), optional
        How much each season counts, above 0; its days unless told. Weights a day that differ more
        than 20 to 1 are cut to that.
    worst : bool
        Judge by the worst season instead of the mean.
    rounds : int
        Solves, with `worst`; they share the limits of `stop` alike.
    stop, seed, threads, on_progress
        As in `solve`.

    Raises
    ------
    InvalidInput
        No seasons, a season without orders, a weight of 0 or NaN, affinity beside the orders.

    Examples
    --------
    >>> from backhaul.engine.slotting import Layout, Zone
    >>> layout = Layout.build([Zone("a", 2)], bays=3)
    >>> problem = SlottingProblem(layout, [2.0, 2.0], [9, 9], [9, 9], ["a"] * 2)
    >>> summer, winter = Orders([0, 1, 2], [0, 0]), Orders([0, 1, 2], [1, 1])
    >>> found = solve_seasons(problem, [summer, winter], stop=Stop(iterations=200))
    >>> found.metres_per_day.tolist(), found.check().ok
    ([8.8, 8.8], True)
    """
    whole("rounds", rounds, 1, 1000)
    parts = tuple(seasons)
    if not parts:
        raise InvalidInput("seasons", "none", "at least one")
    for i, orders in enumerate(parts):
        if len(orders) == 0 or len(orders.product) == 0:
            raise InvalidInput(f"seasons[{i}]", "no order lines", "at least one")
    given = [orders.days for orders in parts] if weights is None else weights
    counts = floats("weights", given, len(parts), 1e-9)
    counts = counts / counts.sum()
    share = counts
    own = [replace(problem, orders=orders) for orders in parts]

    def walks(slot: npt.NDArray[np.int64]) -> Floats:
        walked = [_lengths(p, slot).sum() / q.days for p, q in zip(own, parts, strict=True)]
        return np.array(walked, dtype=np.float64)

    limits = stop or Stop()
    if worst:
        part = limits.iterations
        limits = replace(
            limits,
            seconds=None if limits.seconds is None else limits.seconds / rounds,
            iterations=None if part is None else max(1, part // rounds),
        )
    velocity = solve(replace(problem, orders=_mix(parts, share)), stop=Stop(iterations=0))
    assert isinstance(velocity, SlottingSolution)
    reference = np.maximum(walks(velocity.slot), 1e-9)
    best: SeasonalSlotting | None = None
    for turn in range(rounds if worst else 1):
        mixed = replace(problem, orders=_mix(parts, share))
        found = solve(
            mixed, stop=limits, seed=seed + turn, threads=threads, on_progress=on_progress
        )
        assert isinstance(found, SlottingSolution)
        metres = walks(found.slot)
        answer = SeasonalSlotting(found, parts, frozen(counts), frozen(metres), frozen(reference))
        if best is None or answer.worst < best.worst:
            best = answer
        ratio = metres / reference
        share = share * np.exp(8.0 * (ratio / ratio.mean() - 1.0))
        share = share / share.sum()
    assert best is not None
    return best
