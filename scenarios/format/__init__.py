"""The format: the words a scenario file may hold, the checks that it passes, and its resolved form."""
