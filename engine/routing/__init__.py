"""Typed API of the routing kernel."""
