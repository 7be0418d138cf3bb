"""Solving: products into slots, and the two quick rules that the twin calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import Infeasible, InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Ints, whole, wholes
from backhaul.engine.slotting.layout import Layout
from backhaul.engine.slotting.problem import SlottingProblem
from backhaul.engine.slotting.qap import QapProblem, QapSolution, solve_qap
from backhaul.engine.slotting.solution import SlottingSolution
from backhaul.engine.solution import SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import slotting as native

__all__ = ["assign", "assign_in_order", "solve"]


def solve(
    problem: SlottingProblem | QapProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    params: None = None,
    start: Sequence[int] | npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
) -> SlottingSolution | QapSolution:
    """Place products into slots (or facilities at locations), anytime.

    Without affinity: most picked first into the nearest fitting slot, with chains of moves so that
    nothing is left out that could be placed, then swaps. With affinity: simulated annealing
    from there (after Burkard and Rendl 1984). With orders: annealing on the walk that whole orders
    take, every product judged at all places at once. A `QapProblem` is solved by tabu
    search (Taillard 1991) or iterated descents (Stuetzle 2006), whichever does better, inside a
    small population.

    Parameters
    ----------
    problem : SlottingProblem or QapProblem
        What is to be placed.
    stop : Stop, optional
        Unit of iterations: one proposed swap or move; with orders, one product judged at all
        places. Until converged unless told.
    seed : int
        Names the random streams.
    threads : int
        A `QapProblem` is searched independently by each, and the best answer counts; with
        orders, products are judged side by side and the answer is that of one thread; slotting
        without orders is one search.
    start : sequence of int, optional
        Slot of each product, -1 for products still to be placed.
    on_progress : callable, optional
        Called with (iterations, seconds, cost, bound or None).

    Returns
    -------
    SlottingSolution or QapSolution
        ``infeasible`` when a product found no slot; the solution lists which, and why.

    Raises
    ------
    InvalidInput
        A start that breaks a rule.

    Examples
    --------
    >>> from backhaul.engine.slotting import Layout, Zone
    >>> layout = Layout.build([Zone("ambient", 2)], bays=3)
    >>> problem = SlottingProblem(layout, [1.0, 5.0], [900, 900], [500, 500], ["ambient"] * 2)
    >>> solution = solve(problem)
    >>> solution.status.value, solution.check().ok
    ('optimal', True)
    """
    if params is not None:
        raise InvalidInput("params", params, "None: slotting has no parameters of its own")
    whole("threads", threads, 1, 1024)
    stop = stop or Stop()
    if isinstance(problem, QapProblem):
        return solve_qap(
            problem, stop=stop, seed=seed, threads=threads, start=start, on_progress=on_progress
        )
    fixed = np.asarray(problem.fixed_slot)
    begin = fixed
    if start is not None:
        given = wholes("start", start, len(problem), -1, len(problem.layout) - 1)
        begin = np.where(fixed >= 0, fixed, given)
    products, slots = problem.arrays()
    rows = problem.affinity_rows()
    lay = problem.layout
    affinity, orders = None, None
    if rows is not None:
        affinity = (*rows, lay.grid(), lay.slot_aisle, lay.slot_y_mm)
    # Costs of the kernel are thousandths of picks x millimetres; those of orders are millimetres.
    scale = 1e6
    if problem.orders is not None:
        lines = problem.orders
        spots = (lay.grid(), lay.slot_aisle, lay.slot_y_mm)
        orders = (lines.pointer, lines.product, problem.family_levels(), *spots)
        scale = 1e3 * lines.days
    meetings = problem.congestion
    listen = None
    if on_progress is not None:
        tell = on_progress

        def listen(iterations: int, seconds: float, cost: float, bound: float | None) -> None:
            tell(iterations, seconds, cost / scale, None if bound is None else bound / scale)

    seconds, iterations, target = stop.limits()
    limits = (seconds, iterations, None if target is None else target * scale)
    with native_errors():
        raw = native.solve_assignment(
            products,
            slots,
            affinity,
            orders,
            problem.rule_kinds(),
            begin,
            fixed >= 0,
            seed,
            limits,
            listen,
            threads,
            None if meetings is None else (meetings.meeting_mm, meetings.waves),
        )
    slot = raw["slot"]
    cost = raw["cost"] / scale
    bound = None if orders is not None else raw["bound"] / scale
    status = Status.FEASIBLE
    if (slot < 0).any():
        status = Status.INFEASIBLE
    elif bound is not None and raw["cost"] <= raw["bound"]:
        status = Status.OPTIMAL
    stats = SolveStats(raw["seconds"], raw["iterations"], raw["stop_reason"], seed, threads)
    return SlottingSolution(problem, slot, cost, bound, status, stats)


def _tables(
    popularity: npt.ArrayLike,
    cube_cm3: npt.ArrayLike,
    weight_g: npt.ArrayLike,
    zone: Sequence[str] | npt.ArrayLike,
    layout: Layout,
) -> SlottingProblem:
    picks = np.asarray(popularity, dtype=np.float64)
    cube = np.asarray(cube_cm3, dtype=np.float64)
    weight = np.asarray(weight_g, dtype=np.float64)
    numbers = layout.zone_indices(zone)
    return SlottingProblem(layout, picks, np.ceil(cube), np.ceil(weight), numbers)


def _all_placed(slot: Ints, problem: SlottingProblem, partial: bool) -> Ints:
    if not partial and (slot < 0).any():
        at = int(np.flatnonzero(slot < 0)[0])
        some = int(problem.fits(at).sum())
        rule = "no slot holds it" if some == 0 else f"all {some} slots that hold it are taken"
        count = int((slot < 0).sum())
        raise Infeasible(f"products[{at}]", rule, f"room for {count} more products")
    return slot


def assign(
    popularity: npt.ArrayLike,
    cube_cm3: npt.ArrayLike,
    weight_g: npt.ArrayLike,
    zone: Sequence[str] | npt.ArrayLike,
    layout: Layout,
    *,
    partial: bool = False,
) -> Ints:
    """Put the most picked products into the nearest slots that hold them.

    Deterministic and quick (5,000 products in well under a second): no clock, no random numbers.

    Parameters
    ----------
    popularity : array of float, shape (products,)
        Picks a day.
    cube_cm3, weight_g : array, shape (products,)
        Cube and weight of the stock in the slot; rounded up.
    zone : sequence of str or array of int, shape (products,)
        Zone of each product.
    layout : Layout
        The slots.
    partial : bool
        Give -1 to products without a slot instead of raising.

    Returns
    -------
    array of int64, shape (products,)
        Slot number of each product.

    Raises
    ------
    Infeasible
        A product finds no slot (unless `partial`).

    Examples
    --------
    >>> layout = Layout.for_products({"ambient": 4})
    >>> slot = assign([1, 9, 4], [10, 10, 10], [5, 5, 5], ["ambient"] * 3, layout)
    >>> layout.slot_distance_mm[slot].tolist()
    [2200, 2200, 2200]
    """
    problem = _tables(popularity, cube_cm3, weight_g, zone, layout)
    products, slots = problem.arrays()
    fixed = np.zeros(len(problem), dtype=bool)
    with native_errors():
        raw = native.solve_assignment(
            products, slots, None, None, None, None, fixed, 0, (None, None, None), None
        )
    return _all_placed(raw["slot"], problem, partial)


def assign_in_order(
    order: npt.ArrayLike,
    cube_cm3: npt.ArrayLike,
    weight_g: npt.ArrayLike,
    zone: Sequence[str] | npt.ArrayLike,
    layout: Layout,
    *,
    partial: bool = False,
) -> Ints:
    """Put products into slots in address order: the alphabetical baseline.

    Parameters
    ----------
    order : array, shape (products,)
        Sort key of each product: names for the alphabetical baseline, or numbers.
    cube_cm3, weight_g, zone, layout, partial
        As in `assign`.

    Returns
    -------
    array of int64, shape (products,)
        Slot number of each product.

    Raises
    ------
    Infeasible
        A product finds no slot (unless `partial`).

    Examples
    --------
    >>> layout = Layout.for_products({"ambient": 3})
    >>> slot = assign_in_order(["pear", "apple"], [9, 9], [5, 5], ["ambient"] * 2, layout)
    >>> [layout.addresses[s] for s in slot]
    ['ambient-01-001-L-1', 'ambient-01-001-L-0']
    """
    keys = np.asarray(order)
    problem = _tables(np.zeros(len(keys)), cube_cm3, weight_g, zone, layout)
    products, slots = problem.arrays()
    # Address order is distance order for this rule: the first fitting address is the nearest.
    slots[0] = np.arange(len(layout), dtype=np.int64)
    with native_errors():
        slot = native.place_products(
            products, slots, np.argsort(keys, kind="stable").astype(np.int64)
        )
    return _all_placed(slot, problem, partial)
