"""The compiler: from a resolved scenario to the arrays of the engine."""
