"""Shelf space of a store: how many facings each product gets, and where they stand."""

from backhaul.engine.space.rules import facings

__all__ = ["facings"]
