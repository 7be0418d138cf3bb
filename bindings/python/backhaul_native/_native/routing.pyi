"""Bindings of `native/routing`."""
