"""Commands of ``chammo`` that show or export runs."""
