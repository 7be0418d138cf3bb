"""The quadratic assignment problem, the core of "what is picked together stands together"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.slotting._arrays import Ints, first, frozen, whole, wholes
from backhaul.engine.slotting.checker import check_permutation
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import slotting as native

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["QapProblem", "QapSolution", "solve_qap"]


@dataclass(frozen=True, eq=False)
class QapProblem:
    """Facilities to locations, cost the sum of flow[i, j] x distance[place[i], place[j]].

    Parameters
    ----------
    flow, distance : array of int64, shape (n, n)
        Whole numbers, C order.
    name : str
        For people.

    Raises
    ------
    InvalidInput
        A matrix that is not square, not whole, or not as large as the other.

    Examples
    --------
    >>> len(QapProblem([[0, 3], [3, 0]], [[0, 2], [2, 0]]))
    2
    """

    flow: Ints
    distance: Ints
    name: str = ""

    def __post_init__(self) -> None:
        for field in ("flow", "distance"):
            try:
                raw = np.asarray(getattr(self, field), dtype=np.float64)
            except (TypeError, ValueError):
                raise InvalidInput(field, "no numbers", "a square matrix") from None
            if raw.ndim != 2 or raw.shape[0] != raw.shape[1] or raw.shape[0] == 0:
                raise InvalidInput(field, f"shape {raw.shape}", "a square matrix")
            bad = (raw != np.rint(raw)) | ~(np.abs(raw) < 2**50)
            if bad.any():
                i, j = divmod(first(bad.ravel()), raw.shape[1])
                raise InvalidInput(f"{field}[{i}][{j}]", float(raw[i, j]), "a whole number")
            object.__setattr__(self, field, frozen(np.ascontiguousarray(raw, dtype=np.int64)))
        if self.flow.shape != self.distance.shape:
            allowed = f"shape {self.flow.shape}, as the flow has"
            raise InvalidInput("distance", f"shape {self.distance.shape}", allowed)

    def __len__(self) -> int:
        return len(self.flow)


@dataclass(frozen=True, eq=False)
class QapSolution(SolutionBase):
    """An answer: facility ``i`` stands at location ``place[i]``."""

    problem: QapProblem
    place: Ints
    cost: float
    bound: float | None
    status: Status
    stats: SolveStats

    def check(self) -> CheckReport:
        """Recompute the cost with separate code."""
        return check_permutation(self.problem, self.place.tolist(), self.cost)

    def explain(self) -> Explanation:
        """Say which facilities cost most, and what the best swap would change.

        Examples
        --------
        >>> from backhaul.engine.slotting import solve
        >>> solution = solve(QapProblem([[0, 3], [3, 0]], [[0, 2], [2, 0]]))
        >>> print(solution.explain().lines[0])
        cost 12; the facility that costs most is 0 at location 1 with 12
        """
        flow, order = self.problem.flow, self.place
        here = self.problem.distance[np.ix_(order, order)]
        share = (flow * here).sum(axis=1) + (flow * here).sum(axis=0)
        top = int(share.argmax())
        line = (
            f"cost {int(self.cost)}; the facility that costs most is {top} "
            f"at location {int(order[top])} with {int(share[top])}"
        )
        return Explanation((line,), {"share": share.tolist()})

    def plot(self) -> go.Figure:
        """Draw what each pair of locations costs, as a heat map."""
        import plotly.graph_objects as go

        order = np.argsort(self.place)
        cost = self.problem.flow[np.ix_(order, order)] * self.problem.distance
        figure = go.Figure(go.Heatmap(z=cost, colorscale="Viridis"))
        figure.update_layout(
            title=f"{self.problem.name or 'Quadratic assignment'}: cost {int(self.cost):,}",
            xaxis_title="location",
            yaxis_title="location",
        )
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            **self.summary(),
            "place": self.place.tolist(),
            "problem": {
                "name": self.problem.name,
                "flow": self.problem.flow.tolist(),
                "distance": self.problem.distance.tolist(),
            },
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> QapSolution:
        """Rebuild a solution from `to_dict`."""
        stats = SolveStats(
            data["seconds"], data["iterations"], data["stop_reason"], data["seed"], data["threads"]
        )
        problem = QapProblem(**data["problem"])
        place = wholes("place", data["place"], len(problem), 0, len(problem) - 1)
        return cls(problem, place, data["cost"], data["bound"], Status(data["status"]), stats)


def solve_qap(
    problem: QapProblem,
    *,
    stop: Stop | None = None,
    seed: int = 0,
    threads: int = 1,
    start: Sequence[int] | npt.ArrayLike | None = None,
    on_progress: OnProgress | None = None,
) -> QapSolution:
    """Solve a quadratic assignment; `backhaul.engine.slotting.solve` calls this.

    Each of `threads` searches has the whole iteration limit; the best answer counts. The bound is
    Gilmore's (1962) and Lawler's (1963).
    """
    n = len(problem)
    whole("threads", threads, 1, 1024)
    begin = None if start is None else wholes("start", start, n, 0, n - 1)
    with native_errors():
        raw = native.solve_qap(
            n,
            problem.flow.ravel(),
            problem.distance.ravel(),
            begin,
            seed,
            threads,
            (stop or Stop()).limits(),
            on_progress,
        )
    stats = SolveStats(raw["seconds"], raw["iterations"], raw["stop_reason"], seed, threads)
    bound = raw["bound"]
    proven = bound is not None and raw["cost"] <= bound
    status = Status.OPTIMAL if proven else Status.FEASIBLE
    return QapSolution(problem, raw["place"], raw["cost"], bound, status, stats)
