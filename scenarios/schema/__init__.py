"""The schema of a scenario file: strict, no unknown key, the unit in the key."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from backhaul.scenarios.schema.base import Name, Part
from backhaul.scenarios.schema.catalogue import Catalogue
from backhaul.scenarios.schema.demand import DemandPart
from backhaul.scenarios.schema.finance import FinancePart
from backhaul.scenarios.schema.fleet import FleetPart
from backhaul.scenarios.schema.law import LawPart
from backhaul.scenarios.schema.management import EventPart, GoalPart, PolicyPart, PostingPart
from backhaul.scenarios.schema.marketing import MarketingPart
from backhaul.scenarios.schema.network import Network
from backhaul.scenarios.schema.staff import StaffPart

__all__ = ["ScenarioFile"]

Level = Literal["full", "sampled", "aggregate"]


class ScenarioFile(Part):
    """A whole scenario file, after what it extends has been filled in."""

    name: Name
    title: str
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    weeks: Annotated[int, Field(ge=1, le=520)]
    start: datetime.date
    network: Network
    catalogue: Catalogue
    demand: DemandPart
    fleet: FleetPart
    staff: StaffPart
    marketing: MarketingPart
    finance: FinancePart
    law: LawPart
    policies: dict[str, PolicyPart]
    goals: Annotated[tuple[GoalPart, ...], Field(strict=False)] = ()
    fidelity: dict[str, Level] = Field(default_factory=dict)
    events: Annotated[tuple[EventPart, ...], Field(strict=False)] = ()
    postings: Annotated[tuple[PostingPart, ...], Field(strict=False)] = ()
