"""Readers of run and batch folders, which check all content before it is shown or exported."""
