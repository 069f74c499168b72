"""A league: all policies against all, and the conclusions that their payoffs allow."""
