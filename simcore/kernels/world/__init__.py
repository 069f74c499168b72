"""World: movement, injects and the score."""
