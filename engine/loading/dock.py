"""Dock scheduling: which truck at which door when, and what crosses the dock between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from backhaul.engine.errors import InvalidInput, native_errors
from backhaul.engine.loading.dock_checker import check_schedule
from backhaul.engine.packing.values import whole
from backhaul.engine.solution import CheckReport, Explanation, SolutionBase, SolveStats, Status
from backhaul.engine.stop import OnProgress, Stop
from backhaul_native import loading as native

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["DockProblem", "DockSchedule", "Door", "Transfer", "Truck", "Visit", "schedule_docks"]

MAX_TIME = 1 << 40
MAX_COST = 1 << 20
#: HiGHS is asked for a bound up to so many trucks, for so long where no seconds are given.
HIGHS_TRUCKS, HIGHS_S = 24, 10.0
FORMAT = "backhaul-dock-schedule/1"


@dataclass(frozen=True, slots=True)
class Door:
    """One dock door: its name and from when on it is open [s]."""

    id: str
    opens_s: int = 0


@dataclass(frozen=True, slots=True)
class Truck:
    """One visit of a truck.

    Parameters
    ----------
    id : str
    release_s, due_s : int
        Arrival in the yard, and when it should be ready [s].
    handling_s : int
        Loading or unloading time [s].
    weight : int
        Cost of one second of tardiness.
    waiting : int
        Cost of one second between arrival and start.
    crew : int
        People needed while it is handled.
    doors : tuple of str or None
        Doors that take it; None: all.
    handling_at : mapping of door to int
        Handling time where it differs by door [s].
    """

    id: str
    release_s: int
    due_s: int
    handling_s: int
    weight: int = 1
    waiting: int = 0
    crew: int = 0
    doors: tuple[str, ...] | None = None
    handling_at: Mapping[str, int] = field(default_factory=dict)

    def handling(self, door: str) -> int | None:
        """Return the handling time at a door [s], None where it may not go."""
        if self.doors is not None and door not in self.doors:
            return None
        return self.handling_at.get(door, self.handling_s)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Goods that cross the dock: `to` may start `lag_s` after `source` is done."""

    source: str
    to: str
    lag_s: int = 0


