"""Scenarios, strategies and experiments."""
