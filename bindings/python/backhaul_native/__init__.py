"""Compiled kernels; import them through `backhaul`, not from here."""

from backhaul_native._native import (
    NativeError,
    __version__,
    batching,
    loading,
    packing,
    random,
    replenishment,
    routing,
    shelf,
    slotting,
    twin,
)

__all__ = [
    "NativeError",
    "__version__",
    "batching",
    "loading",
    "packing",
    "random",
    "replenishment",
    "routing",
    "shelf",
    "slotting",
    "twin",
]
