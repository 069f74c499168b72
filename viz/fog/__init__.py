"""Fog of war: what each side knew and when, for the replay page and the exports."""
