"""The commands that the AI staff adds to ``chammo``."""
