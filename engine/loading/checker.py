"""Independent checker of loading answers: shares no code with the solver."""
