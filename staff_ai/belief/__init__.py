"""Belief: the worlds that could be true, from a side's pictures and its intelligence alone.

``staff_scenario`` compiles the scenario as the staff believes it to be. A ``BeliefTracker`` follows the pictures of the
side. ``draw_worlds`` draws a ``Situation`` of N worlds over the staff's scenario, each with an enemy doctrine.
"""
