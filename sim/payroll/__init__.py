"""Payroll, and the financing of the chain, its projects and its campaigns."""
