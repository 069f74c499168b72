"""Checks of a scenario file that go beyond its schema: names, sides, cards, hosts, places, steps."""
