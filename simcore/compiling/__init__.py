"""Compilation: decorators of kernels, the compiler behind them, and the cache on disk."""
