"""Verification: the engine against exact results of theory, through the scenario format of the users.

``oracles`` holds the theory, ``checks`` the set-ups (a module per topic), ``rows`` the verdicts. Each oracle is
computed from its formula for the given parameters.
"""
