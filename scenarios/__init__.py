"""Scenarios, strategies and experiments."""

from backhaul.scenarios.documents import shipped
from backhaul.scenarios.overlay import inverse, overlay
from backhaul.scenarios.resolve import check, resolve
from backhaul.scenarios.strategy import (
    Add,
    Event,
    Insert,
    Post,
    Remove,
    Scale,
    Set,
    Strategy,
    load_strategy,
)

__all__ = [
    "Add",
    "Event",
    "Insert",
    "Post",
    "Remove",
    "Scale",
    "Set",
    "Strategy",
    "check",
    "inverse",
    "load_strategy",
    "overlay",
    "resolve",
    "shipped",
]
