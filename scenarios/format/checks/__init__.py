"""Checks of a scenario file beyond its schema: names, sides, cards, hosts, places, steps."""
