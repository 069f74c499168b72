"""A scenario for the eye: page, map, overview."""
