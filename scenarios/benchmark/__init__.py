"""The benchmark: speed and memory of the engine, compared with other engines."""
