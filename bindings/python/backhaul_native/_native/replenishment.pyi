"""Bindings of `native/replenishment`."""
