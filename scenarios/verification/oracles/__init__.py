"""Exact results of theory, one module per topic. Plain NumPy: nothing here imports the engine's kernels."""
