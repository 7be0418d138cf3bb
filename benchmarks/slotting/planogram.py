"""Planograms against the bound of HiGHS on the same model (Oliveira and Tollander de Balsch 2019).

`rows(data, seconds, proof)` gives a row an instance, with blocks and without. HiGHS gets `proof`
seconds for its bound (and for its own best planogram, shown beside ours); with blocks the bound is
the better one of two formulations (`planogram_bound`).
"""

import sys
from pathlib import Path

import numpy as np

from backhaul.engine.space import read_shelf_space, solve_planogram
from backhaul.engine.stop import Stop
from benchmarks.slotting.planogram_bound import bound_with_blocks


def highs(problem, seconds, blocks):
    """Best cost and bound of HiGHS, or (None, None) where it is not installed."""
    try:
        import highspy
    except ImportError:
        print("benchmarks: peer highspy is not installed", file=sys.stderr)
        return None, None
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("threads", 1)
    shelves, goods = range(len(problem.shelves)), range(len(problem.products))
    room = [s.width_mm for s in problem.shelves]
    facings = {
        (i, s): model.addIntegral(0, problem.products[i].most if problem.units[i, s] > 0 else 0)
        for i in goods
        for s in shelves
    }
    constant = problem.empty_cents_per_mm * sum(room)
    terms = []
    for s in shelves:
        used = sum(problem.products[i].width_mm * facings[i, s] for i in goods)
        model.addConstr(used <= room[s])
        terms.append(-problem.empty_cents_per_mm * used)
    for i in goods:
        p = problem.products[i]
        rate, demand = problem.period_d / p.interval_d, p.demand_per_day * p.interval_d
        sold = model.addVariable(0, demand)
        model.addConstr(sold <= sum(problem.units[i, s] * facings[i, s] for s in shelves))
        model.addConstr(sum(facings[i, s] for s in shelves) <= p.most)
        constant += rate * p.shortage_cents * demand
        terms.append(-rate * p.shortage_cents * sold)
        terms.append(sum(p.level_cents * problem.levels[s] * facings[i, s] for s in shelves))
    if blocks:
        _blocks(model, problem, facings)
    model.minimize(sum(terms))
    info = model.getInfo()
    best = info.objective_function_value + constant
    return (best if np.isfinite(best) and best < 1e20 else None), info.mip_dual_bound + constant


def _blocks(model, problem, facings):
    """Rectangles: consecutive shelves, one place, one width, side by side."""
    shelves, names = range(len(problem.shelves)), problem.blocks
    room = [s.width_mm for s in problem.shelves]
    most = max(room)
    place, width, on = {}, {}, {}
    for b, name in enumerate(names):
        members = [i for i, p in enumerate(problem.products) if p.block == name]
        place[b], width[b] = model.addVariable(0, most), model.addVariable(0, most)
        first = [model.addBinary() for _ in shelves]
        last = [model.addBinary() for _ in shelves]
        for s in shelves:
            on[b, s] = model.addBinary()
            used = sum(problem.products[i].width_mm * facings[i, s] for i in members)
            model.addConstr(used <= width[b])
            model.addConstr(sum(facings[i, s] for i in members) >= on[b, s])
            model.addConstr(place[b] + width[b] <= room[s] + most * (1 - on[b, s]))
            for i in members:
                model.addConstr(facings[i, s] <= problem.products[i].most * on[b, s])
        for s in shelves[:-1]:
            model.addConstr(first[s + 1] + on[b, s] == on[b, s + 1] + last[s])
        model.addConstr(first[0] == on[b, 0])
        model.addConstr(last[-1] == on[b, shelves[-1]])
        model.addConstr(sum(first) <= 1)
        model.addConstr(sum(last) <= 1)
    for b in range(len(names)):
        for c in range(b + 1, len(names)):
            before = model.addBinary()
            for s in shelves:
                apart = most * (2 - on[b, s] - on[c, s])
                model.addConstr(place[b] + width[b] <= place[c] + apart + most * before)
                model.addConstr(place[c] + width[c] <= place[b] + apart + most * (1 - before))


def rows(data: Path, seconds: float = 10.0, proof: float = 20.0):
    folder = next(data.rglob("shelf"), data)
    for goods in sorted(folder.glob("*products.csv")):
        boards = goods.with_name(goods.name.replace("products", "shelves"))
        for blocks in (False, True):
            problem = read_shelf_space(goods, boards, blocks=blocks)
            found = solve_planogram(problem, stop=Stop(seconds=seconds))
            best, bound = highs(problem, proof, blocks)
            if blocks:
                # HiGHS proves little about the whole model; it also bounds the blocks one by one.
                proven = bound_with_blocks(problem, proof)
                bound = max(b for b in (bound, proven, -1e30) if b is not None)
            report_ = found.check()
            yield {
                "instance": goods.name.removesuffix("_products.csv"),
                "products": len(problem.products),
                "blocks": len(problem.blocks) if blocks else "none",
                "Backhaul": round(found.cost, 1),
                "own bound": round(found.bound, 1),
                "HiGHS bound": "" if bound is None else round(bound, 1),
                "gap to HiGHS bound %": ""
                if bound is None
                else round(100 * (found.cost / bound - 1), 2),
                "HiGHS best": "" if best is None else round(best, 1),
                "seconds": round(found.stats.seconds, 2),
                "HiGHS seconds": proof,
                "check": "clean" if report_.ok else " ".join(report_.codes()),
            }
