"""stockpyl beside this package: the same instance in the same run, answer against answer, time against time.

Each row solves one instance with both. Single items are ours in a batch of a thousand equal ones, the time
is that of one; stockpyl takes them one by one. A row says "not installed" where stockpyl is missing, and what
it raised where it fails.
"""

from __future__ import annotations

import json
import math
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from backhaul import replenishment

Row = dict[str, object]
#: An answer: what is shown, and the number that must agree.
Answer = tuple[str, float]
#: Equal single items that ours solves in one call.
BATCH = 1000


def clocked(work: Callable[[], Answer], least: float, most: int) -> tuple[Answer, float]:
    """Return the answer and the shortest time of some calls, at least one."""
    best, spent, calls = math.inf, 0.0, 0
    answer = ("", math.nan)
    while calls < 1 or (spent < least and calls < most):
        start = time.perf_counter()
        answer = work()
        took = time.perf_counter() - start
        best, spent, calls = min(best, took), spent + took, calls + 1
    return answer, best


def beside(
    work: str,
    size: object,
    ours: Callable[[], Answer],
    theirs: Callable[[], Answer],
    batch: int = 1,
) -> Row:
    """Return one row: our answer and time, theirs, and how many times faster ours is."""
    ours()
    (text, number), seconds = clocked(ours, 0.2, 200)
    seconds /= batch
    row: Row = {"work": f"stockpyl beside: {work}", "size": size, "result": text}
    row |= {"seconds": f"{seconds:.4g}", "peer": "", "times faster": ""}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (said, other), spent = clocked(theirs, 0.5, 3)
    except ModuleNotFoundError as error:
        row["peer"] = f"stockpyl: {error.name} is not installed"
    except Exception as error:  # noqa: BLE001 - a peer that fails is a line of the table
        row["peer"] = f"stockpyl: {type(error).__name__}: {error}"[:120]
    else:
        same = "equal" if math.isclose(number, other, rel_tol=1e-6) else "differs"
        if not math.isclose(number, other, rel_tol=1e-6) and math.isfinite(number):
            same += f" by {100 * (other / number - 1):+.3f} %"
        row["peer"] = f"stockpyl: {said}, {spent:.3g} s; {same}"
        row["times faster"] = f"{spent / seconds:,.0f}"
    return row


def levels() -> list[Row]:
    """(s, S) and newsvendor: Poisson demand, zero lead time, as stockpyl has it."""
    rows = []
    for mean in (5.0, 20.0, 50.0):

        def ours(mean: float = mean) -> Answer:
            problem = replenishment.ReplenishmentProblem(
                mean=[mean] * BATCH, setup=64.0, backorder=9.0
            )
            found = replenishment.solve(problem)
            s, top, cost = found.reorder_level[0], found.order_up_to[0], float(found.cost_rate[0])
            return f"({s}, {top}) at {cost:.6f}", cost

        def theirs(mean: float = mean) -> Answer:
            from stockpyl.ss import s_s_discrete_exact

            s, top, cost = s_s_discrete_exact(1, 9, 64, True, demand_mean=mean)
            return f"({s:.0f}, {top:.0f}) at {cost:.6f}", float(cost)

        work = f"(s, S) exact, Poisson {mean:.0f}, K 64, h 1, b 9"
        rows.append(beside(work, 1, ours, theirs, BATCH))

    def vendor() -> Answer:
        problem = replenishment.ReplenishmentProblem(
            mean=[20.0] * BATCH, backorder=9.0, policy="base_stock"
        )
        found = replenishment.solve(problem)
        cost = float(found.cost_rate[0])
        return f"{found.order_up_to[0]} at {cost:.6f}", cost

    def their_vendor() -> Answer:
        from stockpyl.newsvendor import newsvendor_poisson

        top, cost = newsvendor_poisson(1, 9, 20)
        return f"{top:.0f} at {cost:.6f}", float(cost)

    rows.append(beside("newsvendor, Poisson 20, h 1, b 9", 1, vendor, their_vendor, BATCH))
    return rows


