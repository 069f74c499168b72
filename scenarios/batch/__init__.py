"""Batches: many replications of a scenario, with interruption and resumption without loss."""
