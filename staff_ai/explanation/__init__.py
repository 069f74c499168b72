"""Explanation of an advice: numbers, one plain paragraph in Korean or English, and a printable brief.

- ``recorded``: paired rollouts with their events and the lead over time.
- ``world_variables``: variables of the worlds of a belief; ``comparison``, ``parting``, ``switch_rules`` and
  ``information`` explain by them; ``matrix`` is the synchronisation matrix.
- ``explanation``: all of these together.
- ``wording``, ``english``, ``korean``: texts; ``paragraph``, ``report`` (terminal) and ``brief`` (HTML) use them.
"""
