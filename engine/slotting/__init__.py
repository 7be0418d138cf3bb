"""Typed API of the slotting kernel."""
