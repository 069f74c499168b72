"""Experiments: variants of a scenario with the same random draws."""
