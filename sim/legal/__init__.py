"""Legal: deals, licences, campaigns, transport papers and authorities. A breach costs."""

from backhaul.sim.legal.clearance import PriceHistory, campaign_clearance
from backhaul.sim.legal.driving import US_PROPERTY, hours_breaches
from backhaul.sim.legal.register import Contract, DueFiling, HeldLicence, Register, TransportPaper

__all__ = [
    "US_PROPERTY",
    "Contract",
    "DueFiling",
    "HeldLicence",
    "PriceHistory",
    "Register",
    "TransportPaper",
    "campaign_clearance",
    "hours_breaches",
]
