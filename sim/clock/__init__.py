"""The clock of the twin: stock SimPy or the compiled core."""
