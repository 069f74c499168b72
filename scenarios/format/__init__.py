"""The scenario format: the vocabulary of a file, its checks and its resolved form."""
