"""Bindings of `native/packing`."""
