"""Games of given policies on seeds of a split, and the commanders that learned ones are compared with."""
