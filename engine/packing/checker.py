"""Independent checker of packing answers: shares no code with the solver."""
