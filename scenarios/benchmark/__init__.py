"""The benchmark: speed and memory of the engine, beside other engines."""
