"""Compiled kernels: the formulas of the model and the loops around them."""
