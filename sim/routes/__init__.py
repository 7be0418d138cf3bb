"""Routes: a plan a day, and a new one when something breaks."""
