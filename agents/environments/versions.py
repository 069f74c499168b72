"""Version of the learning interface."""

VERSION = 1
"""Of the meaning of observations, choices and rewards; it goes up when one of them changes."""
