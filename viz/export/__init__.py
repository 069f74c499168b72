"""Exports of a recorded run: one module per file format."""
