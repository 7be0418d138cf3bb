"""Independent checker of routing answers: shares no code with the solver."""
