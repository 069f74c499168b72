"""Fog of war: what each side knew and when. One rule for the replay page and the exports."""
