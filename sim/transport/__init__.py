"""Transport: vehicles by type and size, their maintenance, breakdowns and costs."""

from backhaul.sim.transport.fleet import Garage, Vehicle
from backhaul.sim.transport.trips import Delivery, Trip, TripRecord

__all__ = ["Delivery", "Garage", "Trip", "TripRecord", "Vehicle"]
