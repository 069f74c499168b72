"""Experiments: variants of a scenario played with the same random draws."""
