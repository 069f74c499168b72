"""Commands of ``chammo`` for training and evaluation."""
