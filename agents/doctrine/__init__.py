"""Scripted commanders, one a file, found by the entry points of the group ``chammo.policies``."""
