"""`backhaul solve packing FILE`."""
