"""A scenario, a strategy and overrides in; a resolved scenario out."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import backhaul_native
from backhaul.engine.errors import InvalidInput
from backhaul.scenarios import facts
from backhaul.scenarios.documents import Document, load, merged
from backhaul.scenarios.overlay import overlay
from backhaul.scenarios.paths import Place
from backhaul.scenarios.provenance import provenance
from backhaul.scenarios.rules import products as goods
from backhaul.scenarios.rules import world as rules
from backhaul.scenarios.rules.table import NOTHING, ProductTable, read_table
from backhaul.scenarios.schema import ScenarioFile
from backhaul.scenarios.strategy import Set, Strategy, load_strategy
from backhaul.scenarios.validation import plain, problems, validate
from backhaul.sim.world import (
    Change,
    DatedEvent,
    DatedPosting,
    Goal,
    Provenance,
    ResolvedScenario,
)
from backhaul.sim.world.arrays import Frozen

__all__ = ["check", "resolve"]

Overrides = Mapping[str, Any]


@dataclass(frozen=True)
class _Settled:
    """All that a run depends on: the scenario before and after edits, later ones, stated products."""

    base: ScenarioFile
    now: ScenarioFile
    later: tuple[tuple[datetime.date, ScenarioFile], ...]
    table: ProductTable
    sources: tuple[Provenance, ...]
    strategy: str


def resolve(
    scenario: str | Path,
    strategy: str | Path | Strategy | Sequence[str | Path | Strategy] | None = None,
    overrides: Overrides | None = None,
) -> ResolvedScenario:
    """Resolve a scenario under a strategy.

    Parameters
    ----------
    scenario : str or Path
        Name of a shipped scenario, a TOML file, or a resolved file (JSON), which is settled: it
        takes neither strategy nor overrides.
    strategy : str, Path, Strategy, or a sequence of them, optional
        Shipped strategies by name, files, or strategies made in Python.
    overrides : mapping of str to value, optional
        Values set in the scenario itself, by selector: ``{"catalogue.product_count": 1000}``.
        They come before calibration: the demand still meets the scenario's sales.

    Raises
    ------
    InvalidInput
        File, key or value is not allowed; it names file, path, value and what is allowed.

    Examples
    --------
    >>> world = resolve("demo", overrides={"catalogue.product_count": 100})
    >>> len(world.products), len(world.stores), world.weeks
    (100, 12, 13)
    """
    if Path(scenario).suffix == ".json":
        if strategy is not None or overrides:
            allowed = "a TOML file: a resolved file is settled"
            raise InvalidInput("scenario", str(scenario), allowed)
        return _world(_read(Path(scenario)))
    document = load(scenario)
    data, stated, forced = _base(document, overrides or {})
    over = _with_overrides(document, data, forced)
    base = validate(data, over)
    laid = load_strategy(strategy)
    edited = overlay(plain(base), laid)
    against = Document(laid.file or f"strategy {laid.name}", {}, {})
    return _world(
        _Settled(
            base=base,
            now=validate(edited.data, against),
            later=tuple((date, validate(data, against)) for date, data in edited.changes),
            table=_table(base, over),
            sources=provenance(document, plain(base), stated, forced, edited.touched),
            strategy=laid.name,
        )
    )


def check(scenario: str | Path, overrides: Overrides | None = None) -> list[InvalidInput]:
    """Return every error in a scenario; none means that it can be resolved.

    Examples
    --------
    >>> check("demo")
    []
    """
    try:
        document = load(scenario)
        data, _, forced = _base(document, overrides or {})
        over = _with_overrides(document, data, forced)
        found, errors = problems(data, over)
        if found is not None:
            _table(found, over)
    except InvalidInput as error:
        return [error]
    return errors


def _base(
    document: Document, overrides: Overrides
) -> tuple[dict[str, Any], set[Place], set[Place]]:
    """Return the scenario's data, the places that its files state, those that were overridden."""
    data = merged(document)
    stated = set(_places(data, ()))
    if not overrides:
        return data, stated, set()
    base = validate(data, document)
    edits = tuple(Set(path=path, value=value) for path, value in overrides.items())
    try:
        over = overlay(plain(base), Strategy("overrides", edits, file="--set"), free=True)
    except InvalidInput as error:
        number = int(error.path.partition("[")[2].partition("]")[0] or 0)
        path = list(overrides)[number]
        raise InvalidInput(path, overrides[path], error.allowed, file="--set") from None
    return over.data, stated, set(over.touched)


def _with_overrides(document: Document, data: dict[str, Any], forced: set[Place]) -> Document:
    """Return a document that states the overridden values, so that messages name it."""
    stated: dict[Any, Any] = {}
    for place in forced:
        inside: dict[Any, Any] = stated
        value: Any = data
        for key in place[:-1]:
            inside, value = inside.setdefault(key, {}), value[key]
        inside[place[-1]] = value[place[-1]]
    return Document("--set", stated, {}, document) if forced else document


