"""Scenarios: a person's YAML file, checked, resolved and compiled into the arrays of the engine."""