@dataclass(frozen=True, slots=True)
class DockProblem:
    """Trucks, doors, crew and transfers of one dock.

    Parameters
    ----------
    trucks : sequence of Truck
    doors : sequence of Door
    crew : int, optional
        People on the dock; None: enough.
    changeover_s : int
        Time between two trucks at one door [s].
    transfers : sequence of Transfer

    Raises
    ------
    InvalidInput
        A value is out of its range, an id is repeated or unknown.
    Infeasible
        A truck that no door takes or the crew cannot handle; transfers in a circle.

    Examples
    --------
    >>> problem = DockProblem([Truck("a", 0, 100, 60), Truck("b", 0, 60, 60)], [Door("1")])
    >>> schedule_docks(problem).cost
    20
    """

    trucks: tuple[Truck, ...]
    doors: tuple[Door, ...]
    crew: int | None = None
    changeover_s: int = 0
    transfers: tuple[Transfer, ...] = ()

    def __post_init__(self) -> None:
        for name in ("trucks", "doors", "transfers"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        doors = [door.id for door in self.doors]
        for kind, ids in (("doors", doors), ("trucks", [t.id for t in self.trucks])):
            for k, name in enumerate(ids):
                if name in ids[:k]:
                    raise InvalidInput(f"{kind}[{k}].id", name, "each id once")
        if self.crew is not None:
            whole("crew", self.crew, 0, MAX_COST)
        whole("changeover_s", self.changeover_s, 0, MAX_TIME)
        for k, door in enumerate(self.doors):
            whole(f"doors[{k}].opens_s", door.opens_s, 0, MAX_TIME)
        for k, truck in enumerate(self.trucks):
            path = f"trucks[{k}]"
            for name in ("release_s", "due_s", "handling_s"):
                whole(f"{path}.{name}", getattr(truck, name), 0, MAX_TIME)
            for name in ("weight", "waiting", "crew"):
                whole(f"{path}.{name}", getattr(truck, name), 0, MAX_COST)
            for name in (*(truck.doors or ()), *truck.handling_at):
                if name not in doors:
                    raise InvalidInput(f"{path}.doors", name, "a door of the dock")
            for name, value in truck.handling_at.items():
                whole(f"{path}.handling_at.{name}", value, 0, MAX_TIME)
        known = {truck.id for truck in self.trucks}
        for k, transfer in enumerate(self.transfers):
            for name in (transfer.source, transfer.to):
                if name not in known:
                    raise InvalidInput(f"transfers[{k}]", name, "a truck of the problem")
            whole(f"transfers[{k}].lag_s", transfer.lag_s, 0, MAX_TIME)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data (JSON-ready)."""
        return {
            "trucks": [
                {
                    "id": t.id, "release_s": t.release_s, "due_s": t.due_s,
                    "handling_s": t.handling_s, "weight": t.weight, "waiting": t.waiting,
                    "crew": t.crew, "doors": None if t.doors is None else list(t.doors),
                    "handling_at": dict(t.handling_at),
                }
                for t in self.trucks
            ],
            "doors": [{"id": d.id, "opens_s": d.opens_s} for d in self.doors],
            "crew": self.crew,
            "changeover_s": self.changeover_s,
            "transfers": [
                {"source": t.source, "to": t.to, "lag_s": t.lag_s} for t in self.transfers
            ],
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DockProblem:
        """Rebuild a problem from the data of `to_dict`."""
        try:
            trucks = [
                Truck(**{**row, "doors": None if row.get("doors") is None else tuple(row["doors"])})
                for row in data["trucks"]
            ]
            doors = [Door(**row) for row in data["doors"]]
            transfers = [Transfer(**row) for row in data.get("transfers") or ()]
        except (KeyError, TypeError) as error:
            raise InvalidInput("dock", str(error), "the data of DockProblem.to_dict") from None
        return cls(
            tuple(trucks),
            tuple(doors),
            data.get("crew"),
            data.get("changeover_s", 0),
            tuple(transfers),
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """A truck at a door, from start to end [s]."""

    truck: str
    door: str
    start_s: int
    end_s: int


@dataclass(frozen=True)
class DockSchedule(SolutionBase):
    """Visits in order of their start; cost is weighted tardiness plus weighted waiting [weight x s]."""

    problem: DockProblem
    visits: tuple[Visit, ...]
    cost: int
    bound: float | None
    status: Status
    stats: SolveStats

    def check(self) -> CheckReport:
        """Verify doors, crew, transfers, times and cost with separate code."""
        return check_schedule(self.problem, self.visits, self.cost)

    def explain(self) -> Explanation:
        """Say which trucks are late or wait, and how busy doors are."""
        trucks = {truck.id: truck for truck in self.problem.trucks}
        lines, late, waits = [], {}, {}
        for visit in self.visits:
            truck = trucks[visit.truck]
            if visit.end_s > truck.due_s:
                late[visit.truck] = visit.end_s - truck.due_s
                lines.append(
                    f"{visit.truck} is {late[visit.truck]:,} s late (door {visit.door}, "
                    f"weight {truck.weight})."
                )
            if visit.start_s > truck.release_s:
                waits[visit.truck] = visit.start_s - truck.release_s
        span = max((v.end_s for v in self.visits), default=0) - min(
            (v.start_s for v in self.visits), default=0
        )
        busy = {
            door.id: sum(v.end_s - v.start_s for v in self.visits if v.door == door.id)
            for door in self.problem.doors
        }
        lines.append(f"{len(waits)} of {len(trucks)} trucks wait; {len(late)} are late.")
        if span:
            used = ", ".join(f"{name} {time / span:.0%}" for name, time in busy.items())
            lines.append(f"Doors in use: {used}.")
        return Explanation(tuple(lines), {"late_s": late, "waiting_s": waits, "busy_s": busy})

    def plot(self) -> go.Figure:
        """Draw one bar a visit, one row a door; late visits are orange."""
        import plotly.graph_objects as go

        due = {truck.id: truck.due_s for truck in self.problem.trucks}
        figure = go.Figure()
        figure.add_bar(
            y=[v.door for v in self.visits],
            x=[v.end_s - v.start_s for v in self.visits],
            base=[v.start_s for v in self.visits],
            orientation="h",
            text=[v.truck for v in self.visits],
            marker={
                "color": ["#E69F00" if v.end_s > due[v.truck] else "#0072B2" for v in self.visits],
                "line": {"color": "white", "width": 1},
            },
            hovertemplate="%{text}: %{base} s + %{x} s<extra>door %{y}</extra>",
        )
        figure.update_layout(
            xaxis={"title": {"text": "time [s]"}},
            yaxis={"title": {"text": "door"}, "type": "category"},
            title={"text": f"Dock schedule: cost {self.cost:,}"},
        )
        return figure

    def to_dict(self) -> dict[str, Any]:
        """Return plain data from which `from_dict` rebuilds the schedule."""
        return {
            "format": FORMAT,
            "problem": self.problem.to_dict(),
            "visits": [
                {"truck": v.truck, "door": v.door, "start_s": v.start_s, "end_s": v.end_s}
                for v in self.visits
            ],
            "cost": self.cost,
            "bound": self.bound,
            "status": self.status.value,
            "stats": self.stats.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DockSchedule:
        """Rebuild a schedule from the data of `to_dict`."""
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise InvalidInput("format", data, FORMAT)
        try:
            return cls(
                problem=DockProblem.from_dict(data["problem"]),
                visits=tuple(Visit(**row) for row in data["visits"]),
                cost=data["cost"],
                bound=data["bound"],
                status=Status(data["status"]),
                stats=SolveStats(**data["stats"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput("schedule", str(error), f"the data of a {FORMAT}") from None


def schedule_docks(
    problem: DockProblem,
    *,
    stop: Stop = Stop(iterations=5_000),  # noqa: B008 (frozen)
    seed: int = 0,
    threads: int = 1,
    start: DockSchedule | None = None,
    prove: bool = False,
    on_progress: OnProgress | None = None,
) -> DockSchedule:
    """Schedule trucks at doors for little weighted tardiness and waiting.

    Parameters
    ----------
    problem : DockProblem
    stop : Stop
        One iteration is one order of trucks, scheduled.
    seed : int
    threads : int
        The search is sequential; further threads stay idle.
    start : DockSchedule, optional
        A schedule of the same problem; its order of starts and its doors are tried first.
    prove : bool
        Also prove how good it is. Half of the seconds go into that: small docks are searched to
        the end, and larger ones get a bound by prices of doors, crew and transfers; up to two
        dozen trucks HiGHS adds its own where it is installed (the extra ``solvers``).
    on_progress : callable, optional

    Returns
    -------
    DockSchedule

    Notes
    -----
    Dispatching rules, then late acceptance (Burke and Bykov 2017) over the order of trucks and
    chosen doors; every order is scheduled as early as possible.
    """
    rows = []
    for truck in problem.trucks:
        times = [truck.handling(door.id) for door in problem.doors]
        handling = [-1 if time is None else time for time in times]
        rows.append(
            (truck.release_s, truck.due_s, truck.weight, truck.waiting, handling, truck.crew)
        )
    number = {truck.id: k for k, truck in enumerate(problem.trucks)}
    door_of = {door.id: k for k, door in enumerate(problem.doors)}
    first = None
    if start is not None:
        if start.problem != problem:
            raise InvalidInput("start", "another problem", "a schedule of this problem")
        first = [(number[v.truck], door_of[v.door]) for v in start.visits]
    with native_errors():
        answer = native.schedule(
            rows,
            [door.opens_s for door in problem.doors],
            problem.changeover_s,
            problem.crew,
            [(number[t.source], number[t.to], t.lag_s) for t in problem.transfers],
            stop.limits(),
            seed,
            first,
            prove,
            on_progress,
        )
    visits = []
    for k, (door, begin) in enumerate(zip(answer["door"], answer["start"], strict=True)):
        name = problem.doors[door].id
        time = problem.trucks[k].handling(name) or 0
        visits.append(Visit(problem.trucks[k].id, name, begin, begin + time))
    visits.sort(key=lambda v: (v.start_s, v.end_s, v.truck))
    bound: float = answer["bound"]
    status = Status(answer["status"])
    left = HIGHS_S if stop.seconds is None else stop.seconds - answer["seconds"]
    solvable = status is not Status.OPTIMAL and len(problem.trucks) <= HIGHS_TRUCKS
    if prove and solvable and left > 0.0 and find_spec("highspy"):
        from backhaul.engine.loading.dock_bound import dock_bound

        bound = max(bound, dock_bound(problem, upper=answer["cost"], seconds=left))
        if answer["cost"] <= bound + 1e-6:
            status = Status.OPTIMAL
    return DockSchedule(
        problem=problem,
        visits=tuple(visits),
        cost=answer["cost"],
        bound=bound,
        status=status,
        stats=SolveStats(
            seconds=answer["seconds"],
            iterations=answer["iterations"],
            stop_reason=answer["stop_reason"],
            seed=seed,
            threads=threads,
        ),
    )
