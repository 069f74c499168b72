"""The Mesa model: command groups with your own Python code."""
