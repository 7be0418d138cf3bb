"""`backhaul scenario show|check|resolve NAME_OR_FILE`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from backhaul.engine.errors import InvalidInput
from backhaul.scenarios import check, resolve, shipped
from backhaul.service.commands.solve import write_whole
from backhaul.sim.world import ZONES, ResolvedScenario

__all__ = ["app", "overrides"]

#: The path may have ``[key=value]`` in it.
SETTING = re.compile(r"((?:[^\[=]|\[[^\]]*\])+)=(.*)")

app = typer.Typer(help="Look at scenarios and strategies.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="A shipped scenario, or a TOML file.")]
With = Annotated[
    list[str] | None, typer.Option("--strategy", help="A shipped strategy, or a file.")
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value of the scenario."),
]


def overrides(sets: list[str] | None) -> dict[str, Any]:
    """Turn ``PATH=VALUE`` into overrides; the value is TOML, or else plain text.

    Raises
    ------
    InvalidInput
        There is no equals sign, or a path twice.

    Examples
    --------
    >>> overrides(["catalogue.product_count=100", "name=other"])
    {'catalogue.product_count': 100, 'name': 'other'}
    """
    found: dict[str, Any] = {}
    for text in sets or []:
        match = SETTING.fullmatch(text)
        if match is None or match[1] in found:
            raise InvalidInput("--set", text, "PATH=VALUE, each path once")
        path, value = match.groups()
        try:
            found[path] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[path] = value
    return found


@app.command("list")
def list_() -> None:
    """List the shipped scenarios and strategies."""
    for kind, names in (("scenario", shipped()), ("strategy", shipped("strategies"))):
        for name in names:
            sys.stdout.write(f"{kind} {name}\n")


@app.command("check")
def check_(scenario: Name, sets: Sets = None) -> None:
    """Check a scenario: every error on a line of its own; exit code 2 if there is one."""
    errors = check(scenario, overrides(sets))
    for error in errors[:-1]:
        sys.stderr.write(f"backhaul: {error}\n")
    if errors:
        raise errors[-1]
    sys.stdout.write(f"{scenario}: OK\n")


@app.command("resolve")
def resolve_(
    scenario: Name,
    strategy: With = None,
    sets: Sets = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the resolved file here as well.")
    ] = None,
) -> None:
    """Resolve a scenario, and say where every value came from."""
    world = resolve(scenario, strategy, overrides(sets))
    if out is not None:
        write_whole(out, world.document)
    sys.stdout.write(f"run {world.run_id}  {world.name}  strategy {world.strategy}\n")
    width = max(len(row.path) for row in world.provenance)
    for row in world.provenance:
        sys.stdout.write(f"{row.path:{width}}  {row.kind:9}  {row.source}\n")


@app.command("show")
def show(scenario: Name, strategy: With = None, sets: Sets = None) -> None:
    """Show what a scenario comes to."""
    world = resolve(scenario, strategy, overrides(sets))
    console = Console(highlight=False)
    console.print(f"{world.name}: {world.title}", markup=False)
    for title, rows in _sections(world).items():
        table = Table(title=title, show_header=False, title_justify="left")
        for label, value in rows:
            table.add_row(label, value)
        console.print(table)


def _sections(world: ResolvedScenario) -> dict[str, list[tuple[str, str]]]:
    goods, stores = world.products, world.stores
    zones = [f"{int((goods.zone == row).sum()):,} {name}" for row, name in enumerate(ZONES)]
    days = world.roads.time_s[: len(world.dcs), len(world.dcs) :].min(axis=0) / 3600
    kinds: dict[str, int] = {}
    for row in world.provenance:
        kinds[row.kind] = kinds.get(row.kind, 0) + 1
    sales = world.demand.baskets_per_store_week * world.demand.basket_value_cents / 100
    policies = [(name, choice.policy) for name, choice in world.policies.items()]
    return {
        "run": [
            ("run id", world.run_id),
            ("strategy", world.strategy),
            ("horizon", f"{world.weeks} weeks from {world.start}"),
            ("seed", str(world.seed)),
            ("values by source", ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))),
        ],
        "network": [
            ("stores", f"{len(stores):,} in {len(set(stores.city))} cities"),
            ("DCs", ", ".join(world.dcs.name)),
            ("hours from the DC", f"{days.min():.1f} to {days.max():.1f}"),
            ("vehicles", ", ".join(_fleet(world))),
        ],
        "range": [
            ("products", f"{len(goods):,} in {len(goods.category_name)} categories"),
            ("zones", ", ".join(zones)),
            ("suppliers", f"{len(world.suppliers):,}"),
            ("margin before shrink", f"{_margin(world):.1%}"),
        ],
        "demand": [
            ("sales a store and week", f"{sales:,.0f} USD expected"),
            ("baskets a store and week", f"{world.demand.baskets_per_store_week:,}"),
            ("cells on discount", f"{(world.promotions.depth > 0).mean():.1%} of product-weeks"),
        ],
        "policies": policies,
    }


def _fleet(world: ResolvedScenario) -> list[str]:
    totals = world.fleet.count.sum(axis=0)
    return [f"{n} {kind.name}" for n, kind in zip(totals, world.fleet.types, strict=True)]


def _margin(world: ResolvedScenario) -> float:
    table = world.departments
    return float((table.sales_share * table.margin_share).sum())
