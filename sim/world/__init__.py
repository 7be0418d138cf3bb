"""What the twin takes: a resolved scenario, as frozen tables ready for the compiled loops.

`backhaul.scenarios.resolve` builds it; nothing here reads a file. An index (a store, a product, a
supplier) is a position in its table. Money is whole cents, time whole seconds, weight grams, length
millimetres, distance metres. Shares are fractions of one.
"""

from backhaul.sim.world.catalogue import (
    TAX_FOOD,
    TAX_GENERAL,
    ZONES,
    Departments,
    Products,
    Promotions,
    Suppliers,
)
from backhaul.sim.world.demand import Affinity, Demand
from backhaul.sim.world.finance import Card, CreditLine, Energy, Finance, StateTax
from backhaul.sim.world.law import Filing, HoursOfService, Law, Licence
from backhaul.sim.world.management import (
    DatedEvent,
    DatedPosting,
    Goal,
    PolicyChoice,
    Provenance,
)
from backhaul.sim.world.marketing import Campaign, Channel, Marketing
from backhaul.sim.world.network import Dcs, Roads, Stores
from backhaul.sim.world.people import EmployerCharges, Role, Staff, Standard
from backhaul.sim.world.scenario import Change, ResolvedScenario
from backhaul.sim.world.transport import Fleet, VehicleType

__all__ = [
    "TAX_FOOD",
    "TAX_GENERAL",
    "ZONES",
    "Affinity",
    "Campaign",
    "Card",
    "Change",
    "Channel",
    "CreditLine",
    "DatedEvent",
    "DatedPosting",
    "Dcs",
    "Demand",
    "Departments",
    "EmployerCharges",
    "Energy",
    "Filing",
    "Finance",
    "Fleet",
    "Goal",
    "HoursOfService",
    "Law",
    "Licence",
    "Marketing",
    "PolicyChoice",
    "Products",
    "Promotions",
    "Provenance",
    "ResolvedScenario",
    "Roads",
    "Role",
    "Staff",
    "Standard",
    "StateTax",
    "Stores",
    "Suppliers",
    "VehicleType",
]
