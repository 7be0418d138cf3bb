"""Bindings of `native/loading`."""
