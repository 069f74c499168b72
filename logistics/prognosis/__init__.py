"""Remaining useful life learned from condition signals, with conformal intervals. A fitted model needs NumPy alone."""
