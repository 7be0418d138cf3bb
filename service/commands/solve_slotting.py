"""`backhaul solve slotting FILE`."""
