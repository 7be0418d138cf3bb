"""Loading and unloading control: what is loaded first, and at which door."""

from backhaul.sim.loading.control import LoadCheck, last_in_first_out

__all__ = ["LoadCheck", "last_in_first_out"]
