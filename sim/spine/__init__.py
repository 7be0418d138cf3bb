"""The spine that every department hangs on: calendar, event log, decision log, ledger, audit."""

from backhaul.sim.spine.audit import Audit
from backhaul.sim.spine.calendar import DAY_S, HOUR_S, MINUTE_S, Calendar
from backhaul.sim.spine.decisions import DecisionLog, DecisionRight, Gate, Ruling
from backhaul.sim.spine.events import EventLog
from backhaul.sim.spine.ledger import Account, Ledger
from backhaul.sim.spine.table import ColumnLog

__all__ = [
    "DAY_S",
    "HOUR_S",
    "MINUTE_S",
    "Account",
    "Audit",
    "Calendar",
    "ColumnLog",
    "DecisionLog",
    "DecisionRight",
    "EventLog",
    "Gate",
    "Ledger",
    "Ruling",
]
