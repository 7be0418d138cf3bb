"""Typed API of the loading kernel."""