def _places(data: Any, place: Place) -> list[Place]:  # noqa: ANN401 (plain data)
    found = [place]
    if isinstance(data, dict):
        found += [p for key in data for p in _places(data[key], (*place, key))]
    elif isinstance(data, list):
        found += [p for row, value in enumerate(data) for p in _places(value, (*place, row))]
    return found


def _table(base: ScenarioFile, document: Document) -> ProductTable:
    """Read the table of products that the scenario names."""
    if base.catalogue.table is None:
        return NOTHING
    folder = document.holder(("catalogue", "table")).folder
    products = set(facts.table("products")["product_id"].to_list())
    names = {f"{g.name} {n + 1}" for g in base.network.suppliers for n in range(g.count)}
    return read_table(folder / base.catalogue.table, products, names)


def _write(settled: _Settled) -> str:
    """Write everything that the run depends on, each default filled in: the text is hashed."""
    content = {
        "version": backhaul_native.__version__,
        "facts": facts.digest(),
        "base": plain(settled.base),
        "scenario": plain(settled.now),
        "changes": [[date, plain(part)] for date, part in settled.later],
        "products": settled.table.to_dict(),
        "sources": [[row.path, row.kind, row.source] for row in settled.sources],
    }
    return json.dumps(content, sort_keys=True, indent=1, default=str) + "\n"


def _read(path: Path) -> _Settled:
    """Take back what `_write` wrote."""
    file = str(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version, digest = content["version"], content["facts"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InvalidInput("file", file, f"a resolved scenario ({error})") from None
    for key, found, own in (
        ("version", version, backhaul_native.__version__),
        ("facts", digest, facts.digest()),
    ):
        if found != own:
            raise InvalidInput(key, found, f"{own}, that of this installation", file=file)

    def scenario(data: Any) -> ScenarioFile:  # noqa: ANN401 (parsed JSON)
        # JSON has no dates; the schema, being strict, wants them
        data = {**data, "start": datetime.date.fromisoformat(data["start"])}
        for part in ("events", "postings"):
            rows = data[part]
            data[part] = [{**row, "date": datetime.date.fromisoformat(row["date"])} for row in rows]
        return validate(data, Document(file, {}, {}))

    try:
        return _Settled(
            base=scenario(content["base"]),
            now=scenario(content["scenario"]),
            later=tuple(
                (datetime.date.fromisoformat(date), scenario(data))
                for date, data in content["changes"]
            ),
            table=ProductTable.from_dict(content["products"]),
            sources=tuple(Provenance(*row) for row in content["sources"]),
            strategy="as resolved",
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidInput("file", file, f"a resolved scenario ({error})") from None


def _world(settled: _Settled) -> ResolvedScenario:
    text = _write(settled)
    common = {
        "run_id": hashlib.sha256(text.encode()).hexdigest()[:16],
        "strategy": settled.strategy,
        "document": text,
        "provenance": settled.sources,
    }
    base = settled.base
    calibration = goods.calibrate(base, settled.table)
    changes = tuple(
        Change((date - base.start).days, _part(calibration, base, part, common, ()))
        for date, part in settled.later
    )
    return _part(calibration, base, settled.now, common, changes)


def _part(
    calibration: goods.Calibration,
    base: ScenarioFile,
    now: ScenarioFile,
    common: dict[str, Any],
    changes: tuple[Change, ...],
) -> ResolvedScenario:
    suppliers = goods.suppliers(now)
    products, promotions = goods.products(calibration, now, suppliers)
    stores, dcs, roads = rules.network(base, now)
    return ResolvedScenario(
        name=now.name,
        title=now.title,
        seed=now.seed,
        weeks=now.weeks,
        start=now.start,
        departments=goods.departments(calibration, now),
        suppliers=suppliers,
        products=products,
        promotions=promotions,
        stores=stores,
        dcs=dcs,
        roads=roads,
        demand=rules.demand(now, products),
        fleet=rules.fleet(now, stores, dcs),
        staff=rules.staff(now, len(stores)),
        marketing=rules.marketing(now),
        finance=rules.finance(base, now, stores),
        law=rules.law(now),
        policies=Frozen(rules.policies(now)),
        goals=tuple(Goal(**goal.model_dump()) for goal in now.goals),
        fidelity=Frozen(dict(sorted(now.fidelity.items()))),
        events=tuple(
            DatedEvent(day=(event.date - now.start).days, **event.model_dump(exclude={"date"}))
            for event in sorted(now.events, key=lambda e: e.model_dump_json())
        ),
        postings=tuple(
            DatedPosting(day=(post.date - now.start).days, **post.model_dump(exclude={"date"}))
            for post in sorted(now.postings, key=lambda p: p.model_dump_json())
        ),
        changes=changes,
        **common,
    )
