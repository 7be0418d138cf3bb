"""Independent checker of replenishment answers: shares no code with the solver."""
