"""When to move goods from reserve to their pick faces: before the wave that would empty them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput
from backhaul.engine.slotting._arrays import Ints, frozen, whole, wholes
from backhaul.engine.solution import CheckReport, Violation

__all__ = ["FaceMove", "FacePlan", "PickFaces", "replenish_pick_faces"]


@dataclass(frozen=True, eq=False)
class PickFaces:
    """Pick faces and the reserve behind them.

    Parameters
    ----------
    face, reserve : array of int, shape (products,)
        Units in the pick face and in reserve now.
    least, most : array of int, shape (products,)
        Units below which a face is filled, and that it holds.
    case : array of int, shape (products,)
        Units that are moved together; a face takes whole cases, or the last of the reserve.
    seconds : array of int, shape (products,)
        Work of one move, however many cases.

    Raises
    ------
    InvalidInput
        A face that holds less than its least, less than a case, or more than it can.
    """

    face: Ints
    reserve: Ints
    least: Ints
    most: Ints
    case: Ints
    seconds: Ints

    def __post_init__(self) -> None:
        n = len(np.atleast_1d(self.face))
        floor = {"most": 1, "case": 1}
        for name in ("face", "reserve", "least", "most", "case", "seconds"):
            row = wholes(name, getattr(self, name), n, floor.get(name, 0))
            object.__setattr__(self, name, row)
        for name, low, high in (("least", self.least, self.most), ("case", self.case, self.most)):
            bad = low > high
            if bad.any():
                at = int(np.flatnonzero(bad)[0])
                raise InvalidInput(f"{name}[{at}]", int(low[at]), f"at most {int(high[at])}")
        bad = self.face > self.most
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            raise InvalidInput(f"face[{at}]", int(self.face[at]), f"at most {int(self.most[at])}")

    def __len__(self) -> int:
        return len(self.face)


@dataclass(frozen=True, slots=True)
class FaceMove:
    """One move from reserve to a pick face.

    Parameters
    ----------
    product, units : int
        What and how much.
    wave : int
        It must be done before this wave begins.
    urgent : bool
        The wave would run out without it; else the face is only below its least.
    """

    product: int
    units: int
    wave: int
    urgent: bool


@dataclass(frozen=True, eq=False)
class FacePlan:
    """Moves, and what is short all the same.

    Parameters
    ----------
    faces : PickFaces
        The beginning.
    demand : array of int64, shape (waves, products)
        Units that each wave picks.
    moves : tuple of FaceMove
        In the order in which they are done.
    short : array of int64, shape (waves, products)
        Units that a wave cannot pick.
    budget_s : array of int64, shape (waves,)
        Seconds of work before each wave.
    """

    faces: PickFaces
    demand: Ints
    moves: tuple[FaceMove, ...]
    short: Ints
    budget_s: Ints

    def check(self) -> CheckReport:
        """Play the plan again: codes ``room``, ``reserve``, ``case``, ``budget``, ``short``."""
        f = self.faces
        found: list[Violation] = []
        face, reserve = f.face.tolist(), f.reserve.tolist()
        for wave in range(len(self.demand)):
            work = 0
            for move in (m for m in self.moves if m.wave == wave):
                p = move.product
                work += int(f.seconds[p])
                if move.units > reserve[p]:
                    found.append(Violation("reserve", f"product {p}: more than the reserve"))
                if move.units % int(f.case[p]) and move.units != reserve[p]:
                    found.append(Violation("case", f"product {p}: {move.units} are no whole cases"))
                face[p] += move.units
                reserve[p] -= move.units
                if face[p] > int(f.most[p]):
                    found.append(Violation("room", f"product {p}: {face[p]} in the face"))
            if work > int(self.budget_s[wave]):
                found.append(Violation("budget", f"wave {wave}: {work} s of work"))
            for p, want in enumerate(self.demand[wave].tolist()):
                missing = max(0, want - face[p])
                if missing != int(self.short[wave, p]):
                    text = f"wave {wave}, product {p}: {missing} short, claimed otherwise"
                    found.append(Violation("short", text))
                face[p] = max(0, face[p] - want)
        return CheckReport(tuple(found), {"moves": len(self.moves)})


def replenish_pick_faces(
    faces: PickFaces,
    demand: npt.ArrayLike,
    *,
    budget_s: Sequence[int] | npt.ArrayLike | int = 10**9,
) -> FacePlan:
    """Plan moves from reserve to pick faces, wave by wave.

    Before a wave every face that would run out in it is filled (urgent moves, those that prevent
    most missing units a second of work first), then, as far as the work lasts, every face that the
    wave would leave below its least, the emptiest first. A face is filled to the brim in whole
    cases, so that it is not visited soon again (min/max rule; van den Berg, Sharp, Gademann and
    Pochet 1998 state the problem).

    Parameters
    ----------
    faces : PickFaces
        Stock in faces and reserve, limits, cases.
    demand : array of int, shape (waves, products)
        Units that each wave picks.
    budget_s : int or sequence of int, shape (waves,)
        Seconds of work before each wave.

    Raises
    ------
    InvalidInput
        A NaN, a negative number, arrays that do not fit.

    Examples
    --------
    >>> faces = PickFaces([4, 9], [30, 30], [3, 4], [10, 10], [3, 3], [60, 60])
    >>> plan = replenish_pick_faces(faces, [[5, 2], [4, 4]])
    >>> [(m.product, m.units, m.wave, m.urgent) for m in plan.moves], int(plan.short.sum())
    ([(0, 6, 0, True), (0, 3, 1, False), (1, 3, 1, False)], 0)
    """
    raw = np.asarray(demand, dtype=object)
    n = len(faces)
    if raw.ndim != 2 or raw.shape[1] != n:
        raise InvalidInput("demand", f"shape {raw.shape}", f"shape (waves, {n})")
    want = wholes("demand", raw.ravel()).reshape(raw.shape)
    waves = len(want)
    if np.ndim(budget_s) == 0:
        work = np.full(waves, whole("budget_s", budget_s, 0, 10**12), dtype=np.int64)
    else:
        work = wholes("budget_s", budget_s, waves)
    face, reserve = faces.face.copy(), faces.reserve.copy()
    short = np.zeros_like(want)
    moves: list[FaceMove] = []
    for wave in range(waves):
        left = int(work[wave])
        cases = (faces.most - face) // faces.case
        units = np.minimum(cases * faces.case, reserve)
        missing = np.maximum(want[wave] - face, 0)
        saved = np.minimum(missing, units)
        low = (face - want[wave] < faces.least) & (saved == 0)
        rate = saved / np.maximum(faces.seconds, 1)
        urgent = sorted(np.flatnonzero(saved > 0).tolist(), key=lambda p: (-rate[p], p))
        after = (face - want[wave]) / np.maximum(faces.least, 1)
        calm = sorted(np.flatnonzero(low & (units > 0)).tolist(), key=lambda p: (after[p], p))
        for p, now in [(p, True) for p in urgent] + [(p, False) for p in calm]:
            if faces.seconds[p] > left:
                continue
            left -= int(faces.seconds[p])
            moves.append(FaceMove(p, int(units[p]), wave, now))
            face[p] += units[p]
            reserve[p] -= units[p]
        short[wave] = np.maximum(want[wave] - face, 0)
        face = np.maximum(face - want[wave], 0)
    return FacePlan(faces, frozen(want), tuple(moves), frozen(short), frozen(work))
