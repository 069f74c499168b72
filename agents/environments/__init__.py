"""The learning interface: environments for training commanders.

An array core, which needs NumPy alone, with three wrappers:

- ``schema``, ``view``: observations from a picture, the mask of legal choices, and the orders for the choices made. The
  same code serves training and a policy that commands in a run (``commander``).
- ``settings``, ``ranges``, ``opponents``, ``reward``, ``episode``: the games. ``episode.Episodes`` plays N rows.
- ``command_env`` (Gymnasium), ``parallel_env`` (PettingZoo), ``vector_env`` (Stable-Baselines3): the wrappers.
"""
