"""Commanders: scripted doctrines, the same as a Mesa model, and environments for those that learn.

With Gymnasium installed, ``gymnasium.make`` finds the environments by their ids once this package is imported.
"""

from contextlib import suppress

with suppress(ImportError):  # Gymnasium is an extra
    from agents.environments.registration import register_environments

    register_environments()
