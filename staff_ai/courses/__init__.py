"""Courses of action: named, plain values; the policies that carry them out; their generation and screening."""
