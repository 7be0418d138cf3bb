"""Bindings of `native/slotting`."""
