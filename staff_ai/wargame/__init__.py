"""The wargame: courses played in worlds that could be true, against enemies that could be met."""
