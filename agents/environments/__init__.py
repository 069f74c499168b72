"""The learning interface: commanders that learn, as arrays.

The room has an array core, which needs NumPy alone, and three doors to it:

- ``schema``, ``view``: what a commander observes of a picture, which choices make sense, and the orders that they
  stand for. The same code serves training and a policy that commands in a run (``commander``).
- ``settings``, ``ranges``, ``opponents``, ``reward``, ``episode``: the games. ``episode.Episodes`` plays N rows.
- ``command_env`` (Gymnasium), ``parallel_env`` (PettingZoo), ``vector_env`` (Stable-Baselines3): the doors.
"""