def continuous() -> list[Row]:
    """(r, Q) with Poisson demand, by both after Federgruen and Zheng (1992)."""
    rows = []
    for rate in (10.0, 50.0, 100.0):

        def ours(rate: float = rate) -> Answer:
            found = replenishment.reorder_points(
                [rate] * BATCH, lead_time=1.0, setup=64.0, holding=1.0, backorder=9.0
            )
            cost = float(found.cost[0])
            return f"({found.reorder_point[0]}, {found.batch[0]}) at {cost:.6f}", cost

        def theirs(rate: float = rate) -> Answer:
            from stockpyl.rq import r_q_poisson_exact

            r, batch, cost = r_q_poisson_exact(1, 9, 64, rate, 1)
            return f"({r:.0f}, {batch:.0f}) at {cost:.6f}", float(cost)

        work = f"(r, Q) exact, Poisson {rate:.0f}, L 1, K 64"
        rows.append(beside(work, 1, ours, theirs, BATCH))
    return rows


def lots() -> list[Row]:
    """Wagner-Whitin over a year of weeks, and of days."""
    rows = []
    for periods in (52, 365):
        demand = np.random.default_rng(7).integers(1, 100, periods).astype(float)

        def ours(demand: np.ndarray = demand) -> Answer:
            cost = float(replenishment.wagner_whitin(demand, 200.0, 1.0).cost[0])
            return f"cost {cost:.2f}", cost

        def theirs(demand: np.ndarray = demand) -> Answer:
            from stockpyl.wagner_whitin import wagner_whitin

            cost = float(wagner_whitin(len(demand), 1, 200, demand.tolist())[1])
            return f"cost {cost:.2f}", cost

        rows.append(beside(f"Wagner-Whitin T = {periods}", 1, ours, theirs))
    return rows


def tree(data: Path | None) -> list[Row]:
    """Guaranteed service on published trees, else on a chain."""
    chain = {
        "edges": [[k, k + 1] for k in range(9)],
        "processing_time": [3] * 10,
        "holding": [1.0 + k for k in range(10)],
        "sd": [None] * 9 + [5.0],
        "external_outbound_service_time": [None] * 9 + [0],
        "z": 1.645,
    }
    path = data / "gsm_trees.json" if data else None
    cases = json.loads(path.read_text()) if path and path.exists() else [chain]
    rows = []
    for case in cases:
        places = len(case["processing_time"])
        times = case["external_outbound_service_time"]

        def ours(case: dict = case, times: list = times) -> Answer:
            found = replenishment.guaranteed_service(
                case["edges"],
                case["processing_time"],
                [float(h) for h in case["holding"]],
                [float(s or 0) for s in case["sd"]],
                [-1 if t is None else t for t in times],
                z=case["z"],
            )
            return f"cost {found.cost:.6f}", found.cost

        def theirs(case: dict = case, times: list = times) -> Answer:
            from stockpyl.demand_source import DemandSource
            from stockpyl.gsm_tree import optimize_committed_service_times
            from stockpyl.supply_chain_network import SupplyChainNetwork
            from stockpyl.supply_chain_node import SupplyChainNode

            net = SupplyChainNetwork()
            for i, (time_, cost) in enumerate(
                zip(case["processing_time"], case["holding"], strict=True)
            ):
                node = SupplyChainNode(i, processing_time=time_, local_holding_cost=cost)
                if case["sd"][i] is not None:
                    node.demand_source = DemandSource(
                        type="N", mean=0, standard_deviation=case["sd"][i]
                    )
                    node.external_outbound_cst = times[i]
                    node.demand_bound_constant = case["z"]
                net.add_node(node)
            for a, b in case["edges"]:
                net.add_edge(a, b)
            cost = float(optimize_committed_service_times(net)[1])
            return f"cost {cost:.6f}", cost

        rows.append(beside("guaranteed service, a tree", places, ours, theirs))
    return rows


def nearest(array, values, sorted=False, index=None):
    """Stand in for stockpyl's `find_nearest`, which numpy 2 refuses: whole indices, a number for a number."""

    def one(value):
        known = (index or {}).get(value)
        if known is not None:
            return known
        k = int(np.searchsorted(array, value))
        if k > 0 and (k == len(array) or value - array[k - 1] < array[k] - value):
            k -= 1
        return k

    return one(values) if np.ndim(values) == 0 else np.array([one(v) for v in values])


