"""Capacitated lot sizing: many items, one capacity, setup times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.replenishment.arrays import Column, Reals, real_column, real_table
from backhaul.engine.replenishment.capacitated_checker import check_lots
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import replenishment as native

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["LotSizingProblem", "LotSizingSolution", "lot_sizes"]

_COLUMNS = ("setup_cost", "setup_time", "unit_time", "holding")


@dataclass(frozen=True, slots=True, eq=False, init=False)
class LotSizingProblem:
    """Items that are made on one resource.

    Parameters
    ----------
    demand : array of float64, shape (items, periods)
        Units needed by the end of each period; there is no stock at the start.
    capacity : array of float64, shape (periods,) or a number
        Capacity of each period.
    setup_cost : array of float64, shape (items,) or a number
        Money for a period in which the item is made.
    setup_time, unit_time : array of float64, shape (items,) or a number
        Capacity that a setup, and a unit, uses.
    holding : array of float64, shape (items,) or a number
        Money a unit in stock at the end of a period.

    Raises
    ------
    InvalidInput
        A value that is not a number from 0 to 1e12, by field and place; lengths that do not fit.

    Examples
    --------
    >>> problem = LotSizingProblem([[0.0, 15.0]], capacity=10.0, setup_cost=3.0, holding=2.0)
    >>> lot_sizes(problem, stop=Stop(iterations=2000)).quantities.tolist()
    [[5.0, 10.0]]
    """

    demand: Reals
    capacity: Reals
    setup_cost: Reals
    setup_time: Reals
    unit_time: Reals
    holding: Reals

    def __init__(
        self,
        demand: npt.NDArray[np.float64] | list[list[float]],
        *,
        capacity: Column,
        setup_cost: Column,
        setup_time: Column = 0.0,
        unit_time: Column = 1.0,
        holding: Column = 1.0,
    ) -> None:
        try:
            table = real_table("demand", demand)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise InvalidInput("demand", "not a table", "one row an item, numbers") from None
        if table.size == 0:
            raise InvalidInput("demand", f"shape {table.shape}", "at least one item and period")
        parts = {"capacity": (capacity, table.shape[1])}
        given = (setup_cost, setup_time, unit_time, holding)
        parts.update({n: (v, len(table)) for n, v in zip(_COLUMNS, given, strict=True)})
        object.__setattr__(self, "demand", _frozen("demand", table))
        for name, (values, length) in parts.items():
            column = real_column(name, values)
            if len(column) == 1 and length > 1:
                column = column.repeat(length)
            if len(column) != length:
                raise InvalidInput(name, f"{len(column)} values", f"{length}, or one")
            object.__setattr__(self, name, _frozen(name, column))

    @classmethod
    def read(cls, path: Path | str) -> LotSizingProblem:
        """Read the text format of Trigeiro, Thomas and McClain (1989).

        Numbers in this order: items, periods; the number of resources (1); the capacity; for each item
        its unit time, holding cost, setup time and setup cost; then demand, one line a period. What
        follows the last number of demand is not read.

        Raises
        ------
        InvalidInput
            The file is not there, not in this format, or ends too early.

        Examples
        --------
        >>> LotSizingProblem.read("nowhere.txt")
        Traceback (most recent call last):
        ...
        backhaul.engine.errors.InvalidInput: ...
        """
        try:
            words = Path(path).read_text().split()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(str(path), str(error), "a readable text file") from None
        try:
            items, periods, machines = (int(float(word)) for word in words[:3])
        except ValueError:
            raise InvalidInput(str(path), words[:3], "items, periods, 1") from None
        if items < 1 or periods < 1 or machines != 1:
            raise InvalidInput(str(path), words[:3], "at least 1 item and period, 1 resource")
        need = 4 + 4 * items + items * periods
        try:
            numbers = np.array([float(word) for word in words[:need]])
        except ValueError as error:
            raise InvalidInput(str(path), str(error), f"{need} numbers") from None
        if len(numbers) < need:
            raise InvalidInput(str(path), f"{len(numbers)} numbers", f"{need} numbers")
        columns = numbers[4 : 4 + 4 * items].reshape(items, 4).T.copy()
        demand = np.ascontiguousarray(numbers[4 + 4 * items :].reshape(periods, items).T)
        return cls(
            demand,
            capacity=float(numbers[3]),
            unit_time=columns[0],
            holding=columns[1],
            setup_time=columns[2],
            setup_cost=columns[3],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the problem."""
        return {name: getattr(self, name).tolist() for name in ("demand", "capacity", *_COLUMNS)}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> LotSizingProblem:
        """Rebuild a problem.

        Raises
        ------
        InvalidInput
            An unknown or missing field, or a value that is not allowed.
        """
        known = ("demand", "capacity", *_COLUMNS)
        for name, value in plain.items():
            if name not in known:
                raise InvalidInput(str(name), value, f"one of {', '.join(known)}")
        for name in ("demand", "capacity", "setup_cost"):
            if name not in plain:
                raise InvalidInput(name, None, "required")
        return cls(**plain)

    def columns(self) -> dict[str, Reals]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in ("demand", "capacity", *_COLUMNS)}


