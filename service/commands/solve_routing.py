"""`backhaul solve routing FILE`."""