def serial() -> list[Row]:
    """The serial chain of Snyder and Shen's example 6.1, with normal and with Poisson demand."""

    def ours(sd: float | None) -> Answer:
        found = replenishment.clark_scarf([1, 1, 2], [7, 4, 2], 37.12, 5.0, sd=sd)
        shown = ", ".join(f"{level:.2f}" for level in found.levels)
        return f"{found.cost:.6f} at {shown}", found.cost

    def theirs(sd: float | None) -> Answer:
        from stockpyl import ssm_serial
        from stockpyl.demand_source import DemandSource

        ssm_serial.find_nearest = nearest
        demand = (
            {"demand_source": DemandSource(type="P", mean=5)}
            if sd is None
            else {"demand_mean": 5, "demand_standard_deviation": sd}
        )
        levels, cost = ssm_serial.optimize_base_stock_levels(
            num_nodes=3,
            echelon_holding_cost=[2, 2, 3],
            lead_time=[2, 1, 1],
            stockout_cost=37.12,
            **demand,
        )
        shown = ", ".join(f"{levels[k]:.2f}" for k in (1, 2, 3))
        return f"{cost:.6f} at {shown}", float(cost)

    return [
        beside(f"Clark-Scarf, {name} demand", 3, lambda s=sd: ours(s), lambda s=sd: theirs(s))
        for name, sd in (("normal", 1.0), ("Poisson", None))
    ]


def simulator() -> list[Row]:
    """A place that orders by (s, S), and a warehouse with ten stores: node-periods a second of both."""
    rows = []
    for name, stores in (("one place", 0), ("a warehouse and 10 stores", 10)):
        places, ours_for, theirs_for = stores + 1, 400_000 // (stores + 1), 1000 // (stores + 1)
        mean = [[10.0]] if not stores else [[0.0] + [2.0] * stores]
        low = [[6]] if not stores else [[20] + [4] * stores]
        top = [[40]] if not stores else [[60] + [10] * stores]

        def ours(mean=mean, low=low, top=top, periods=ours_for) -> object:
            return replenishment.simulate(
                [-1] + [0] * (len(low[0]) - 1),
                mean,
                low,
                top,
                lead_time=1,
                backorders=True,
                keep_orders=True,
                periods=periods,
                warm_up=0,
            )

        def theirs(mean=mean, low=low, top=top, periods=theirs_for) -> object:
            from stockpyl.sim import simulation
            from stockpyl.supply_chain_network import network_from_edges

            places = len(low[0])
            every = {
                "policy_type": "sS",
                "reorder_point": dict(enumerate(low[0])),
                "order_up_to_level": dict(enumerate(top[0])),
                "shipment_lead_time": 1,
                "local_holding_cost": 1,
                "stockout_cost": 9,
                "demand_type": {k: "P" if m else None for k, m in enumerate(mean[0])},
                "mean": dict(enumerate(mean[0])),
            }
            edges = [(0, k) for k in range(1, places)]
            net = network_from_edges(edges or [], node_order_in_lists=list(range(places)), **every)
            return simulation(net, periods, rand_seed=1, progress_bar=False)

        ours()
        start = time.perf_counter()
        ours()
        speed = places * ours_for / (time.perf_counter() - start)
        row: Row = {
            "work": f"stockpyl beside: simulator, {name}",
            "size": places,
            "result": f"{speed / 1e6:.1f} M node-periods a second, one thread",
            "seconds": f"{places * ours_for / speed:.4g}",
            "peer": "",
            "times faster": "",
        }
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                start = time.perf_counter()
                theirs()
                other = places * theirs_for / (time.perf_counter() - start)
        except ModuleNotFoundError as error:
            row["peer"] = f"stockpyl: {error.name} is not installed"
        else:
            row["peer"] = f"stockpyl: {other:,.0f} node-periods a second"
            row["times faster"] = f"{speed / other:,.0f}"
        rows.append(row)
    return rows


def rows(data: Path | None) -> list[Row]:
    """Return all rows."""
    return [*levels(), *continuous(), *lots(), *tree(data), *serial(), *simulator()]
