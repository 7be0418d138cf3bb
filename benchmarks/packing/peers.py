"""Other packages on the same problems, each imported only when it is asked for.

A peer returns the number of bins, or the share of the bin that it fills; None: no answer. Its layouts are not
checked here: packages that know no support rule may leave items floating.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

from backhaul.engine.packing import Bin, Item, PackingProblem

__all__ = ["PEERS", "packvium_cartons"]


@functools.cache
def _module(name: str) -> ModuleType | None:
    """Import a peer, or name what is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"benchmarks: peer {name} is not installed (pip install {name})", file=sys.stderr)
        return None


def _answer(problem: PackingProblem, bins: int, volume: int) -> float:
    """Bins where everything must be packed, else the share of the first bin."""
    return bins if problem.problem == "bin_packing" else volume / problem.bins[0].volume


def rectpack(problem: PackingProblem, _seconds: float) -> float | None:
    """Fewest bins of rectpack's heuristics (2D, no turning)."""
    module = _module("rectpack")
    if module is None:
        return None
    packer = module.newPacker(rotation=False)
    width, height, _ = problem.bins[0].size
    for item in problem.items:
        for _ in range(item.copies):
            packer.add_rect(item.size[0], item.size[1])
    packer.add_bin(width, height, count=float("inf"))
    packer.pack()
    return len(packer)


def binpacking(problem: PackingProblem, _seconds: float) -> float | None:
    """Bins of the package binpacking (1D)."""
    module = _module("binpacking")
    if module is None:
        return None
    sizes = [item.size[0] for item in problem.items for _ in range(item.copies)]
    return len(module.to_constant_volume(sizes, problem.bins[0].size[0]))


def _packvium_size(module: ModuleType, size: tuple[int, int, int]) -> object:
    return module.Dimensions.mm(*(str(v) for v in size))


def _packvium_item(module: ModuleType, item: Item, count: int) -> object:
    turns = {"x": "L", "y": "W", "z": "H"}
    words = ("".join(turns[c] for c in word) for word in item.orientations)
    return module.Item.create(
        item.id,
        _packvium_size(module, item.size),
        quantity=count,
        allowed_rotations=tuple(module.Rotation[word] for word in words),
    )


def packvium_cartons(
    orders: Sequence[Mapping[int, int]],
    catalogue: Sequence[Item],
    cartons: Sequence[Bin],
    seconds: float,
) -> list[int | None] | None:
    """Cost of the cartons that packvium chooses for each order; None where an item stays out."""
    module = _module("packvium")
    if module is None:
        return None
    containers = [
        module.Container.create(b.id, _packvium_size(module, b.size), quantity=4, cost_minor=b.cost)
        for b in cartons
    ]
    cost_of = {b.id: b.cost for b in cartons}
    config = module.PackingConfig.balanced(
        time_limit_ms=round(1000 * seconds), objective="lowest_cost"
    )
    costs: list[int | None] = []
    for order in orders:
        items = [_packvium_item(module, catalogue[k], n) for k, n in order.items()]
        result = module.Packer(config).pack(items=items, containers=containers)
        used = [c for c in result.containers if c.placements]
        complete = sum(len(c.placements) for c in used) == sum(order.values())
        costs.append(sum(cost_of[c.container.id] for c in used) if complete else None)
    return costs


def packvium(problem: PackingProblem, seconds: float) -> float | None:
    """Packvium with its balanced profile."""
    module = _module("packvium")
    if module is None:
        return None
    items = [_packvium_item(module, item, item.copies) for item in problem.items if item.copies]
    bin_ = problem.bins[0]
    size = _packvium_size(module, bin_.size)
    container = module.Container.create(bin_.id, size, quantity=bin_.copies)
    config = module.PackingConfig.balanced(
        time_limit_ms=max(1, round(1000 * seconds)),
        minimum_support_ratio=problem.rules.min_support,
    )
    result = module.Packer(config).pack(items=items, containers=[container])
    volume_of = {item.id: item.volume for item in problem.items}
    used = [c for c in result.containers if c.placements]
    volume = sum(volume_of[p.instance.item.id] for c in used for p in c.placements)
    return _answer(problem, len(used), volume)


def packingsolver3d(problem: PackingProblem, seconds: float) -> float | None:
    """Packingsolver's box solver (no support rule), in the mode that its authors time.

    That mode ends by itself; it gets up to ten times the seconds.
    """
    module = _module("packingsolver3d")
    if module is None:
        return None
    box = importlib.import_module("packingsolver3d.box")
    x, y, z = problem.bins[0].size
    packs_all = problem.problem == "bin_packing"
    copies = sum(item.copies for item in problem.items) if packs_all else 1
    goal = module.Objective.BIN_PACKING if packs_all else module.Objective.KNAPSACK
    instance = module.Instance(
        bin_types=[module.BinType(x=x, y=y, z=z, copies=copies)],
        item_types=[
            module.ItemType(
                x=item.size[0],
                y=item.size[1],
                z=item.size[2],
                copies=item.copies,
                rotations=[module.Rotation[word.upper()] for word in item.orientations],
            )
            for item in problem.items
            if item.copies
        ],
        objective=goal,
    )
    mode = module.OptimizationMode.NOT_ANYTIME_SEQUENTIAL
    result = box.solve(instance, time_limit=10 * seconds, optimization_mode=mode)
    if not result.placements:
        return None
    items = [item for item in problem.items if item.copies]
    volume = sum(items[p.item_type_id].volume for p in result.placements)
    return _answer(problem, result.number_of_bins, volume)


def py3dbp(problem: PackingProblem, _seconds: float) -> float | None:
    """py3dbp: one bin, every turn allowed, whatever the problem says."""
    module = _module("py3dbp")
    if module is None or problem.problem == "bin_packing":
        return None
    packer = module.Packer()
    packer.add_bin(module.Bin("bin", *problem.bins[0].size, 1))
    volume_of = {}
    for item in problem.items:
        for copy in range(item.copies):
            name = f"{item.id}#{copy}"
            volume_of[name] = item.volume
            packer.add_item(module.Item(name, *item.size, 0))
    packer.pack(bigger_first=True)
    return _answer(problem, 1, sum(volume_of[i.name] for i in packer.bins[0].items))


Peer = Callable[[PackingProblem, float], float | None]
#: For each family of instances, who else is asked.
PEERS: dict[str, dict[str, Peer]] = {
    "clp": {"packvium": packvium, "packingsolver3d": packingsolver3d, "py3dbp": py3dbp},
    "mpv3d": {"packvium": packvium, "packingsolver3d": packingsolver3d},
    "bwmv2d": {"rectpack": rectpack},
    "bpp1d": {"binpacking": binpacking},
}
