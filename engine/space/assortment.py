"""Which products to list where space is short and customers take substitutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.solution import CheckReport, Explanation, Status, Violation

__all__ = ["Assortment", "AssortmentProblem", "choose_assortment"]

Floats = npt.NDArray[np.float64]
#: Entries of the knapsack table up to which it is filled exactly.
_TABLE = 60_000_000


def _row(path: str, values: npt.ArrayLike, shape: tuple[int, ...], least: float) -> Floats:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput(path, "no numbers", f"numbers of shape {shape}") from None
    if array.shape != shape:
        raise InvalidInput(path, f"shape {array.shape}", f"shape {shape}")
    bad = ~(np.isfinite(array) & (array >= least) & (array <= 1e12))
    if bad.any():
        at = "".join(f"[{i}]" for i in np.argwhere(bad)[0])
        value = float(array[tuple(np.argwhere(bad)[0])])
        raise InvalidInput(f"{path}{at}", value, f"a number from {least:g} to 1e12")
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class AssortmentProblem:
    """Products that may be listed, and what customers do when one is not.

    Give either `attraction` (multinomial logit: a customer takes product ``i`` of the list ``S``
    with probability ``attraction[i] / (outside + sum of attraction over S)``) or `demand` with
    `substitution` (exogenous substitution: of the customers of an unlisted product ``i``, the share
    ``substitution[i, j]`` takes the listed product ``j`` instead, the rest nothing).

    Parameters
    ----------
    margin : array of float, shape (products,)
        Earned by a unit, in cents; a loss leader may be negative.
    width_mm : array of int, shape (products,)
        Room that a listed product takes; ones, with `room_mm` as a number of products, for a
        limit of the number.
    room_mm : int
        Room for all.
    attraction : array of float, shape (products,), optional
    outside : float
        Attraction of buying nothing.
    customers : float
        Customers in the period (multinomial logit).
    demand : array of float, shape (products,), optional
        Units in the period of a product that is listed.
    substitution : array of float, shape (products, products), optional
    keep : sequence of int
        Products that must be listed.

    Raises
    ------
    InvalidInput
        Both models or neither, a NaN, a share above 1, kept products that do not fit.
    """

    margin: Floats
    width_mm: npt.NDArray[np.int64]
    room_mm: int
    attraction: Floats | None = None
    outside: float = 1.0
    customers: float = 1.0
    demand: Floats | None = None
    substitution: Floats | None = None
    keep: Sequence[int] = ()

    def __post_init__(self) -> None:
        n = len(np.atleast_1d(self.margin))
        logit = self.attraction is not None
        if logit == (self.demand is not None):
            allowed = "either attraction or demand with substitution"
            raise InvalidInput("attraction", "both" if logit else "neither", allowed)
        object.__setattr__(self, "margin", _row("margin", self.margin, (n,), -1e12))
        width = _row("width_mm", self.width_mm, (n,), 1)
        if (width != np.rint(width)).any():
            at = int(np.flatnonzero(width != np.rint(width))[0])
            raise InvalidInput(f"width_mm[{at}]", float(width[at]), "a whole number")
        object.__setattr__(self, "width_mm", width.astype(np.int64))
        if isinstance(self.room_mm, bool) or not 0 <= self.room_mm <= 10**12:
            raise InvalidInput("room_mm", self.room_mm, "a whole number of at least 0")
        object.__setattr__(self, "room_mm", int(self.room_mm))
        if logit:
            object.__setattr__(self, "attraction", _row("attraction", self.attraction, (n,), 0))  # type: ignore[arg-type]
            for name, least in (("outside", 1e-12), ("customers", 0.0)):
                value = float(getattr(self, name))
                if not (math.isfinite(value) and value >= least):
                    raise InvalidInput(name, value, f"a number of at least {least:g}")
        else:
            object.__setattr__(self, "demand", _row("demand", self.demand, (n,), 0))  # type: ignore[arg-type]
            table = np.zeros((n, n)) if self.substitution is None else self.substitution
            shares = np.array(_row("substitution", table, (n, n), 0))
            np.fill_diagonal(shares, 0.0)
            over = shares.sum(axis=1) > 1 + 1e-9
            if over.any():
                at = int(np.flatnonzero(over)[0])
                value = float(shares[at].sum())
                raise InvalidInput(f"substitution[{at}]", value, "shares that add up to at most 1")
            object.__setattr__(self, "substitution", shares)
        keep = tuple(int(k) for k in self.keep)
        for i, k in enumerate(keep):
            if not 0 <= k < n:
                raise InvalidInput(f"keep[{i}]", k, f"a product below {n}")
        object.__setattr__(self, "keep", tuple(sorted(set(keep))))
        need = int(self.width_mm[list(self.keep)].sum())
        if need > self.room_mm:
            raise InvalidInput("keep", f"{need} mm", f"at most the room of {self.room_mm} mm")

    def __len__(self) -> int:
        return len(self.margin)

    def profit(self, listed: npt.NDArray[np.bool_]) -> float:
        """Return what a list earns in the period."""
        if self.attraction is not None:
            pull = self.attraction * listed
            total = self.outside + pull.sum()
            return float(self.customers * (pull @ self.margin) / total)
        assert self.demand is not None
        assert self.substitution is not None
        own = self.demand * np.where(listed, self.margin, 0.0)
        taken = self.substitution @ (self.margin * listed)
        return float(own.sum() + (self.demand * ~listed * taken).sum())


@dataclass(frozen=True, eq=False)
class Assortment:
    """A list of products.

    Parameters
    ----------
    problem : AssortmentProblem
        What could be listed.
    listed : array of bool, shape (products,)
        Whether each is.
    profit : float
        Earned in the period, in cents.
    bound : float
        No list earns more.
    status : Status
        ``optimal`` where the bound proves it.
    """

    problem: AssortmentProblem
    listed: npt.NDArray[np.bool_]
    profit: float
    bound: float
    status: Status

    def check(self) -> CheckReport:
        """Work room and profit out again, customer by customer: codes ``room``, ``keep``, ``profit``."""
        p, found = self.problem, []
        need = sum(int(w) for w, yes in zip(p.width_mm, self.listed, strict=True) if yes)
        if need > p.room_mm:
            found.append(Violation("room", f"{need} mm on {p.room_mm} mm"))
        found += [Violation("keep", f"{k} is not listed") for k in p.keep if not self.listed[k]]
        chosen = [i for i in range(len(p)) if self.listed[i]]
        total = 0.0
        if p.attraction is not None:
            pull = p.outside + sum(float(p.attraction[i]) for i in chosen)
            total = sum(
                p.customers * float(p.attraction[i]) / pull * float(p.margin[i]) for i in chosen
            )
        else:
            assert p.demand is not None
            assert p.substitution is not None
            for i in range(len(p)):
                per = (
                    float(p.margin[i])
                    if self.listed[i]
                    else sum(float(p.substitution[i, j]) * float(p.margin[j]) for j in chosen)
                )
                total += float(p.demand[i]) * per
        if abs(total - self.profit) > 1e-9 * max(1.0, abs(total)):
            found.append(Violation("profit", f"claimed {self.profit}, found {total}"))
        return CheckReport(tuple(found), {"profit": total, "room_mm": need})

    def explain(self, product: int) -> Explanation:
        """Say what listing or unlisting one product, all others as they are, would change."""
        p = self.problem
        if not 0 <= product < len(p):
            raise InvalidInput("product", product, f"a number below {len(p)}")
        other = self.listed.copy()
        other[product] = ~other[product]
        change = p.profit(other) - self.profit
        left = p.room_mm - int(p.width_mm[self.listed].sum())
        if self.listed[product]:
            line = f"listed: without it {abs(change):,.0f} cents {_word(change)} would be earned"
        elif p.width_mm[product] > left:
            line = (
                f"not listed: it needs {p.width_mm[product]} mm and {left} mm are free; with room "
                f"{abs(change):,.0f} cents {_word(change)} would be earned"
            )
        else:
            line = f"not listed: with it {abs(change):,.0f} cents {_word(change)} would be earned"
        return Explanation((line,), {"change_cents": change, "free_mm": left})


def _word(change: float) -> Literal["more", "less"]:
    return "more" if change > 0 else "less"


def choose_assortment(problem: AssortmentProblem, *, seed: int = 0) -> Assortment:
    """Choose what to list.

    Multinomial logit: exact. With the best ratio of earnings known, products are worth
    ``attraction x (margin - ratio)`` each and the list is a knapsack; the ratio is found by
    Dinkelbach's (1967) iteration. With a limit of the number this is the method of Rusmevichientong,
    Shen and Shmoys (2010). Exogenous substitution (Kok and Fisher 2007): greedy, then adding,
    dropping and exchanging until nothing helps, from several starts, with a bound.

    Parameters
    ----------
    problem : AssortmentProblem
        Products, room and substitution.
    seed : int
        Of the random starts (exogenous substitution only).

    Examples
    --------
    With room for two, the dear product that hardly draws is left out.

    >>> problem = AssortmentProblem(
    ...     [90.0, 60.0, 50.0], [1, 1, 1], 2, attraction=[0.1, 1.0, 1.0], customers=100)
    >>> answer = choose_assortment(problem)
    >>> answer.listed.tolist(), round(answer.profit), answer.status.value
    ([False, True, True], 3667, 'optimal')
    """
    if problem.attraction is not None:
        listed, bound = _logit(problem)
    else:
        listed, bound = _exogenous(problem, seed)
    profit = problem.profit(listed)
    bound = max(bound, profit)
    listed.setflags(write=False)
    proven = bound - profit <= 1e-9 * max(1.0, abs(profit))
    return Assortment(problem, listed, profit, bound, Status.OPTIMAL if proven else Status.FEASIBLE)


def _knapsack(
    value: Floats, width: npt.NDArray[np.int64], room: int
) -> tuple[npt.NDArray[np.bool_], float]:
    """Choose the most valuable items for the room, with a bound (exact while the table is small)."""
    chosen = np.zeros(len(value), dtype=bool)
    able = np.flatnonzero((value > 0) & (width <= room))
    if len(able) == 0:
        return chosen, 0.0
    step = int(np.gcd.reduce(width[able]))
    wide, space = width[able] // step, room // step
    if wide.sum() <= space:
        chosen[able] = True
        return chosen, float(value[able].sum())
    if len(able) * (space + 1) > _TABLE:
        order = able[np.argsort(-value[able] / width[able], kind="stable")]
        left, bound = room, 0.0
        full = False
        for i in order.tolist():
            if width[i] <= left:
                chosen[i] = True
                left -= int(width[i])
                bound += 0.0 if full else float(value[i])
            elif not full:
                bound += float(value[i]) * left / float(width[i])
                full = True
        return chosen, max(bound, float(value[chosen].sum()))
    best = np.zeros(space + 1)
    taken = np.zeros((len(able), space + 1), dtype=bool)
    for k, (v, w) in enumerate(zip(value[able], wide.tolist(), strict=True)):
        with_it = best[: space + 1 - w] + v
        better = with_it > best[w:]
        taken[k, w:] = better
        best[w:] = np.where(better, with_it, best[w:])
    at = space
    for k in range(len(able) - 1, -1, -1):
        if taken[k, at]:
            chosen[able[k]] = True
            at -= int(wide[k])
    return chosen, float(best[space])


def _logit(problem: AssortmentProblem) -> tuple[npt.NDArray[np.bool_], float]:
    assert problem.attraction is not None
    keep = np.zeros(len(problem), dtype=bool)
    keep[list(problem.keep)] = True
    room = problem.room_mm - int(problem.width_mm[keep].sum())
    ratio, listed = -math.inf, keep
    now = problem.profit(keep) / max(problem.customers, 1e-300)
    bound = now
    while now > ratio:
        ratio = now
        worth = problem.attraction * (problem.margin - ratio)
        more, most = _knapsack(np.where(keep, 0.0, worth), problem.width_mm, room)
        trial = keep | more
        # What any list could still be above the ratio, at an attraction of at least the outside's.
        surplus = worth[keep].sum() + most - problem.outside * ratio
        bound = ratio + max(0.0, float(surplus)) / problem.outside
        now = problem.profit(trial) / max(problem.customers, 1e-300)
        if now > ratio:
            listed = trial
        if surplus <= 1e-12 * max(1.0, abs(ratio)):
            bound = ratio
            break
    return listed.copy(), bound * problem.customers


def _exogenous(problem: AssortmentProblem, seed: int) -> tuple[npt.NDArray[np.bool_], float]:
    assert problem.demand is not None
    assert problem.substitution is not None
    n, width, room = len(problem), problem.width_mm, problem.room_mm
    demand, shares, margin = problem.demand, problem.substitution, problem.margin
    keep = np.zeros(n, dtype=bool)
    keep[list(problem.keep)] = True
    # Margin that j draws from the customers of i, were j listed and i not.
    draw = demand[:, None] * shares * margin[None, :]

    def changes(listed: npt.NDArray[np.bool_]) -> Floats:
        """Return what flipping each product changes."""
        own = demand * margin - draw @ listed
        taken = (~listed) @ draw
        # Listing i brings its own margin instead of its substitutes', and what others' customers
        # buy of it; its own share of the second sum is zero.
        gain = own + taken
        return np.asarray(np.where(listed, -gain, gain))

    def climb(listed: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        for _ in range(50 * n):
            delta = changes(listed)
            free = room - int(width[listed].sum())
            flips = np.where(listed, ~keep, width <= free)
            rate = np.where(flips, delta, -np.inf)
            # Among additions the best for its width goes first, as room is what is short.
            score = np.where(listed, rate, rate / width)
            best = int(np.argmax(np.where(rate > 1e-9, score, -np.inf)))
            if rate[best] > 1e-9:
                listed[best] = ~listed[best]
                continue
            if not _swap(listed, delta, free):
                return listed
        return listed

    def _swap(listed: npt.NDArray[np.bool_], delta: Floats, free: int) -> bool:
        outs, ins = np.flatnonzero(listed & ~keep), np.flatnonzero(~listed)
        if len(outs) == 0 or len(ins) == 0:
            return False
        # Both flips interact where one is the other's substitute.
        both = delta[outs][:, None] + delta[ins][None, :]
        both = both + draw[np.ix_(outs, ins)] + draw[np.ix_(ins, outs)].T
        both[width[ins][None, :] > free + width[outs][:, None]] = -np.inf
        a, b = np.unravel_index(int(np.argmax(both)), both.shape)
        if both[a, b] <= 1e-9:
            return False
        listed[outs[a]], listed[ins[b]] = False, True
        return True

    generator = np.random.Generator(np.random.Philox(seed))
    best = climb(keep.copy())
    for _ in range(8):
        start = best.copy()
        shaken = generator.random(n) < 0.3
        start[shaken & ~keep] = False
        other = climb(start)
        if problem.profit(other) > problem.profit(best):
            best = other
    # Every customer brings at most the best of the two; every listed product brings at most its own
    # customers and all who could turn to it.
    brings = np.maximum(margin, 0.0) * (demand + demand @ shares)
    rest = np.where(keep, 0.0, brings)
    order = np.argsort(-rest / width, kind="stable")
    left, by_room = float(room - width[keep].sum()), float(brings[keep].sum())
    for i in order.tolist():
        part = min(1.0, left / float(width[i]))
        by_room += part * float(rest[i])
        left -= part * float(width[i])
        if left <= 0:
            break
    by_customer = demand * np.maximum(margin, shares @ np.maximum(margin, 0.0))
    by_customer = np.maximum(by_customer, 0.0)
    return best, min(by_room, float(by_customer.sum()))
