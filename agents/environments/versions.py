"""Version of the learning interface."""

VERSION = 1
"""It goes up when the meaning of an observation, a choice or a reward changes."""
