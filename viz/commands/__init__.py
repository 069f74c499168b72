"""Commands of ``chammo`` for showing and exporting runs."""
