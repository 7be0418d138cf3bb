"""Order batching: which orders are picked on one tour, by whom, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import Infeasible, InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Ints, frozen, whole, wholes
from backhaul.engine.slotting.batching_checker import check_batches
from backhaul.engine.slotting.layout import Layout
from backhaul.engine.slotting.routes import Method, PickTour, shortest_route
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import batching as native

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["BatchingProblem", "BatchingSolution", "PickTimes", "Wave", "solve_batching"]


@dataclass(frozen=True, eq=False)
class PickTimes:
    """Pickers, and when orders come and are due.

    Parameters
    ----------
    pickers : int
        Who work side by side.
    release_s, due_s, handling_s : array of int, shape (orders,)
        When an order may be begun, when it should be done, and the seconds its lines take at the
        shelf. One number stands for all orders.
    speed_mm_s : int
        Walking speed.
    setup_s : int
        Seconds to set up a tour.
    lateness_mm_per_s : int
        What a second of lateness of one order counts, as walk.
    """

    pickers: int
    release_s: Ints | Sequence[int] | int
    due_s: Ints | Sequence[int] | int
    handling_s: Ints | Sequence[int] | int = 0
    speed_mm_s: int = 1_000
    setup_s: int = 0
    lateness_mm_per_s: int = 1_000


@dataclass(frozen=True, eq=False)
class BatchingProblem:
    """Orders that are to be picked, and the cart that holds some of them.

    Parameters
    ----------
    layout : Layout
        The warehouse, with aisles.
    order_pointer : array of int, shape (orders + 1,)
        Order ``i`` has the lines ``order_pointer[i]`` to below ``order_pointer[i + 1]``.
    line_slots : array of int, shape (lines,)
        Slot of each line.
    load : array of int, shape (orders, limits)
        What an order takes of each limit of the cart: boxes, items, grams.
    capacity : sequence of int, shape (limits,)
        Limits of the cart.
    limit_names : tuple of str
        Names of the limits, for people.
    names : tuple of str, optional
        Names of the orders.
    times : PickTimes, optional
        Pickers and due times, where they count.
    method : str
        How pickers walk, as in `route_lengths`.

    Raises
    ------
    InvalidInput
        A slot that does not exist, a pointer that falls, arrays of different lengths.
    Infeasible
        An order that no cart holds.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 2)], bays=3, depot_aisle=0)
    >>> problem = BatchingProblem(layout, [0, 1, 2], [0, 1], [[1], [1]], [2])
    >>> solve_batching(problem).batches
    ((0, 1),)
    """

    layout: Layout
    order_pointer: Ints
    line_slots: Ints
    load: Ints
    capacity: Ints
    limit_names: tuple[str, ...] = ()
    names: tuple[str, ...] | None = None
    times: PickTimes | None = None
    method: Method = "exact"

    def __post_init__(self) -> None:
        self.layout.grid()
        self._put(
            "line_slots", wholes("line_slots", self.line_slots, None, 0, len(self.layout) - 1)
        )
        lines = len(self.line_slots)
        pointer = wholes("order_pointer", self.order_pointer, None, 0, lines)
        if len(pointer) == 0 or pointer[0] != 0 or pointer[-1] != lines:
            raise InvalidInput("order_pointer", pointer.tolist()[:5], f"from 0 to {lines}, rising")
        if (np.diff(pointer) < 0).any():
            at = int(np.flatnonzero(np.diff(pointer) < 0)[0]) + 1
            raise InvalidInput(f"order_pointer[{at}]", int(pointer[at]), "no less than before")
        self._put("order_pointer", pointer)
        n = len(pointer) - 1
        self._put("capacity", wholes("capacity", self.capacity))
        limits = len(self.capacity)
        try:
            table = np.asarray(self.load, dtype=np.float64).reshape(n, limits)
        except (TypeError, ValueError):
            raise InvalidInput("load", "another shape", f"numbers, {n} x {limits}") from None
        self._put("load", wholes("load", table.ravel()).reshape(n, limits))
        names = tuple(str(i) for i in self.names or (f"order-{i}" for i in range(n)))
        if len(names) != n or len(set(names)) != n:
            raise InvalidInput("names", f"{len(set(names))} different", f"{n} different names")
        self._put("names", names)
        words = tuple(self.limit_names or (f"limit-{i}" for i in range(limits)))
        if len(words) != limits:
            raise InvalidInput("limit_names", f"{len(words)} names", f"{limits} names")
        self._put("limit_names", words)
        over = np.argwhere(self.load > self.capacity)
        if len(over):
            i, k = (int(v) for v in over[0])
            allowed = f"at most {int(self.capacity[k])}, which a cart holds"
            raise Infeasible(f"orders[{names[i]}].{words[k]}", int(self.load[i, k]), allowed)
        if self.times is not None:
            self._put("times", _times(self.times, n))

    def _put(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.order_pointer) - 1

    def slots_of(self, orders: Sequence[int]) -> Ints:
        """Return the slots that some orders need, each once."""
        parts = [self.line_slots[self.order_pointer[o] : self.order_pointer[o + 1]] for o in orders]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))


def _times(times: PickTimes, orders: int) -> PickTimes:
    whole("times.pickers", times.pickers, 1, 10**6)
    whole("times.speed_mm_s", times.speed_mm_s, 1)
    whole("times.setup_s", times.setup_s, 0)
    whole("times.lateness_mm_per_s", times.lateness_mm_per_s, 0)
    lists = []
    for name in ("release_s", "due_s", "handling_s"):
        value = getattr(times, name)
        row = np.full(orders, value) if np.ndim(value) == 0 else value
        lists.append(wholes(f"times.{name}", row, orders))
    release, due, handling = lists
    return PickTimes(
        times.pickers,
        release,
        due,
        handling,
        times.speed_mm_s,
        times.setup_s,
        times.lateness_mm_per_s,
    )


@dataclass(frozen=True, slots=True)
class Wave:
    """Batches that are released together because their orders are due together.

    Parameters
    ----------
    due_s : int
        The earliest due time of its batches.
    batches : tuple of int
        Numbers of the batches.
    start_s, end_s : int
        When its first batch begins, and its last one ends.
    late_s : int
        Lateness of all its orders, added up.
    """

    due_s: int
    batches: tuple[int, ...]
    start_s: int
    end_s: int
    late_s: int


@dataclass(frozen=True, eq=False)
class BatchingSolution(SolutionBase):
    """Batches and their walks; cost in metres, lateness included as walk.

    Parameters
    ----------
    problem : BatchingProblem
        What was batched.
    batch : array of int64, shape (orders,)
        Batch of each order.
    metres : array of float64, shape (batches,)
        Walk of each batch.
    shifts : mapping of str to array, each of shape (batches,)
        With due times: ``picker``, ``start`` and ``end`` in seconds, and ``late``, the seconds
        of lateness of the batch's orders added up.
    """

    problem: BatchingProblem
    batch: Ints
    metres: npt.NDArray[np.float64]
    cost: float
    bound: float | None
    status: Status
    stats: SolveStats
    shifts: Mapping[str, Ints] = field(default_factory=dict)

    @property
    def batches(self) -> tuple[tuple[int, ...], ...]:
        """Orders of each batch."""
        lists: list[list[int]] = [[] for _ in range(len(self.metres))]
        for order, b in enumerate(self.batch.tolist()):
            lists[b].append(order)
        return tuple(tuple(b) for b in lists)

    @property
    def waves(self) -> tuple[Wave, ...]:
        """Batches by due time, earliest first; empty where nothing is due."""
        times = self.problem.times
        if times is None:
            return ()
        due = np.asarray(times.due_s)
        lists: dict[int, list[int]] = {}
        for b, orders in enumerate(self.batches):
            lists.setdefault(int(due[list(orders)].min()), []).append(b)
        start, end, late = (self.shifts[k] for k in ("start", "end", "late"))
        return tuple(
            Wave(when, tuple(b), int(start[b].min()), int(end[b].max()), int(late[b].sum()))
            for when, b in sorted(lists.items())
        )

    def tour(self, batch: int) -> PickTour:
        """Return the shortest tour of one batch."""
        number = whole("batch", batch, 0, len(self.metres) - 1)
        return shortest_route(self.problem.layout, self.problem.slots_of(self.batches[number]))

    def check(self) -> CheckReport:
        """Verify capacity, walks, times and cost with separate code."""
        tours = None
        if self.problem.method == "exact":
            tours = [self.tour(b) for b in range(len(self.metres))]
        return check_batches(
            self.problem, self.batches, self.metres.tolist(), self.cost, self.shifts, tours
        )

    def explain(self, batch: int | None = None) -> Explanation:
        """Say what a batch holds and what binds, or give the state of the whole plan.

        Examples
        --------
        >>> from backhaul.engine.slotting import Zone
        >>> layout = Layout.build([Zone("ambient", 2)], bays=3, depot_aisle=0)
        >>> plan = solve_batching(BatchingProblem(layout, [0, 1, 2], [0, 1], [[1], [1]], [2]))
        >>> print(plan.explain(0))
        batch 0: 2 orders, 2 slots, 4 m
        alone, its orders would be walked in 9 m: the batch saves 4 m
        limit-0: 2 of 2, so that no further order fits
        """
        problem = self.problem
        if batch is None:
            used = problem.load.sum(axis=0) / np.maximum(problem.capacity * len(self.metres), 1)
            walked = f"{self.metres.sum():,.0f} m walked"
            lines = [f"{len(problem)} orders in {len(self.metres)} batches, {walked}"]
            lines += [
                f"{name}: carts are {share:.0%} full"
                for name, share in zip(problem.limit_names, used, strict=True)
            ]
            late = int(np.sum(self.shifts["late"])) if self.shifts else 0
            if problem.times is not None:
                lines.append(f"orders are late by {late} s in all")
            return Explanation(tuple(lines), {"fill": used.tolist(), "late_s": late})
        orders = self.batches[whole("batch", batch, 0, len(self.metres) - 1)]
        from backhaul.engine.slotting.routes import route_lengths

        rows = [problem.slots_of([o]) for o in orders]
        ends = np.concatenate([[0], np.cumsum([len(r) for r in rows])])
        alone = route_lengths(problem.layout, ends, np.concatenate(rows), method=problem.method)
        walk = float(self.metres[batch])
        load = problem.load[list(orders)].sum(axis=0)
        slots, total = len(problem.slots_of(orders)), float(alone.sum())
        saves = f"the batch saves {total - walk:,.0f} m"
        lines = [
            f"batch {batch}: {len(orders)} orders, {slots} slots, {walk:,.0f} m",
            f"alone, its orders would be walked in {total:,.0f} m: {saves}",
        ]
        others = np.setdiff1d(np.arange(len(problem)), orders)
        for k, name in enumerate(problem.limit_names):
            room = int(problem.capacity[k] - load[k])
            least = int(problem.load[others, k].min()) if len(others) else 1
            binds = ", so that no further order fits" if room < max(least, 1) else ""
            lines.append(f"{name}: {int(load[k])} of {int(problem.capacity[k])}{binds}")
        return Explanation(tuple(lines), {"orders": list(orders), "saves_m": total - walk})

    def plot(self) -> go.Figure:
        """Draw the walk of each batch, or, with due times, who picks what and when."""
        from backhaul.engine.slotting.batching_plots import batches_figure

        return batches_figure(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the problem included."""
        from backhaul.engine.slotting.batching_formats import batching_to_dict

        names = self.problem.names or ()
        rows = [
            {
                "orders": [names[o] for o in orders],
                "metres": float(self.metres[b]),
                **{key: int(column[b]) for key, column in self.shifts.items()},
            }
            for b, orders in enumerate(self.batches)
        ]
        return {**self.summary(), "batches": rows, "problem": batching_to_dict(self.problem)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> BatchingSolution:
        """Rebuild a solution from `to_dict`."""
        from backhaul.engine.slotting.batching_formats import batching_from_dict

        problem = batching_from_dict(data["problem"])
        number = {name: i for i, name in enumerate(problem.names or ())}
        batch = np.zeros(len(problem), dtype=np.int64)
        for b, row in enumerate(data["batches"]):
            batch[[number[name] for name in row["orders"]]] = b
        shifts = {
            key: np.array([row[key] for row in data["batches"]], dtype=np.int64)
            for key in ("picker", "start", "end", "late")
            if problem.times is not None
        }
        stats = SolveStats(
            data["seconds"], data["iterations"], data["stop_reason"], data["seed"], data["threads"]
        )
        metres = np.array([row["metres"] for row in data["batches"]], dtype=np.float64)
        status = Status(data["status"])
        return cls(problem, batch, metres, data["cost"], data["bound"], status, stats, shifts)


def solve_batching(
    problem: BatchingProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    params: None = None,
    start: Sequence[int] | npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
) -> BatchingSolution:
    """Batch orders so that pickers walk least, anytime.

    Savings batching to begin with (Clarke and Wright 1964; Elsayed and Unal 1989), then simulated
    annealing with shifts and swaps of orders (Henn and Waescher 2012), each judged by the walk
    itself. Batches go to pickers in the order of their due times.

    Parameters
    ----------
    problem : BatchingProblem
        Orders, cart and warehouse.
    stop : Stop, optional
        Unit of iterations: one proposed change. 20,000 an order unless told.
    seed : int
        Names the random streams.
    threads : int
        Taken for the common call shape; the search is sequential.
    start : sequence of int, optional
        Batch of each order to begin from.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound).

    Returns
    -------
    BatchingSolution
        ``optimal`` where the bound proves it.

    Raises
    ------
    InvalidInput
        A start that breaks a limit.

    Examples
    --------
    >>> from backhaul.engine.slotting import Zone
    >>> layout = Layout.build([Zone("ambient", 4)], bays=9, depot_aisle=0)
    >>> orders = BatchingProblem(layout, [0, 2, 4, 6], [0, 99, 8, 90, 3, 70], [[2]] * 3, [4])
    >>> plan = solve_batching(orders, stop=Stop(iterations=500))
    >>> len(plan.batches), plan.check().ok
    (2, True)
    """
    if params is not None:
        raise InvalidInput("params", params, "None: batching has no parameters of its own")
    whole("threads", threads, 1)
    whole("seed", seed, 0, 2**63 - 1)
    stop = stop or Stop()
    lay, times = problem.layout, problem.times
    given = None if start is None else wholes("start", start, len(problem), 0)
    timing = None
    if times is not None:
        lists = [frozen(np.asarray(v)) for v in (times.handling_s, times.release_s, times.due_s)]
        timing = (
            times.pickers,
            times.speed_mm_s,
            times.setup_s,
            times.lateness_mm_per_s,
            lists[0],
            lists[1],
            lists[2],
        )

    def tell(iterations: int, seconds: float, cost: float, bound: float | None) -> None:
        if on_progress is not None:
            on_progress(iterations, seconds, cost / 1000, None if bound is None else bound / 1000)

    limits = stop.limits()
    scaled = (limits[0], limits[1], None if limits[2] is None else limits[2] * 1000)
    with native_errors():
        found = native.solve_batching(
            lay.grid(),
            lay.slot_aisle,
            lay.slot_y_mm,
            problem.order_pointer,
            problem.line_slots,
            problem.load.ravel(),
            problem.capacity,
            problem.method,
            timing,
            given,
            seed,
            scaled,
            None if on_progress is None else tell,
        )
    bound = found["bound"] / 1000 if problem.method == "exact" else None
    cost = found["cost"] / 1000
    proven = bound is not None and cost <= bound
    return BatchingSolution(
        problem,
        frozen(found["batch"]),
        frozen(found["length"] / 1000.0),
        cost,
        bound,
        Status.OPTIMAL if proven else Status.FEASIBLE,
        SolveStats(found["seconds"], found["iterations"], found["stop_reason"], seed, threads),
        {key: frozen(found[key]) for key in ("picker", "start", "end", "late") if key in found},
    )
