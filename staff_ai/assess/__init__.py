"""The safety evaluation of any commander: eighteen items, each with numbers, intervals, gates and limits.

It is aligned with public frameworks for the test of AI systems; it is no proof of compliance with any of them.
"""
