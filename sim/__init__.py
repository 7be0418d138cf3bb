"""The digital twin: departments of a retail chain on one clock."""
