"""Scenarios: YAML files, checked, resolved and compiled into the arrays of the engine."""
