"""Independent checker of slotting answers: shares no code with the solver."""
