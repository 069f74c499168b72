"""Theory of maintenance: when to replace, how often to inspect, how many crews.

Pure functions of numbers. Times are in any unit, the same throughout; rates are per that unit.
"""
