"""Presentation of a scenario: page, map, overview."""
