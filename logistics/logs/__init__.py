"""Maintenance logs: reading and checking. Nothing of a log is dropped or repaired; a fault is an error with its row."""
