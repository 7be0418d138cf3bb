"""A store delivery of about 2,000 cases: onto mixed pallets by aisle, then into a 26-pallet trailer."""

import statistics
import time

from backhaul.engine.loading import SEMI_TRAILER, Pallet, load_order
from backhaul.engine.packing import Bin, Item, build_pallets, check_layout
from backhaul.engine.random import generator
from benchmarks.report import write

#: Base and largest height of the goods on a euro pallet in mm, weight in kg.
EURO = Bin("euro", (1_200, 800, 1_650), copies=None, max_weight=900)
WOOD_KG, WOOD_MM = 25, 150


def cases(seed, wanted):
    """Return case types with their aisle: sizes and weights as in a grocer's dry range."""
    rng = generator(seed, "benchmark.store")
    found, aisles, total = [], [], 0
    while total < wanted:
        aisle = len(found) // 20
        size = sorted((int(v) for v in rng.integers(15, 42, 2) * 10), reverse=True)
        height = int(rng.integers(8, 30)) * 10
        litres = size[0] * size[1] * height / 1e6
        copies = int(rng.integers(4, 17))
        found.append(
            Item(
                f"case-{len(found)}",
                (size[0], size[1], height),
                copies,
                orientations=("xyz", "yxz"),
                weight=max(1, round(litres * rng.uniform(0.15, 0.8))),
                fragile=bool(rng.uniform() < 0.1),
            )
        )
        aisles.append(aisle)
        total += copies
    return found, aisles


def heavier_above(delivery):
    """Share of stacked weight that stands on a case of less than two thirds of its own."""
    heavy = total = 0
    items = delivery.problem.items
    for pallet in delivery:
        boxes = [(items[p.item], p.pos, items[p.item].turned(p.orientation)) for p in
                 pallet.placements]  # fmt: skip
        for item, pos, size in boxes:
            if pos[2] == 0:
                continue
            total += item.weight
            heavy += item.weight * any(
                other.weight * 3 < item.weight * 2
                and below[2] + extent[2] == pos[2]
                and all(
                    pos[a] < below[a] + extent[a] and below[a] < pos[a] + size[a] for a in (0, 1)
                )
                for other, below, extent in boxes
            )
    return heavy / max(1, total)


def store(rounds=5):
    """Time pallets and trailer together; the check is not timed."""
    rows = []
    for seed in range(rounds):
        goods, aisles = cases(seed, 2_000)
        began = time.perf_counter()
        delivery = build_pallets(goods, EURO, aisles=aisles)
        built = time.perf_counter()
        pallets = [
            Pallet(
                f"p{number}",
                stop=0,
                weight=delivery.weight(number) + WOOD_KG,
                size=(800, 1_200, delivery.height(number) + WOOD_MM),
            )
            for number in range(len(delivery))
        ]
        plan = load_order(pallets, vehicle=SEMI_TRAILER)
        ended = time.perf_counter()
        valid = check_layout(delivery.problem, delivery.pallets).ok and plan.check().ok
        spread = [len({aisles[p.item] for p in pallet.placements}) for pallet in delivery]
        rows.append(
            {
                "seed": seed,
                "cases": sum(item.copies for item in goods),
                "pallets": len(delivery),
                "left_out": sum(delivery.left_out.values()) + sum(o.copies for o in plan.left_out),
                "aisles_a_pallet": round(statistics.mean(spread), 2),
                "heavier_above_%": round(100 * heavier_above(delivery), 2),
                "valid": int(valid),
                "pallets_ms": round(1000 * (built - began)),
                "trailer_ms": round(1000 * (ended - built)),
            }
        )
    write("loading-store", "loading store", rows)
