"""Verification: the engine against exact results of theory, through the same scenario format that users write.

``oracles`` holds the theory, ``checks`` the set-ups (one module per topic), ``rows`` the verdicts. Each oracle is
computed from its formula for the parameters in hand.
"""
