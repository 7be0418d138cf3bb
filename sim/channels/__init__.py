"""Channels: click and collect, the call centre, and messages to customers who agreed to them."""

from backhaul.sim.channels.calls import CallCentre
from backhaul.sim.channels.collect import CollectDay, collect_orders
from backhaul.sim.channels.messages import CampaignDesk, may_send

__all__ = ["CallCentre", "CampaignDesk", "CollectDay", "collect_orders", "may_send"]
