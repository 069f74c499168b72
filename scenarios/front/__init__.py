"""The front door for Python and notebooks: scenarios, runs, batches and comparisons as objects."""
