"""Typed API of the replenishment kernel."""
