"""The replay page and its server."""