def _frozen(name: str, values: Reals) -> Reals:
    bad = np.argwhere(~((values >= 0) & (values <= 1e12)))
    if len(bad):
        place = "".join(f"[{k}]" for k in bad[0])
        raise InvalidInput(f"{name}{place}", float(values[tuple(bad[0])]), "0 to 1e12")
    copy = values.copy()
    copy.flags.writeable = False
    return copy


@dataclass(frozen=True, slots=True, eq=False)
class LotSizingSolution(SolutionBase):
    """Quantities of shape (items, periods), units, and what is known about them.

    ``infeasible``: no plan within the capacity was found; `overtime` is what this one uses beyond it,
    and `short_by`, when not None, the period by which no plan at all can suffice.
    """

    problem: LotSizingProblem
    quantities: Reals
    cost: float
    bound: float
    overtime: float
    short_by: int | None
    status: Status
    stats: SolveStats

    def check(self) -> CheckReport:
        """Recompute demand, capacity and cost with separate code.

        Examples
        --------
        >>> problem = LotSizingProblem([[5.0, 5.0]], capacity=10.0, setup_cost=3.0)
        >>> lot_sizes(problem).check().ok
        True
        """
        feasible = self.status is not Status.INFEASIBLE
        return check_lots(
            self.problem.columns(), self.quantities, self.cost, self.bound, feasible=feasible
        )

    def explain(self) -> Explanation:
        """Say which periods bind, what setups use, and why there is no plan if there is none."""
        p = self.problem
        work = p.unit_time @ self.quantities
        setups = p.setup_time @ (self.quantities > 0)
        use = (work + setups) / np.maximum(p.capacity, 1e-12)
        full = [int(t) for t in np.flatnonzero(use >= 1 - 1e-6)]
        count = int((self.quantities > 0).sum())
        paid = float(p.setup_cost @ (self.quantities > 0).sum(axis=1))
        lines = [
            f"{count} lots: setups cost {paid:g}, holding {self.cost - paid:g}",
            f"periods without room: {', '.join(map(str, full)) or 'none'}",
            f"setups use {setups.sum():g} of the capacity, units {work.sum():g}",
        ]
        if self.overtime > 0:
            lines.append(f"beyond the capacity: {self.overtime:g} in all")
        if self.short_by is not None:
            lines.append(
                f"what is needed by the end of period {self.short_by}, each item set up once, exceeds "
                "the capacity so far: no plan exists"
            )
        facts = {"use": use.tolist(), "full": full, "setup_cost": paid, "overtime": self.overtime}
        return Explanation(tuple(lines), facts)

    def plot(self) -> go.Figure:
        """Draw the capacity that each item uses in each period."""
        import plotly.graph_objects as go

        p = self.problem
        figure = go.Figure()
        use = p.unit_time[:, None] * self.quantities + p.setup_time[:, None] * (self.quantities > 0)
        for item, row in enumerate(use):
            figure.add_bar(y=row, name=f"item {item}")
        figure.add_scatter(y=p.capacity, name="capacity", mode="lines")
        figure.update_layout(barmode="stack", xaxis_title="period", yaxis_title="capacity used")
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the solution."""
        return {
            "problem": self.problem.to_dict(),
            "quantities": self.quantities.tolist(),
            "cost": self.cost,
            "bound": self.bound,
            "overtime": self.overtime,
            "short_by": self.short_by,
            "status": self.status.value,
            "stats": self.stats.to_dict(),
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> LotSizingSolution:
        """Rebuild a solution.

        Raises
        ------
        InvalidInput
            A part is missing or has a wrong shape.
        """
        try:
            problem = LotSizingProblem.from_dict(plain["problem"])
            quantities = np.array(plain["quantities"], dtype=np.float64)
            solution = cls(
                problem=problem,
                quantities=quantities,
                cost=float(plain["cost"]),
                bound=float(plain["bound"]),
                overtime=float(plain["overtime"]),
                short_by=plain["short_by"],
                status=Status(plain["status"]),
                stats=SolveStats(**plain["stats"]),
            )
        except KeyError as error:
            raise InvalidInput(str(error.args[0]), None, "a part of every solution") from None
        except (TypeError, ValueError) as error:
            raise InvalidInput("solution", str(error), "what to_dict returns") from None
        if quantities.shape != problem.demand.shape:
            allowed = f"shape {problem.demand.shape}"
            raise InvalidInput("quantities", f"shape {quantities.shape}", allowed)
        return solution


def lot_sizes(
    problem: LotSizingProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    start: LotSizingSolution | None = None,
    on_progress: OnProgress | None = None,
) -> LotSizingSolution:
    """Find cheap quantities within the capacity.

    Parameters
    ----------
    problem : LotSizingProblem
        Items and capacity.
    stop : Stop, optional
        Seconds; iterations (moves of each search, in blocks of 512); target. Default 1 second.
    seed : int
        Of the random moves.
    threads : int
        Searches side by side; the best plan is kept, so that it depends on their number.
    start : LotSizingSolution, optional
        A plan for a problem of this shape that meets this demand; the answer is never worse.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    LotSizingSolution
        ``infeasible`` when no plan within the capacity was found.

    Raises
    ------
    InvalidInput
        `threads` below 1, or a `start` that does not fit.

    Notes
    -----
    Bound by Lagrangian relaxation of the capacity (Trigeiro, Thomas and McClain 1989, Management Science
    35(3), 353-366). Plan by simulated annealing over chains of shifts between periods with priced
    overtime, then cheapest quantities for the setups by cancelling cycles (Klein 1967, Management
    Science 14(3), 205-220).

    Examples
    --------
    Two items of which one must be made ahead, because both setups do not fit in the second period.

    >>> problem = LotSizingProblem(
    ...     [[0.0, 4.0], [0.0, 4.0]], capacity=9.0, setup_cost=2.0, setup_time=2.0, holding=[1.0, 3.0])
    >>> solution = lot_sizes(problem, stop=Stop(iterations=5000))
    >>> solution.quantities.tolist(), solution.cost, solution.check().ok
    ([[4.0, 0.0], [0.0, 4.0]], 8.0, True)
    """
    if threads < 1:
        raise InvalidInput("threads", threads, "at least 1")
    if seed < 0:
        raise InvalidInput("seed", seed, "at least 0")
    if start is not None and start.quantities.shape != problem.demand.shape:
        raise InvalidInput("start", f"shape {start.quantities.shape}", f"{problem.demand.shape}")
    stop = stop or Stop(seconds=1.0)
    with native_errors():
        found = native.solve_capacitated(
            **problem.columns(),
            start=None if start is None else np.ascontiguousarray(start.quantities),
            limits=stop.limits(),
            seed=seed,
            threads=threads,
            on_progress=on_progress,
        )
    quantities = found["quantities"].reshape(problem.demand.shape)
    quantities.flags.writeable = False
    status = Status.FEASIBLE
    if found["overtime"] > 0:
        status = Status.INFEASIBLE
    elif found["cost"] <= found["bound"] * (1 + 1e-9) + 1e-9:
        status = Status.OPTIMAL
    return LotSizingSolution(
        problem=problem,
        quantities=quantities,
        cost=found["cost"],
        bound=min(found["bound"], found["cost"]) if status is Status.OPTIMAL else found["bound"],
        overtime=found["overtime"],
        short_by=found["short_by"],
        status=status,
        stats=SolveStats(
            seconds=found["seconds"],
            iterations=found["iterations"],
            stop_reason=found["stop_reason"],
            seed=seed,
            threads=threads,
        ),
    )
