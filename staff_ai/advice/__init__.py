"""Advice: a recommendation out of a belief and a wargame, its approval by a commander, and its record.

- ``advice``: the value ``Advice``, with its predictions and its digest.
- ``staff``: the staff of a side: pictures in, advice out.
"""
