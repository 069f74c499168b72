"""Batches: many replications of a scenario, interrupted and resumed without loss."""
