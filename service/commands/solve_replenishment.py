"""`backhaul solve replenishment FILE`."""
