"""Typed API of the packing kernel."""
