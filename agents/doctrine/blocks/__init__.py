"""Building blocks of doctrines."""
