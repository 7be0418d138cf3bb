"""Bindings of `native/twin`."""
