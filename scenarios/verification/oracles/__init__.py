"""Exact results of theory, a module per topic. Plain NumPy, without imports of the engine's kernels."""
