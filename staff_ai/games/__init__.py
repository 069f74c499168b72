"""Games of given policies on seeds of a split, and baselines for trained commanders."""
