"""Who may share a bin with whom, and what room is taken already: groups, families, obstacles.

Groups clash in pairs (the rule `apart`): frozen and fresh, allergens, hazard classes. A family
stays together. The kernel takes groups as bits of a 64-bit number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backhaul.engine.errors import InvalidInput

if TYPE_CHECKING:
    from backhaul.engine.packing.problem import Item, PackingProblem

__all__ = ["Obstacle", "clashes", "company_rows", "names", "native_worth", "obstacles"]

#: Corner nearest the origin, and extents.
Obstacle = tuple[tuple[int, int, int], tuple[int, int, int]]
CompanyRow = tuple[int, int, int | None]
_MOST_GROUPS = 64
_LARGEST = 1 << 61


def names(path: str, given: object) -> tuple[str, ...]:
    """Return distinct names, or raise `InvalidInput`."""
    if not isinstance(given, list | tuple) or not all(isinstance(g, str) and g for g in given):
        raise InvalidInput(path, given, "a list of names")
    return tuple(dict.fromkeys(given))


def clashes(path: str, given: object) -> tuple[tuple[str, str], ...]:
    """Return pairs of names, or raise `InvalidInput`."""
    if not isinstance(given, list | tuple):
        raise InvalidInput(path, given, "a list of pairs of groups")
    pairs = []
    for k, pair in enumerate(given):
        two = names(f"{path}[{k}]", pair)
        if len(pair) != 2:
            raise InvalidInput(f"{path}[{k}]", pair, "two groups")
        pairs.append((two[0], two[-1]))
    if len({name for pair in pairs for name in pair}) > _MOST_GROUPS:
        raise InvalidInput(path, len(pairs), f"at most {_MOST_GROUPS} different groups")
    return tuple(pairs)


def obstacles(path: str, given: object, room: tuple[int, int, int]) -> tuple[Obstacle, ...]:
    """Return obstacles that lie inside the bin, or raise `InvalidInput`."""
    if not isinstance(given, list | tuple):
        raise InvalidInput(path, given, "a list of positions and sizes")
    found: list[Obstacle] = []
    for k, obstacle in enumerate(given):
        here = f"{path}[{k}]"
        try:
            at, size = (tuple(int(v) for v in part) for part in obstacle)
        except (TypeError, ValueError, OverflowError):
            raise InvalidInput(here, obstacle, "a position and a size of 3 numbers each") from None
        inside = len(at) == len(size) == 3 and all(
            a >= 0 and s >= 1 and a + s <= r for a, s, r in zip(at, size, room, strict=True)
        )
        if not inside:
            raise InvalidInput(here, obstacle, f"a box inside {room}")
        found.append(((at[0], at[1], at[2]), (size[0], size[1], size[2])))
    return tuple(found)


def company_rows(problem: PackingProblem) -> list[CompanyRow]:
    """Return for each item the bits of its groups, of those it clashes with, and its family.

    Examples
    --------
    >>> from backhaul.engine.packing import Bin, Item, PackingProblem, Rules
    >>> items = [Item("a", (1, 1, 1), groups=("nuts",)), Item("b", (1, 1, 1), groups=("baby",))]
    >>> rules = Rules(apart=(("nuts", "baby"),))
    >>> company_rows(PackingProblem([Bin("b", (9, 9, 9))], items, rules=rules))
    [(1, 2, None), (2, 1, None)]
    """
    pairs = problem.rules.apart
    if not pairs and all(item.family is None for item in problem.items):
        return [(0, 0, None)] * len(problem.items)
    bit = {name: k for k, name in enumerate(dict.fromkeys(n for pair in pairs for n in pair))}
    families: dict[str, int] = {}
    rows: list[CompanyRow] = []
    # Many items share one set of groups: each set is looked up once.
    seen: dict[tuple[str, ...], tuple[int, int]] = {}
    for item in problem.items:
        if item.groups not in seen:
            own = set(item.groups)
            foes = {b for a, b in pairs if a in own} | {a for a, b in pairs if b in own}
            groups = sum(1 << bit[g] for g in own if g in bit)
            seen[item.groups] = groups, sum(1 << bit[g] for g in foes)
        groups, apart = seen[item.groups]
        family = None
        if item.family is not None:
            family = families.setdefault(item.family, len(families))
        rows.append((groups, apart, family))
    return rows


def native_worth(problem: PackingProblem, items: Iterable[Item]) -> list[int]:
    """Return what the search counts for each item: its worth, more where it must be loaded first.

    Ranks are strict: one item of a rank counts more than everything of all lower ranks together.
    Where that does not fit into whole numbers of 64 bits, worth within a rank is counted more
    coarsely; only where even single items of so many ranks do not, each rank counts up to 64
    times the next lower one.
    """
    items = list(items)
    if problem.problem == "bin_packing" or not any(i.must_load or i.priority for i in items):
        return [item.worth for item in items]
    ranks = [_rank(item) for item in items]
    place = {rank: k for k, rank in enumerate(sorted(set(ranks)))}
    step = [place[rank] for rank in ranks]
    worths = [max(item.worth, 1) for item in items]
    coarse, coarsest = 0, max(worths).bit_length()
    while coarse <= coarsest:
        worth = [max(1, w >> coarse) for w in worths] if coarse else worths
        totals = [0] * len(place)
        for s, w, item in zip(step, worth, items, strict=True):
            totals[s] += w * item.copies
        factors, below = [], 0
        for total in totals:
            factors.append(1 + below)
            below += total * factors[-1]
        if below <= _LARGEST:
            return [w * factors[s] for w, s in zip(worth, step, strict=True)]
        # as many bits too long, spread over the ranks
        coarse += max(1, (below.bit_length() - _LARGEST.bit_length()) // len(place))
    total = max(1, sum(w * item.copies for w, item in zip(worths, items, strict=True)))
    factor = max(1, min(64, int((_LARGEST // total) ** (1 / max(1, len(place) - 1)))))
    return [w * factor**s for w, s in zip(worths, step, strict=True)]


def _rank(item: Item) -> int:
    return 10 if item.must_load else item.priority
